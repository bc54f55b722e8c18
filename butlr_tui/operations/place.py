"""The places that the secret of a new client can be taken to.

A place is chosen, checked and, where that can be, reserved before the POST, so that no create ends with nowhere to
put its secret.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from butlr_tui.delivery.clipboard.copy import ClipboardDigest
    from butlr_tui.models import Credentials

CLIPBOARD: Final = "clipboard"
FILE: Final = "file:"
SSH: Final = "ssh:"
COMMAND: Final = "command:"
SEAL: Final = "seal:"
"""How a place is named by an operator: what stands before its path or name, or all of it."""


class Disposition(Enum):
    """Where the secret of a new client is in the end."""

    STORED = "stored"
    CLIPBOARD = "clipboard"
    """Copied or sent to a clipboard, which is no storage."""
    NOT_STORED = "nowhere"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the delivery of a new client's secret ended, in words for the user and for the journal."""

    disposition: Disposition
    said: str
    """For the user, safe to show: a sentence, or for STORED a clause without a capital and a full stop."""
    how: str = ""
    """For the journal; with NOT_STORED why nothing came of a copy, "" for what is no copy."""
    digest: ClipboardDigest | None = field(default=None, repr=False)
    """For clearing a clipboard again; only where the copy was verified."""
    refused: str = ""
    """For the journal, with NOT_STORED: what would have stored it and did not, and why; "" for a copy."""


def is_stored(deliveries: Sequence[Delivery]) -> bool:
    """Whether all that store have stored the one secret that was taken there, and there is one that does."""
    has_stored = any(one.disposition is Disposition.STORED for one in deliveries)
    return has_stored and not any(one.refused for one in deliveries)


class SecretPlace(Protocol):
    """A destination for the secret of one client."""

    @property
    def file(self) -> Path | None:
        """The file that `reserve` makes, for the journal to know before it is there; None where it makes none."""

    async def reserve(self) -> str | None:
        """Keeps the place for the secret. Why that can't be, as a sentence, or None."""

    async def take(self, credentials: Credentials) -> Delivery:
        """Takes the credentials to the place that was reserved. Never raises for what happens there."""

    async def release(self) -> str:
        """Leaves nothing of what was reserved, unless a secret was taken there.

        What had to be left all the same, as a sentence; "" where nothing is.
        """


class Destination(Protocol):
    """What the secrets of new clients can be taken to."""

    async def check(self, name: str) -> str | None:
        """Why the secret of a client called `name` could not go there, or None. Changes nothing there."""

    def place(self, name: str, client_id: str = "") -> SecretPlace:
        """The place there for the secret of a client called `name`, whose id may be known already."""


@dataclass(frozen=True, slots=True)
class Unreserved:
    """A place where nothing can be kept before there is a secret, such as a command: a check has to do."""

    deliver: Callable[[Credentials], Awaitable[Delivery]]
    file: None = None

    async def reserve(self) -> None:
        """Nothing to do."""

    async def take(self, credentials: Credentials) -> Delivery:
        """Takes the credentials there."""
        return await self.deliver(credentials)

    async def release(self) -> str:
        """Nothing to do."""
        return ""
