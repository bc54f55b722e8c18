"""The entries of the journal: what it knows of a create or a deletion."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from butlr_tui.models import Client
from butlr_tui.system.private_files import PASSING_NAME
from butlr_tui.text import describe_path, quoted, safe, truncate


class Event(StrEnum):
    """What a line of the journal tells of its attempt."""

    CREATE = "create"
    CREATED = "created"
    WITHOUT_SECRET = "created_without_secret"  # noqa: S105
    NOT_CREATED = "not_created"
    CREATE_UNCLEAR = "create_unclear"
    DELIVERED = "delivered"
    """The secret went where it is not stored: to a clipboard."""
    NOT_COPIED = "not_copied"
    """Nothing came of a copy, and why."""
    NOT_STORED = "not_stored"
    """Nothing came of a delivery to what would have stored it, and why."""
    STORED = "stored"
    SETTLED = "settled"
    """The operator decided what becomes of the client, or it is gone."""
    RESERVED = "reserved"
    """Another file is made for the secret than were named before the create."""
    RELEASED = "released"
    """What was reserved for the secret was left behind with nothing in it, and is taken away."""
    SIGNED_IN = "signed_in"
    """The new pair was tried, and signed in."""
    REPLACEMENT_OVER = "replacement_over"
    """The client takes nobody's place any more, though no deletion from here tells so."""
    DELETE = "delete"
    DELETED = "deleted"
    ALREADY_GONE = "already_gone"
    NOT_DELETED = "not_deleted"
    DELETE_UNCLEAR = "delete_unclear"


KEPT: Final = "kept by the operator"
"""How a create is settled whose client stays, though its secret is not known to be stored."""
BEGINS: Final = frozenset({Event.CREATE, Event.DELETE})
CLOSES: Final = frozenset({Event.NOT_CREATED, Event.STORED, Event.SETTLED})
ENDS_DELETION: Final = frozenset({Event.DELETED, Event.ALREADY_GONE, Event.NOT_DELETED, Event.DELETE_UNCLEAR})


class SourceLine(NamedTuple):
    """A line of a file of clients: all that makes it the same line when the file is read again."""

    name: str
    description: str
    destination: str
    """Where its secret is to go."""


class Entry(NamedTuple):
    """One attempt to create or to delete a client, and all that is known of it. Its texts are not safe."""

    attempt: str
    event: Event
    """CREATE or DELETE."""
    at: datetime
    """UTC; just before the request was sent."""
    url: str
    profile: str
    name: str
    by: str | None
    """The client id of the identity that asked for it."""
    before: tuple[str, ...] = ()
    """Ids of the clients that had this name before."""
    client_id: str | None = None
    ended: Event | None = None
    """How the request ended; None where the program ended first."""
    why: str = ""
    """What went wrong with it, in words."""
    deliveries: tuple[str, ...] = ()
    """What the secret was handed to that is no storage, in words."""
    not_copied: str = ""
    """Why nothing came of the last copy that failed, in words; one before or after it may have gone well."""
    not_stored: tuple[str, ...] = ()
    """What would have stored the secret and did not, each in words; something else may have."""
    closed: Event | None = None
    closed_how: str = ""
    stored_too: tuple[str, ...] = ()
    """Where the secret is besides, in words like those of `closed_how`."""
    reserved: tuple[str, ...] = ()
    """The files that were made for the secret before there was one."""
    replaces: str | None = None
    """The client id of the one whose place it is to take."""
    signed_in: datetime | None = None
    """UTC; when the new pair was last seen to sign in."""
    replacement_over: str = ""
    """Why it takes nobody's place any more, in words."""
    line: SourceLine | None = None
    """The line of a file that the client is created from."""

    @property
    def is_open(self) -> bool:
        """Whether a client may exist whose secret is not known to be stored."""
        return self.event is Event.CREATE and self.closed is None

    @property
    def was_interrupted(self) -> bool:
        """Whether it is a deletion whose end is not written down."""
        return self.event is Event.DELETE and self.ended is None

    @property
    def summary(self) -> str:
        """What is known of a create, in sentences that are safe to show."""
        place = f" It was to replace {truncate(safe(self.replaces), 60)}." if self.replaces else ""
        return self._what_is_known + place

    @property
    def _what_is_known(self) -> str:
        name = quoted(self.name)
        client = f"{truncate(safe(self.client_id), 60)} ({name})" if self.client_id else name
        when = f"at {self.at.astimezone():%Y-%m-%d %H:%M}"
        match self.ended:
            case Event.CREATED if self.deliveries:
                only = truncate(safe(self.deliveries[-1]), 60)
                return f"{client} was created {when} and its secret was never stored, only {only}."
            case Event.CREATED if self.reserved:
                return (
                    f"{client} was created {when}; whether its secret is stored is not known: look "
                    f"{' and '.join(map(_place_of, self.reserved))}."
                )
            case Event.CREATED:
                nor = f", nor copied: {truncate(safe(self.not_copied), 60)}" if self.not_copied else ""
                return f"{client} was created {when} and its secret was never stored{nor}."
            case Event.WITHOUT_SECRET:
                return f"{client} was created {when}, but its secret never arrived."
            case Event.CREATE_UNCLEAR:
                return f"{name} may have been created {when}: no clear answer came, and no secret."
        return f"{name} may have been created {when}: butlr-tui ended before it knew."

    def candidates(self, clients: Iterable[Client]) -> list[Client]:
        """Those of `clients` that this create may have made: by its id where that is known, else by name.

        That there is none is shown only by a list that was read later, by the same identity.
        """
        if self.client_id is not None:
            return [client for client in clients if client.client_id == self.client_id]
        return [client for client in clients if client.name == self.name and client.id not in self.before]


def _place_of(file: str) -> str:
    """Where to look for a secret that may have been written to `file`, or been given its name since."""
    path = Path(file)
    passing = path.name.startswith(PASSING_NAME)
    return f"in {describe_path(path.parent)}" if passing else f"at {describe_path(path)}"
