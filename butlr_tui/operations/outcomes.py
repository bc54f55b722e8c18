"""How a write ended. Every end is a value that a screen must handle, never an exception.

A create ends in one of four ways, and none of them is a guess: where no clear answer came it is CreateUnclear.
"""

from dataclasses import dataclass

from butlr_tui.http.errors import NotSent, ServiceError
from butlr_tui.models import Client, Credentials
from butlr_tui.text import safe


class ReadOnly(NotSent):
    """The profile is read-only, so a write was neither sent nor written to the journal."""

    def __init__(self, profile: str) -> None:
        super().__init__(
            f"The profile {safe(profile)} is read-only: nothing is created or deleted from here."
        )


class NoPlace(NotSent):
    """The secret's place could not be reserved, so nothing was sent."""


@dataclass(frozen=True, slots=True)
class Created:
    """The client exists and here is its secret, this once."""

    name: str
    credentials: Credentials
    attempt: str = ""
    """Its entry in the journal, for `Session.stored` and `Session.delivered`; empty without a journal."""


@dataclass(frozen=True, slots=True)
class CreatedWithoutSecret:
    """A 201 came without a usable secret. The client exists; its secret can't be had any more."""

    name: str
    client_id: str | None
    """None where the answer was cut before the id: a look at the list finds it."""
    attempt: str = ""


@dataclass(frozen=True, slots=True)
class _Failed:
    name: str
    error: ServiceError
    attempt: str = ""


class NotCreated(_Failed):
    """Nothing was created: not sent, or rejected."""

    __slots__ = ()


class CreateUnclear(_Failed):
    """It may or may not exist. `Session.look_for` finds out."""

    __slots__ = ()


CreateOutcome = Created | CreatedWithoutSecret | NotCreated | CreateUnclear


@dataclass(frozen=True, slots=True)
class _Gone:
    client: Client


class Deleted(_Gone):
    """The service confirmed the deletion (or a 404 did, after an attempt that got no clear answer)."""

    __slots__ = ()


class AlreadyGone(_Gone):
    """The first answer was a 404: someone else had deleted it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class NotDeleted:
    """It is still there, as far as is known."""

    client: Client
    error: ServiceError


@dataclass(frozen=True, slots=True)
class DeleteUnclear:
    """No clear answer, also after the retries that a DELETE may have."""

    client: Client
    error: ServiceError
    hindrance: ServiceError
    """Why nobody could look whether it is still there."""


DeleteOutcome = Deleted | AlreadyGone | NotDeleted | DeleteUnclear


def is_gone(outcome: object) -> bool:
    """Whether it says that the client is not there any more."""
    return isinstance(outcome, _Gone)
