"""Every key, from the command table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place, at, command
from butlr_tui.tui.dialogs.dialog import Dialog
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.tui.commands import Command

_KEYS = 12
_TIPS = (
    "The filter wants every word that you type, anywhere in a client's name, description or id; in “quotes” "
    "the words as they stand. name:hvac and id:32hZ look there alone. created:>2026-01-01 (or <, >=, <=, =; a "
    "month or a year will do) goes by the day, in UTC, that the id tells. What fits none of these is taken as "
    "words.",
    "To select text with the mouse, hold Shift while you drag.",
)


class HelpDialog(Dialog):
    """The keys of each place, and what they do."""

    AUTO_FOCUS = "#dialog"
    BINDINGS = bindings(Place.QUESTION)
    title_text = "Keys"

    def body(self) -> Sequence[Widget]:
        """A block for each place."""
        return [
            *(Words(_block(place)) for place in Place),
            *(Words(tip, classes="paragraph") for tip in _TIPS),
        ]

    def keys(self) -> Sequence[Command]:
        """Only the way back."""
        return [command("leave")]

    def on_mount(self) -> None:
        # It is longer than a small screen: up and down scroll it.
        frame = self.query_one("#dialog")
        frame.can_focus = True
        frame.focus()

    def action_back(self) -> None:
        """Close it."""
        self.dismiss(None)

    action_choose = action_back


def _block(place: Place) -> Content:
    rows = [Content.assemble((cmd.keys.ljust(_KEYS), "bold $accent"), f" {cmd.help}") for cmd in at(place)]
    return Content("\n").join([Content.styled(place.value, "bold"), *rows, Content()])
