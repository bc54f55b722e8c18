"""The line of the filter, which is there only while there is a filter: its place else is the list's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content

from butlr_tui.tui.widgets.filter_bar import FilterBar
from butlr_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import DescendantBlur

    from butlr_tui.tui.messages import FilterChanged


class FilterLine(Horizontal):
    """A slash and the `FilterBar`. It shows itself while that has the focus or a text."""

    def __init__(self) -> None:
        super().__init__(id="filter-line")
        self.bar = FilterBar()
        self.display = False

    def compose(self) -> ComposeResult:
        yield Lines([Content.styled(" /", "bold $accent")], id="slash")
        yield self.bar

    def open(self) -> None:
        """Let the operator type."""
        self.display = True
        self.screen.set_focus(self.bar)

    def on_click(self) -> None:
        self.open()

    def on_filter_changed(self, message: FilterChanged) -> None:
        self._show_while_needed()

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        if self.app.app_focus:  # else the terminal lost the focus, which comes back to the bar
            self._show_while_needed()

    def _show_while_needed(self) -> None:
        self.display = self.bar.has_focus or bool(self.bar.value)
