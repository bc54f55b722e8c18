"""Replaces clients one after the other: a new one each, whose secret goes to the destinations that were named."""

from collections.abc import Sequence

from butlr_tui.flows.replacement_words import is_over
from butlr_tui.journal.replacements import Replacement, Replacements, State
from butlr_tui.models import Client
from butlr_tui.operations.destinations import BadDestination
from butlr_tui.operations.place import Destination
from butlr_tui.operations.replace_several import SeveralReplacements, successor
from butlr_tui.operations.session import Session
from butlr_tui.plain.create import NOTHING, Creation, clear_away, may_create, tell_for_whom
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.lookup import NotOne, listed, one_of
from butlr_tui.plain.one_by_one import one_by_one, tell_not_begun
from butlr_tui.system.streams import tell
from butlr_tui.text import safe, sentence


async def replace(session: Session, words: Sequence[str], to: Sequence[Destination]) -> Exit:
    """Create a client for each of those with these ids or names, to take its place, in their order.

    All of it is checked before the first POST. Stops at the first that is not clearly good; called again it goes
    on from there.
    """
    try:
        clients = await listed(session)
        begun = await session.replacements(clients)
        meant = (_meant(clients, begun, word) for word in words)
        old_ones = [*{client.client_id: client for client in meant}.values()]
    except NotOne as fault:
        tell(f"{fault}\n{NOTHING}")
        return fault.code
    several = SeveralReplacements(old_ones, begun)
    for one in several.replaced:
        tell(
            f"{safe(one.old_id)} is replaced by {safe(one.new_id or '')} already; "
            f"`butlr-tui replace --finish {safe(one.old_id)}` deletes it."
        )
    if not several.left:
        return Exit.DONE
    if (code := await _why_not(session, several, to, clients)) is not None:
        return code
    await tell_for_whom(to)
    return await one_by_one(several.left, lambda old: Creation(session, successor(old, to)).run(), "client")


def _meant(clients: Sequence[Client], replacements: Replacements, word: str) -> Client:
    """The client to be replaced: its successor has the same name, and is not meant by that. Raises NotOne."""
    new_ids = {one.new_id for one in replacements}
    return one_of(
        [client for client in clients if client.client_id not in new_ids or client.id == word], word
    )


async def _why_not(
    session: Session, several: SeveralReplacements, to: Sequence[Destination], clients: Sequence[Client]
) -> Exit | None:
    """Why they can't all be replaced, told; None where they can."""
    for old in several.left:
        begun = several.in_the_way(old)
        if begun is not None and (code := await _why_not_another(session, old, begun, clients)) is not None:
            tell_not_begun(len(several.left) - 1, "client")
            return code
        if fault := successor(old).fault:
            tell(f"{sentence(fault)}. {NOTHING}")
            return Exit.USAGE
    if not may_create(session):
        return Exit.FAILED
    await clear_away(session)
    try:
        faults = await several.faults_in(to)
    except BadDestination as fault:
        tell(f"{fault} {NOTHING}")
        return Exit.USAGE
    if faults:
        tell(f"{faults[0]} {NOTHING}")
        return Exit.FAILED
    return None


async def _why_not_another(
    session: Session, old: Client, begun: Replacement, clients: Sequence[Client]
) -> Exit | None:
    """Why a client that is part of a replacement can't be replaced, told; None where it can."""
    which = safe(old.client_id)
    match begun:
        case Replacement(state=State.UNDER_WAY):
            tell(f"Another butlr-tui is replacing {which} right now.")
            return Exit.FAILED
        case Replacement(state=State.NEW_GONE):
            tell(is_over(begun))
            await session.replacement_is_over(begun)
        case Replacement(state=State.UNCLEAR) if made := await session.may_have_made(
            begun.entry.attempt, clients
        ):
            ids = ", ".join(safe(client.client_id) for client in made)
            tell(
                f"An earlier create that was to replace {which} may have made {ids}; its secret did "
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
    return None
