"""Deletes a client, once the operator has confirmed which one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from butlr_tui.flows import wording
from butlr_tui.flows.host import Question
from butlr_tui.ids import created_at
from butlr_tui.operations.outcomes import AlreadyGone, Deleted
from butlr_tui.text import quoted, safe

if TYPE_CHECKING:
    from butlr_tui.flows.context import FlowContext
    from butlr_tui.flows.host import FlowHost
    from butlr_tui.models import Client
    from butlr_tui.operations.outcomes import DeleteOutcome

CONFIRMATION_LENGTH: Final = 6
"""Characters of the id to type: names repeat, and hostile ones can't be typed."""
_COUNTS: Final = {6: "six characters", 1: "character"}


@dataclass(eq=False)
class ConfirmDelete(Question[bool]):
    """Whether this client is to go. Where the profile is protected, the end of its id has to be typed."""

    client: Client
    own: bool
    """Whether it is the client that signed us in."""
    protected: bool

    @property
    def which(self) -> str:
        """The client's id and the day of its creation."""
        created = created_at(self.client.client_id)
        return safe(self.client.client_id) + (f", created {created:%Y-%m-%d}" if created else "")

    @property
    def to_type(self) -> str:
        """What has to be typed, as it is shown."""
        return safe(self.client.client_id[-CONFIRMATION_LENGTH:])

    @property
    def instruction(self) -> str:
        """What has to be typed, as a sentence."""
        length = len(self.to_type)
        return f"Type the last {_COUNTS.get(length, f'{length} characters')} of its id, {self.to_type}"

    def is_confirmed_by(self, typed: str) -> bool:
        """Whether that was typed; case does not count."""
        return typed.strip().casefold() == self.to_type.casefold()


async def delete(
    host: FlowHost, context: FlowContext, client: Client, *, own: bool = False
) -> DeleteOutcome | None:
    """Delete a client and say how that ended; None where the operator keeps it."""
    title = f"Delete {quoted(client.name)} from {safe(context.profile.title)}"
    question = ConfirmDelete(title, client, own, context.profile.protected)
    try:
        if not await host.ask(question):
            return None
        host.progress(question, "Deleting…")
        outcome = await context.session.delete(client)
    finally:
        host.close(question)
    gone = is_gone(outcome)
    host.say(f"{'✓' if gone else '✗'} {wording.deleted(outcome, host.key)}")
    if gone:
        host.reload()
    return outcome


def is_gone(outcome: DeleteOutcome | None) -> bool:
    """Whether the client is not there any more."""
    return isinstance(outcome, Deleted | AlreadyGone)
