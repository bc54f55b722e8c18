"""A question with two answers. The focus starts on the one that changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.widgets import Button

from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place, command
from butlr_tui.tui.dialogs.question import QuestionDialog
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.flows.host import Confirm
    from butlr_tui.tui.commands import Command


class ConfirmDialog(QuestionDialog[bool]):
    """Only the answer that goes ahead is True."""

    AUTO_FOCUS = "#back"
    BINDINGS = bindings(Place.QUESTION)

    def __init__(self, question: Confirm) -> None:
        super().__init__(question)
        self._question = question

    def body(self) -> Sequence[Widget]:
        """The question and its two answers."""
        return [
            Words(self._question.text),
            Horizontal(
                Button(self._question.go_back, id="back", compact=True),
                Button(self._question.go_ahead, id="ahead", compact=True),
                classes="answers",
            ),
        ]

    def keys(self) -> Sequence[Command]:
        """Esc and Enter."""
        return [command("leave"), command("answer")]

    async def on_button_pressed(self, event: Button.Pressed) -> None:
        await self.reply(event.button.id == "ahead")

    def action_choose(self) -> None:
        """Take the answer that has the focus."""
        if isinstance(self.focused, Button):
            self.focused.press()

    async def action_back(self) -> None:
        """Change nothing."""
        await self.reply(None)
