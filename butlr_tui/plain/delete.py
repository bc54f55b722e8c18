"""Deletes clients, a few at a time, with a line for each as it ends."""

import asyncio
from collections.abc import Sequence
from typing import Final

from butlr_tui.flows.wording import how_deletion_ended
from butlr_tui.http.errors import ServiceError
from butlr_tui.ids import ksuid_of
from butlr_tui.models import Client
from butlr_tui.operations.delete_several import SeveralDeletions
from butlr_tui.operations.outcomes import AlreadyGone, Deleted, DeleteOutcome, DeleteUnclear, NotDeleted
from butlr_tui.operations.session import Session
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.lookup import NotOne, listed, looks_like_an_id, one_of, with_id
from butlr_tui.plain.one_by_one import tell_not_begun
from butlr_tui.plain.output import code_for, print_json
from butlr_tui.plain.progress import progress
from butlr_tui.system.streams import Unprinted, tell
from butlr_tui.text import counted, quoted, safe

_WORST_FIRST: Final = (Exit.UNKNOWN, Exit.SIGN_IN, Exit.NOBODY_ANSWERS, Exit.FAILED)
_NOT_BEGUN: Final = "not_begun"
_ENDED: Final = {
    Deleted: "deleted",
    AlreadyGone: "already_gone",
    NotDeleted: "not_deleted",
    DeleteUnclear: "delete_unclear",
}
"""As the journal calls them."""


async def delete(session: Session, words: Sequence[str], at_once: int, *, as_json: bool = False) -> Exit:
    """Delete the clients with these ids or names, so many at a time; the code tells the worst.

    Deletes nothing where a word means no client or several. Goes on after one that failed, unless what failed
    would befall all others too. `as_json` also prints one JSON array with an object for each.
    """
    try:
        clients = await _meant(session, words)
    except NotOne as fault:
        tell(f"{fault}\nNothing is deleted.")
        return fault.code
    except ServiceError as error:
        tell(f"{error.message} Nothing is deleted.")
        return code_for(error)
    deletions = SeveralDeletions(session, clients, at_once)
    try:
        await _run(deletions)
    except asyncio.CancelledError:
        _tell_that_it_is_interrupted(deletions)
        raise
    tell_not_begun(len(deletions.not_begun), "client")
    codes = [_code(outcome) for outcome in deletions.outcomes.values()]
    worst = next((code for code in _WORST_FIRST if code in codes), Exit.DONE)
    if as_json:
        try:
            print_json([_fields(client, deletions.outcomes.get(client.id)) for client in clients])
        except Unprinted:
            if worst is Exit.DONE:
                raise
    return worst


async def _run(deletions: SeveralDeletions) -> None:
    def changed(client: Client) -> None:
        if client.id in deletions.outcomes:
            tell(_said(client, deletions.outcomes[client.id]))

    def how_far() -> str:
        return f"{len(deletions.outcomes):,} of {counted(len(deletions.clients), 'client')}"

    async with progress(how_far):
        await deletions.run(asyncio.Event(), changed)


def _tell_that_it_is_interrupted(deletions: SeveralDeletions) -> None:
    begun = len(deletions.clients) - len(deletions.outcomes) - len(deletions.not_begun)
    tell(
        f"Interrupted: {counted(begun, 'client')} may or may not be deleted, "
        f"{len(deletions.not_begun):,} {'is' if len(deletions.not_begun) == 1 else 'are'} not begun. "
        "`butlr-tui journal` tells what is known."
    )


async def _meant(session: Session, words: Sequence[str]) -> list[Client]:
    """The clients that are to go, each once. Raises NotOne for all words that mean none or several."""
    found: dict[str, Client] = {}
    names: list[str] = []
    for word in words:
        if session.profile.read_only or ksuid_of(word) or await with_id(session, word):
            found[word] = Client(id=word, client_id=word)
        else:
            names.append(word)
    faults: list[NotOne] = []
    clients = await listed(session) if names else []
    for name in names:
        try:
            found[name] = one_of(clients, name)
        except NotOne as fault:
            if fault.code is Exit.FAILED and looks_like_an_id(name):
                found[name] = Client(id=name, client_id=name)
            else:
                faults.append(fault)
    if faults:
        raise NotOne(max(fault.code for fault in faults), "\n".join(map(str, faults)))
    return list({client.id: client for client in (found[word] for word in words)}.values())


def _said(client: Client, outcome: DeleteOutcome) -> str:
    client_id = safe(client.id)
    shown = f"{client_id} ({quoted(client.name)})" if client.name else client_id
    look = f"look with `butlr-tui show {client_id}`"
    return how_deletion_ended(outcome, shown, kept="is not deleted.", look=look)


def _code(outcome: DeleteOutcome) -> Exit:
    match outcome:
        case Deleted():
            return Exit.DONE
        case DeleteUnclear():
            return Exit.UNKNOWN
        case NotDeleted(error=error):
            return code_for(error)
    return Exit.FAILED  # it was gone already


def _fields(client: Client, outcome: DeleteOutcome | None) -> dict[str, str | None]:
    error = outcome.error if isinstance(outcome, NotDeleted | DeleteUnclear) else None
    return {
        "id": client.id,
        "name": client.name or None,
        "ended": _NOT_BEGUN if outcome is None else _ENDED[type(outcome)],
        "why": error.message if error is not None else None,
    }
