"""Takes the credentials of a new client to the destination that was chosen before it was created.

A destination is checked before the POST, so that no create ends with nowhere to put its secret; `hand_over`
takes it there and writes down in the journal what became of it. The app and `butlr-tui create` both use it.
"""

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Protocol

from butlr_tui.delivery.clipboard.copy import ClipboardDigest
from butlr_tui.models import Credentials
from butlr_tui.operations.outcomes import Created
from butlr_tui.operations.session import Session


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
    """For the journal."""
    digest: ClipboardDigest | None = field(default=None, repr=False)
    """For clearing a clipboard again; only where the copy was verified."""


class Destination(Protocol):
    """A place that the secret of a new client can be taken to."""

    async def check(self, name: str) -> str | None:
        """Why the secret of a client called `name` could not go there, or None. Asked before the create."""

    async def take(self, credentials: Credentials, name: str) -> Delivery:
        """Takes the credentials of the client called `name` there. Never raises for what happens there."""


async def hand_over(session: Session, created: Created, to: Destination) -> Delivery:
    """Takes the new client's credentials to `to`, and writes down in the journal what became of them.

    Where the journal can't be written, the delivery's words say so, and what that means.
    """
    delivery = await to.take(created.credentials, created.name)
    return await _written_down(session, created, delivery)


async def stored_by_word(session: Session, created: Created) -> Delivery:
    """Takes the operator's word that the secret is stored, and writes that down in the journal."""
    delivery = Delivery(Disposition.STORED, "stored by your word", "by the operator's word")
    return await _written_down(session, created, delivery)


async def _written_down(session: Session, created: Created, delivery: Delivery) -> Delivery:
    if not created.attempt:  # there is no journal
        return delivery
    said = delivery.said
    if delivery.disposition is Disposition.STORED and not await session.stored(created, delivery.how):
        said += (
            "; the journal could not be written, so butlr-tui will ask about it once more at its next start"
        )
    if delivery.disposition is Disposition.CLIPBOARD and not await session.delivered(created, delivery.how):
        said += " The journal could not be written, so it does not know of this copy."
    return replace(delivery, said=said)
