"""When a client was last used, as far as its service tells: its last sign-in, but for our own trial of its pair.

A sign-in gives a token that works for an hour or so: who has one may have used it since.
"""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime, timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from butlr_tui.models import Client

_OF_A_TRIAL: Final = timedelta(seconds=5)
"""So near to the moment at which a pair was tried from here, a sign-in was that trial."""


class Use(Enum):
    """What is known."""

    UNTOLD = auto()
    """Nothing: the service does not tell."""
    NEVER = auto()
    """No sign-in, since those are known."""
    ONLY_TRIED = auto()
    """The last sign-in was a trial of the pair from here."""
    USED = auto()


class LastUse(NamedTuple):
    """What is known of one client."""

    use: Use = Use.UNTOLD
    at: datetime | None = None
    """The last sign-in."""
    since: datetime | None = None
    """From when on every sign-in is known."""

    @property
    def used_at(self) -> datetime | None:
        """When it was last used by whatever has it; None where that is not known to have been."""
        return self.at if self.use is Use.USED else None


def last_use(client: Client, tried: datetime | None = None) -> LastUse:
    """What the service told of this client with the list; `tried` is when its pair last signed in from here."""
    # By its fields, since models can't be imported before the first paint.
    since = moment_of(getattr(client, "activity_since", None))
    at = moment_of(getattr(client, "last_sign_in", None))
    if since is None:
        return LastUse()
    if at is None:
        return LastUse(Use.NEVER, None, since)
    was_a_trial = tried is not None and abs(at - tried) <= _OF_A_TRIAL
    return LastUse(Use.ONLY_TRIED if was_a_trial else Use.USED, at, since)


def moment_of(told: str | None) -> datetime | None:
    """The moment that a service told, as ISO 8601 has it with its zone; None where there is no such one."""
    if told is None:
        return None
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return None
    return moment if MINYEAR < moment.year < MAXYEAR else None  # in any zone it has a year


def is_told(clients: Sequence[Client]) -> bool:
    """Whether the service tells it of these clients."""
    return bool(clients) and last_use(clients[0]).use is not Use.UNTOLD
