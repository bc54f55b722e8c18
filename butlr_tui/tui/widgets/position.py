"""Where in the list the cursor is, at the right end of the last line.

A widget of its own, since Textual repaints a line from the left edge of the widget in it that changed.
"""

from __future__ import annotations

from textual.content import Content

from butlr_tui.tui.widgets.lines import Lines


class Position(Lines):
    """The cursor's row and how many there are."""

    def __init__(self) -> None:
        super().__init__(id="position")
        self._cells = 0

    def show_row(self, row: int, rows: int, more_may_come: bool = False) -> None:
        """Say which of so many rows it is, from 1; nothing where there are none."""
        text = f"{row:,} of {rows:,}{'…' if more_may_come else ''}" if rows else ""
        # As wide as it has ever been: another width lays out all of the screen.
        longest = len(f"{rows:,} of {rows:,}") + 2 if rows else 0
        if longest > self._cells:
            self._cells = longest
            self.styles.width = longest
        self.show([Content.styled(text.rjust(self._cells - 1), "dim")])
