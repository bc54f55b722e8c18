"""Replaces clients one after the other: a new one each, whose secret goes to the destinations that were named."""

from collections.abc import Sequence

from butlr_tui.flows.replacement_words import is_over
from butlr_tui.journal.replacements import Replacement, Replacements, State
from butlr_tui.models import Client
from butlr_tui.operations.place import Destination
from butlr_tui.operations.session import Session
from butlr_tui.plain.create import create
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.lookup import NotOne, listed, one_of
from butlr_tui.system.streams import tell
from butlr_tui.text import counted, safe


async def replace(session: Session, words: Sequence[str], to: Sequence[Destination]) -> Exit:
    """Create a client for each of those with these ids or names, to take its place, in their order.

    Creates none where a word means no client or several. Stops at the first that is not clearly good; called again
    it goes on from there.
    """
    try:
        clients = await listed(session)
        replacements = await session.replacements(clients)
        meant = (_meant(clients, replacements, word) for word in words)
        old_ones = [*{client.client_id: client for client in meant}.values()]
    except NotOne as fault:
        tell(f"{fault}\nNothing was created.")
        return fault.code
    for number, old in enumerate(old_ones, 1):
        code = await _replace(session, old, to, replacements.of(old.client_id), clients)
        if code is not Exit.DONE:
            if left := len(old_ones) - number:
                tell(f"Stopped there: {counted(left, 'client')} {'is' if left == 1 else 'are'} not begun.")
            return code
    return Exit.DONE


def _meant(clients: Sequence[Client], replacements: Replacements, word: str) -> Client:
    """The client to be replaced: its successor has the same name, and is not meant by that. Raises NotOne."""
    new_ids = {one.new_id for one in replacements}
    return one_of(
        [client for client in clients if client.client_id not in new_ids or client.id == word], word
    )


async def _replace(
    session: Session,
    old: Client,
    to: Sequence[Destination],
    begun: Replacement | None,
    clients: Sequence[Client],
) -> Exit:
    which = safe(old.client_id)
    match begun:
        case Replacement(state=State.READY, new_id=new) if new != old.client_id:
            tell(
                f"{which} is replaced by {safe(new or '')} already; "
                f"`butlr-tui replace --finish {which}` deletes it."
            )
            return Exit.DONE
        case Replacement(state=State.UNDER_WAY):
            tell(f"Another butlr-tui is replacing {which} right now.")
            return Exit.FAILED
        case Replacement(state=State.NEW_GONE):
            tell(is_over(begun))
            await session.replacement_is_over(begun)
        case Replacement(state=State.UNCLEAR) if made := await _may_have_made(session, begun, clients):
            tell(
                f"An earlier create that was to replace {which} may have made {', '.join(made)}; its secret did "
                "not arrive. Unless a colleague made it: delete it (`butlr-tui delete ID --yes`); replace again."
            )
            return Exit.UNKNOWN
        case Replacement(state=State.NOT_STORED, new_id=new) if new != old.client_id:
            tell(
                f"{safe(new or '')} was created to replace {which}, and its secret is not known to be stored: "
                f"`butlr-tui replace --cancel {which}` deletes it; then replace again."
            )
            return Exit.SECRET_NOWHERE
        case Replacement() if begun.new_id == old.client_id:
            tell(
                f"{which} is itself the new one for {safe(begun.old_id)}: finish that first, or call it off."
            )
            return Exit.FAILED
    return await create(session, to, name=old.name, description=old.description, replaces=old.client_id)


async def _may_have_made(session: Session, begun: Replacement, clients: Sequence[Client]) -> list[str]:
    """The ids of those that a create without a clear answer may have made; safe to show."""
    unfinished = await session.unfinished(clients)
    return [
        safe(client.client_id)
        for one in unfinished
        if one.entry.attempt == begun.entry.attempt
        for client in one.candidates
    ]
