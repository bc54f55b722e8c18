"""Deletes a client, once the operator has confirmed which one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from butlr_tui.flows import use_words, wording
from butlr_tui.flows.host import Question
from butlr_tui.ids import created_at
from butlr_tui.listing.last_use import LastUse
from butlr_tui.operations.outcomes import is_gone
from butlr_tui.text import ago, quoted, safe, truncate, truncate_middle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from butlr_tui.flows.context import FlowContext
    from butlr_tui.flows.host import FlowHost
    from butlr_tui.models import Client
    from butlr_tui.operations.outcomes import DeleteOutcome

CONFIRMATION_LENGTH: Final = 6
"""Characters of the id to type: names repeat, and hostile ones can't be typed."""
_NAME_CELLS: Final = 100
_ID_CELLS: Final = 40
_DESCRIPTION_CELLS: Final = 160
_COUNTS: Final = {6: "six characters", 1: "character"}


@dataclass(eq=False)
class ConfirmDelete(Question[bool]):
    """Whether this client is to go. Where the profile is protected, the end of its id has to be typed."""

    client: Client
    own: bool
    """Whether it is the client that signed us in."""
    protected: bool
    now: datetime
    use: LastUse = LastUse()  # noqa: RUF009 (frozen)
    """When it was last used."""

    @property
    def facts(self) -> Sequence[tuple[str, str]]:
        """What tells this client from others, each with what it is called; safe to show."""
        client = self.client
        created = created_at(client.client_id)
        facts = [
            ("Name", truncate(safe(client.name), _NAME_CELLS)),
            ("Client id", truncate_middle(safe(client.client_id), _ID_CELLS)),
            ("Created", f"{created:%Y-%m-%d}, {ago(created, self.now)}" if created else ""),
            (use_words.LABEL, use_words.told(self.use, self.now)),
            ("Description", truncate(safe(client.description), _DESCRIPTION_CELLS)),
        ]
        return [(label, fact) for label, fact in facts if fact]

    @property
    def consequences(self) -> Sequence[str]:
        """What stops, what goes on, and that it is for good."""
        return (
            "Whatever signs in with it stops working. This can't be undone.",
            "Tokens that it already has go on working until they end.",
        )

    @property
    def warning(self) -> str:
        """What speaks against it: what it does to the operator, or that it is in use; "" where nothing does."""
        if not self.own:
            return use_words.warning(self.use, self.now)
        return "! This is the client that signed you in: deleting it signs you out for good."

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

    def fault_in(self, typed: str) -> str:
        """Why nothing is deleted by what was typed; "" where it is confirmed."""
        if self.is_confirmed_by(typed):
            return ""
        if not typed.strip():
            return f"✗ Nothing is deleted until {self.to_type} is typed."
        return f"✗ {quoted(typed.strip())} is not the end of its id, which is {self.to_type}. Nothing is deleted."


async def delete(
    host: FlowHost, context: FlowContext, client: Client, *, own: bool = False
) -> DeleteOutcome | None:
    """Delete a client and say how that ended; None where the operator keeps it."""
    title = f"Delete {quoted(client.name)} from {safe(context.profile.title)}"
    history = context.session.history
    await history.refresh()
    protected, use = context.profile.protected, history.last_use(client)
    question = ConfirmDelete(title, client, own, protected, context.clock(), use)
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
