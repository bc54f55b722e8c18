"""Things in pages of as many lines as the terminal has, each with a number that stays while they are turned."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import Final, Generic, TypeVar

T = TypeVar("T")

_OTHER_LINES: Final = 4
"""Beside those of a page: what it is, how it goes on, and the question."""
_FEWEST: Final = 5


class NumberedPages(Generic[T]):
    """One page of them is the current one."""

    def __init__(self, items: Sequence[T]) -> None:
        self.items = items
        self._size = max(_FEWEST, shutil.get_terminal_size().lines - _OTHER_LINES)
        self._page = 0

    @property
    def count(self) -> int:
        """How many pages there are."""
        return max(1, -(-len(self.items) // self._size))

    @property
    def where(self) -> str:
        """Which one it is of how many, as a sentence; "" where there is one."""
        return f"Page {self._page + 1:,} of {self.count:,}." if self.count > 1 else ""

    @property
    def current(self) -> Sequence[tuple[int, T]]:
        """The numbers and the items of the current page."""
        start = self._page * self._size
        return [*enumerate(self.items[start : start + self._size], start + 1)]

    def turn(self, pages: int) -> bool:
        """Go so many pages on; False where that is beyond the first or the last one."""
        wanted = self._page + pages
        is_there = 0 <= wanted < self.count
        self._page = wanted if is_there else self._page
        return is_there

    def go_to(self, row: int) -> None:
        """To the page that has the item with this index."""
        self._page = max(0, min(row // self._size, self.count - 1))
