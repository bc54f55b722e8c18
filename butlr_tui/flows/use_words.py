"""What is said of when a client was last used."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from butlr_tui.listing.last_use import Use
from butlr_tui.text import lately, lately_ago

if TYPE_CHECKING:
    from datetime import datetime

    from butlr_tui.journal.replacements import Replacement
    from butlr_tui.listing.last_use import LastUse

NOT_TOLD: Final = "this service does not tell when it was last used"
LABEL: Final = "Last used"
_WARNED_OF: Final = timedelta(days=30)
"""A client that signed in this lately is in use."""


def told(use: LastUse, now: datetime) -> str:
    """When it was last used, for a field."""
    match use.use:
        case Use.UNTOLD:
            return NOT_TOLD
        case Use.NEVER:
            return f"none known since {use.since:%Y-%m-%d}"
    at = f"({use.at:%Y-%m-%d %H:%M} UTC)"
    assert use.at is not None
    return f"only tried from here {at}" if use.use is Use.ONLY_TRIED else f"{lately_ago(use.at, now)} {at}"


def briefly(use: LastUse, now: datetime) -> str:
    """The same inside a sentence."""
    match use.use:
        case Use.UNTOLD:
            return "last use not told by this service"
        case Use.NEVER:
            return f"no use known since {use.since:%Y-%m-%d}"
        case Use.ONLY_TRIED:
            return "only tried from here"
    assert use.at is not None
    return f"last used {lately_ago(use.at, now)}"


def in_a_column(use: LastUse, now: datetime) -> str:
    """The same in a few cells; "" where the service does not tell."""
    match use.use:
        case Use.UNTOLD:
            return ""
        case Use.NEVER:
            return "none known"
        case Use.ONLY_TRIED:
            return "only tried"
    assert use.at is not None
    return lately(use.at, now)


def warning(use: LastUse, now: datetime) -> str:
    """That something uses it, before it is deleted; "" where that is not known."""
    if not is_in_use(use, now):
        return ""
    assert use.at is not None
    return f"! It signed in {lately_ago(use.at, now)}: something uses it."


def is_in_use(use: LastUse, now: datetime) -> bool:
    """Whether it is known to have been used lately."""
    return use.used_at is not None and now - use.used_at <= _WARNED_OF


def warning_of_several(used: int) -> str:
    """That so many of the clients that are to be deleted are in use; "" where none is known to be."""
    if not used:
        return ""
    which = "One of them" if used == 1 else f"{used:,} of them"
    return (
        f"! {which} signed in within {_WARNED_OF.days} days: something uses {'it' if used == 1 else 'them'}."
    )


def is_still_used(one: Replacement, use: LastUse) -> bool:
    """Whether the client that is being replaced is known to be used since that began."""
    return use.used_at is not None and use.used_at > one.begun


def of_the_old_one(one: Replacement, use: LastUse, now: datetime) -> str:
    """Whether something still uses the client that is being replaced; "" where the service does not tell."""
    if use.since is None:
        return ""
    if is_still_used(one, use):
        assert use.at is not None
        return f"The old one signed in {lately_ago(use.at, now)}: something still uses it."
    if use.since > one.begun:
        return f"No sign-in of the old one is known since {use.since:%Y-%m-%d}."
    return "The old one has not signed in since the replacement."


def of_the_new_one(one: Replacement, use: LastUse) -> str:
    """That nothing uses the client that takes another's place; "" where something does, or that is not known."""
    if use.since is None or use.since > one.begun:
        return ""
    match use.use:
        case Use.NEVER:
            return "! The new one was never used: nothing has moved to it."
        case Use.ONLY_TRIED:
            return "! The new one was only tried from here: nothing has moved to it."
    return ""
