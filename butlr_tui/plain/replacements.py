"""Prints the replacements that are not ended, finishes them, and calls them off."""

from collections.abc import Sequence
from typing import Final

from butlr_tui.flows.delete import ConfirmDelete
from butlr_tui.flows.end_replacement import Ending
from butlr_tui.flows.replacement_words import is_over, seen_to_sign_in
from butlr_tui.flows.wording import how_deletion_ended
from butlr_tui.journal.replacements import Replacement, State
from butlr_tui.journal.words import where_the_secret_went
from butlr_tui.models import Client
from butlr_tui.operations.outcomes import DeleteUnclear, NotDeleted
from butlr_tui.operations.replace import EndOutcome, LeftAlone, OtherIsGone, end
from butlr_tui.operations.session import Session
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.lookup import NotOne, listed
from butlr_tui.plain.output import code_for, print_json
from butlr_tui.plain.prompt import ask
from butlr_tui.plain.table import Yields, print_table
from butlr_tui.system.streams import tell
from butlr_tui.text import quoted, safe, truncate, truncate_middle

_HEAD: Final = ("BEGUN (UTC)", "NAME", "OLD", "NEW", "STATE")
_YIELDS: Final = (Yields("OLD", 12), Yields("NEW", 12), Yields("STATE", 12), Yields("NAME", 1))
_CUTS: Final = {"OLD": truncate_middle, "NEW": truncate_middle}
_STATES: Final = {
    State.UNDER_WAY: "another butlr-tui works on it",
    State.UNCLEAR: "no clear answer: there may be a new one",
    State.NOT_STORED: "the new secret is not known to be stored",
    State.READY: "ready to finish",
    State.OLD_GONE: "the old one is gone",
    State.NEW_GONE: "the new one is gone",
}


async def list_replacements(session: Session, *, as_json: bool) -> Exit:
    """Print what is begun and not ended: a table, or one JSON array."""
    try:
        found = await session.replacements(await listed(session))
    except NotOne as fault:
        tell(str(fault))
        return fault.code
    if as_json:
        print_json([_fields(one) for one in found])
    else:
        print_table([_HEAD, *(_row(one) for one in found)], _YIELDS, _CUTS)
    return Exit.DONE


async def end_replacements(session: Session, words: Sequence[str], ending: Ending, *, is_sure: bool) -> Exit:
    """Finish the replacements of these clients, or call them off; a word is either's id, or their name.

    Ends none where a word means no replacement or several. Stops at the first that is not ended. Unless the caller
    `is_sure`, asks for the end of each id.
    """
    try:
        clients = await listed(session)
        found = list(await session.replacements(clients))
        meant = [*{one.entry.attempt: one for one in (_meant(found, word) for word in words)}.values()]
    except NotOne as fault:
        tell(f"{fault}\nNothing is deleted.")
        return fault.code
    known = {client.client_id: client for client in clients}
    for one in meant:
        code = await _end(session, one, ending, known, is_sure=is_sure)
        if code is not Exit.DONE:
            return code
    return Exit.DONE


def _meant(found: Sequence[Replacement], word: str) -> Replacement:
    meant = [one for one in found if word in (one.old_id, one.new_id)]
    meant = meant or [one for one in found if word and word == one.entry.name]
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise NotOne(
            Exit.FAILED, f"No replacement of “{safe(word)}” is begun. `butlr-tui replace --list` prints all."
        )
    lines = [f"{len(meant):,} replacements are of {quoted(word)}. Give the id of the one you mean:"]
    raise NotOne(Exit.USAGE, "\n".join([*lines, *(f"  {safe(one.old_id)}" for one in meant)]))


async def _end(
    session: Session, one: Replacement, ending: Ending, known: dict[str, Client], *, is_sure: bool
) -> Exit:
    is_finish = ending is Ending.FINISH
    if one.state is (State.OLD_GONE if is_finish else State.NEW_GONE):
        tell(is_over(one))
        await session.replacement_is_over(one)
        return Exit.DONE
    if one.state is not State.READY and (is_finish or one.state is not State.NOT_STORED):
        tell(f"{_which(one)}: {_STATES[one.state]}. Nothing is deleted.")
        return Exit.FAILED
    old, new = (known.get(id, Client(id, id, one.entry.name)) for id in (one.old_id, one.new_id or ""))
    goes, stays = (old, new) if is_finish else (new, old)
    if is_finish and one.entry.signed_in is None:
        tell(f"! {safe(new.client_id)} was never seen to sign in.")
    if not is_sure and not await _is_confirmed(session, one, goes, stays):
        return Exit.FAILED
    return _told(await end(session, one, goes=goes, stays=stays), goes, stays, ending)


async def _is_confirmed(session: Session, one: Replacement, goes: Client, stays: Client) -> bool:
    own = goes.client_id == session.own_id
    asked = ConfirmDelete("", goes, own, protected=True, now=one.begun)
    tell(
        f"{safe(goes.client_id)} goes, {safe(stays.client_id)} stays. The new one's secret: "
        f"{where_the_secret_went(one.entry)}. {seen_to_sign_in(one)}\n{asked.consequences[0]}"
    )
    if asked.warning:
        tell(asked.warning)
    fault = asked.fault_in(await ask(asked.instruction))
    if fault:
        tell(fault.removeprefix("✗ "))
    return not fault


def _told(outcome: EndOutcome, goes: Client, stays: Client, ending: Ending) -> Exit:
    """Say how it ended; the exit code of that."""
    left = safe(stays.client_id)
    if isinstance(outcome, OtherIsGone):
        tell(f"{left}, which was to stay, is gone, so {safe(goes.client_id)} is not deleted.")
        return Exit.FAILED
    if isinstance(outcome, LeftAlone):
        tell("Another butlr-tui works on this replacement, or has settled it. Nothing is deleted.")
        return Exit.FAILED
    look = f"look with `butlr-tui show {safe(goes.id)}`"
    said = how_deletion_ended(outcome, safe(goes.client_id), kept="is not deleted.", look=look)
    match outcome:
        case DeleteUnclear():
            tell(said)
            return Exit.UNKNOWN
        case NotDeleted(error=error):
            tell(said)
            return code_for(error)
    tell(f"{said} {left} {'has replaced it' if ending is Ending.FINISH else 'stays'}.")
    return Exit.DONE


def _which(one: Replacement) -> str:
    return f"{safe(one.old_id)} ({quoted(one.entry.name)})"


def _row(one: Replacement) -> tuple[str, ...]:
    return (
        f"{one.begun:%Y-%m-%d %H:%M}",
        truncate(safe(one.entry.name), 40),
        safe(one.old_id),
        safe(one.new_id or ""),
        _STATES[one.state]
        if one.entry.signed_in or one.state is not State.READY
        else "never seen to sign in",
    )


def _fields(one: Replacement) -> dict[str, str | None]:
    signed_in = one.entry.signed_in
    return {
        "name": one.entry.name,
        "old": one.old_id,
        "new": one.new_id,
        "begun": one.begun.isoformat(),
        "signed_in": signed_in.isoformat() if signed_in else None,
        "state": one.state,
    }
