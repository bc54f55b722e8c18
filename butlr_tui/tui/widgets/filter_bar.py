"""The line of the filter."""

from __future__ import annotations

from typing import Final

from textual.widgets import Input

from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place
from butlr_tui.tui.messages import FilterChanged, FilterLeft

_EXAMPLES: Final = "such as hvac -test or age:>1y"


class FilterBar(Input):
    """Filters as you type. Enter or Down keeps the filter, Esc clears it; both go back to the list."""

    BINDINGS = bindings(Place.FILTER)

    def __init__(self) -> None:
        super().__init__(id="filter", compact=True, select_on_focus=False, placeholder=_EXAMPLES)
        self.cursor_blink = False  # a blinking cursor sends 40 kB a minute to somebody's slow link

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(FilterChanged(event.value))

    def action_keep(self) -> None:
        """Back to the list, as filtered."""
        self.post_message(FilterLeft(cleared=False))

    def action_clear(self) -> None:
        """Back to the whole list."""
        self.value = ""
        self.post_message(FilterLeft(cleared=True))
