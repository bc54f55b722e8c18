"""What the list of clients and the journal share: a cursor in rows, and the keys that move it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.tui.screens.full_screen import FullScreen
from butlr_tui.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from textual.events import Resize


class RowsScreen(FullScreen):
    """A screen with one `RowList`."""

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self.query_one(RowList).scroll_anew)

    def action_cursor(self, rows: int) -> None:
        """Move the cursor."""
        self.query_one(RowList).move(rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by a screen."""
        self.query_one(RowList).page(pages)

    def action_first(self) -> None:
        """To the first row."""
        self.query_one(RowList).go_first()

    def action_last(self) -> None:
        """To the last row."""
        self.query_one(RowList).go_last()
