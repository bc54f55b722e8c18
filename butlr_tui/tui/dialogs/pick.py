"""Asks which one of a few."""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.tui.commands import Place, bindings, command
from butlr_tui.tui.dialogs.dialog import Dialog, Words
from butlr_tui.tui.widgets.choice import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.tui.commands import Command
    from butlr_tui.tui.widgets.choice import Option


class Pick(Dialog[str]):
    """Options to choose from. Dismisses with the id of one, or with "" for none."""

    AUTO_FOCUS = "Choice"
    BINDINGS = bindings(Place.QUESTION)

    def __init__(self, title: str, text: str, options: Sequence[Option], chosen: str = "") -> None:
        super().__init__()
        self.title_text = title
        self._text = text
        self._options = options
        self._chosen = chosen

    def body(self) -> Sequence[Widget]:
        """What it is about, and the options."""
        return [Words(self._text), Choice(self._options, self._chosen, id="choice")]

    def keys(self) -> Sequence[Command]:
        """Back and on."""
        return [command("leave"), command("answer")]

    def action_choose(self) -> None:
        """Take what is chosen."""
        self.dismiss(self.query_one(Choice).chosen.id)

    def action_back(self) -> None:
        """Take none."""
        self.dismiss("")
