"""What a screen has whose rows go by a filter: it follows what is typed there, and tells what can't be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.tui.screens.rows_screen import RowsScreen
from butlr_tui.tui.widgets.filter_bar import FilterBar
from butlr_tui.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from butlr_tui.listing.cooperative import Steps
    from butlr_tui.listing.view import Listing
    from butlr_tui.tui.messages import FilterChanged, FilterLeft, FilterWordsOffered


class FilteredScreen(RowsScreen):
    """Subclasses have a `Listing` and a `FilterBar`, and give `change` and `say`."""

    listing: Listing

    async def change(self, steps: Steps, *, keeps_top: bool = False) -> None:
        """Let the listing change and show it, with the cursor on the same client, or at the top where it was."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """Say something below the list."""
        raise NotImplementedError

    def show_filter(self, query: str) -> None:
        """Put this into the filter."""
        bar = self.query_one(FilterBar)
        bar.value = query
        bar.cursor_position = len(query)

    async def on_filter_changed(self, message: FilterChanged) -> None:
        problem = self.listing.problem
        # Once it is cleared, the cursor stays on what it found.
        await self.change(self.listing.filtering(message.query), keeps_top=bool(message.query))
        self.query_one(FilterBar).show_wrong(self.listing.wrong)
        if self.listing.problem != problem:
            self.say(self.listing.problem)

    def on_filter_words_offered(self, message: FilterWordsOffered) -> None:
        self.say("  ".join(message.words) or self.listing.problem)

    def on_filter_left(self, message: FilterLeft) -> None:
        self.set_focus(self.query_one(RowList))
