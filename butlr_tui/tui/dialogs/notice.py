"""Shows a longer text, such as the beginning of an answer that nobody expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place, command
from butlr_tui.tui.dialogs.dialog import Dialog
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.content import Content
    from textual.widget import Widget

    from butlr_tui.tui.commands import Command


class Notice(Dialog):
    """A text and a way back."""

    BINDINGS = bindings(Place.QUESTION)

    def __init__(self, title: str, text: str | Content) -> None:
        super().__init__()
        self.title_text = title
        self._text = text

    def body(self) -> Sequence[Widget]:
        """The text."""
        return [Words(self._text)]

    def keys(self) -> Sequence[Command]:
        """Only the way back."""
        return [command("leave")]

    def action_back(self) -> None:
        """Close it."""
        self.dismiss(None)

    action_choose = action_back
