"""A question with a few answers. The focus starts on the answer that changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.widgets import Button

from butlr_tui.tui.commands import Place, bindings, command
from butlr_tui.tui.dialogs.dialog import Dialog, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.tui.commands import Command


class Question(Dialog[bool]):
    """Dismisses with True only for the answer that goes ahead; Esc is going back."""

    AUTO_FOCUS = "#back"
    BINDINGS = bindings(Place.QUESTION)

    def __init__(self, title: str, text: str, *, go_back: str, go_ahead: str) -> None:
        super().__init__()
        self.title_text = title
        self._text = text
        self._answers = (go_back, go_ahead)

    def body(self) -> Sequence[Widget]:
        """The question and its two answers."""
        go_back, go_ahead = self._answers
        return [
            Words(self._text),
            Horizontal(
                Button(go_back, id="back", compact=True),
                Button(go_ahead, id="ahead", compact=True),
                classes="answers",
            ),
        ]

    def keys(self) -> Sequence[Command]:
        """Esc and Enter."""
        return [command("leave"), command("answer")]

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "ahead")

    def action_choose(self) -> None:
        """Take the answer that has the focus."""
        if isinstance(self.focused, Button):
            self.focused.press()

    def action_back(self) -> None:
        """Change nothing."""
        self.dismiss(False)
