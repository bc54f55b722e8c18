"""What is said of a replacement: its marks in the list, what is next, and the line that reminds of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from butlr_tui.flows.use_words import of_the_old_one
from butlr_tui.journal.replacements import State
from butlr_tui.text import ago, quoted, safe

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from butlr_tui.flows.wording import Key
    from butlr_tui.journal.replacements import Replacement
    from butlr_tui.listing.last_use import LastUse

_NEW: Final = {State.OLD_GONE: "new, old one gone", State.NOT_STORED: "new, not stored"}
_OLD: Final = {
    State.UNDER_WAY: "old, being replaced",
    State.UNCLEAR: "old, new one unclear",
    State.NEW_GONE: "old, new one gone",
}


class Mark(NamedTuple):
    """What stands behind a client's name."""

    whole: str
    brief: str
    """Where there is less room."""


def mark(one: Replacement, client_id: str, now: datetime) -> Mark:
    """Which of the two this client is, and since when."""
    if client_id == one.new_id:
        return Mark(_NEW.get(one.state, "new"), "new")
    return Mark(_OLD.get(one.state, f"old, replaced {ago(one.begun, now)}"), "old")


def next_step(one: Replacement, client_id: str, now: datetime, key: Key, old: LastUse) -> str:
    """What there is to do about it, in sentences, as seen from one of the two.

    `old` is what is known of the old one's use.
    """
    seen = of_the_old_one(one, old, now) if one.state is State.READY else ""
    said = (_to_do(one, client_id == one.new_id, key), f"Begun {ago(one.begun, now)}.", seen)
    return " ".join(filter(None, said))


def _to_do(one: Replacement, is_new: bool, key: Key) -> str:
    old, new, replaces = safe(one.old_id), safe(one.new_id or ""), key("replace")
    match one.state:
        case State.UNDER_WAY:
            return "Another butlr-tui is creating the client that is to replace this one."
        case State.UNCLEAR:
            return (
                "The create of a client that was to replace this one got no clear answer, so there may be another "
                f"one of its name. {replaces} tries again."
            )
        case State.OLD_GONE:
            return f"It replaces {old}, which is gone. {replaces} ends the replacement."
        case State.NEW_GONE:
            return f"{new}, which was to replace it, is gone. {replaces} ends the replacement."
        case State.NOT_STORED:
            which = (
                f"It was to replace {old}, but its" if is_new else f"{new} was to replace it, but that one's"
            )
            return (
                f"{which} secret is not known to be stored. {replaces} calls it off: the new one is deleted."
            )
    move = f"It replaces {old}. Move what uses that one over" if is_new else f"Move what uses it to {new}"
    return f"{move}; then {replaces} finishes: the old one is deleted."


def seen_to_sign_in(one: Replacement) -> str:
    """Whether the new pair was seen to work, as a sentence."""
    signed_in = one.entry.signed_in
    if signed_in is None:
        return "It was never seen to sign in."
    return f"It signed in when it was tried on {signed_in.astimezone():%Y-%m-%d}."


def is_over(one: Replacement) -> str:
    """What an end says where one of the two was deleted elsewhere: who is left, and what follows."""
    old, new = safe(one.old_id), safe(one.new_id or "")
    if one.state is State.OLD_GONE:
        return f"{old} is gone already, so {new} has replaced it."
    return f"{new}, which was to replace {old}, is gone. {old} stays, and nothing replaces it now."


def reminder(replacements: Iterable[Replacement], now: datetime, days: float, key: Key) -> str:
    """One line on what has waited for so many days, or where one of the two is gone; "" where nothing has.

    With 0 days there is no reminder.
    """
    due = [one for one in replacements if days and _is_due(one, now, days)]
    if not due:
        return ""
    oldest = min(due, key=lambda one: one.begun)
    since = ago(oldest.begun, now)
    which = f"The replacement of {quoted(oldest.entry.name)}, begun {since}, is not finished."
    if len(due) > 1:
        which = f"{len(due):,} replacements are not finished, the oldest begun {since}."
    return (
        f"! {which} {key('filter')} and replacing: show what it is about; {key('replace')} there finishes or "
        "calls off."
    )


def _is_due(one: Replacement, now: datetime, days: float) -> bool:
    return one.state in (State.OLD_GONE, State.NEW_GONE) or now - one.begun >= timedelta(days=days)
