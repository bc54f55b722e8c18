"""The fewest bytes that change cells of the terminal."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from butlr_tui.tui.terminal.cells import BLANK, DOUBTFUL, HALF, Row
from butlr_tui.tui.terminal.moves import move
from butlr_tui.tui.terminal.pillars import Pillar
from butlr_tui.tui.terminal.style import PLAIN, Style, change, ground

_NEAR: Final = 6
"""Cells between two changes that may cost less than a move over them."""
_ERASE_TAIL: Final = "\x1b[K"
_MANY_BLANKS: Final = " " * 11
"""Blanks than which erasing them and a move over them are shorter."""


class Update:
    """The sequences of one update, with where the cursor is by then and how it writes."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._x: int | None = None
        self._y: int | None = None
        self._style: Style | None = None

    def move(self, x: int, y: int) -> None:
        self.parts.append(move(self._x, self._y, x, y))
        self._x, self._y = x, y

    def row(self, y: int, row: Row, changed: list[int]) -> None:
        """Write the cells of a row that changed, and those between them where that is shorter."""
        tail = _blank_tail(row)
        ahead = bisect_left(changed, tail)
        self._write_cells(y, row, changed[:ahead])
        if emptied := changed[ahead:]:
            self._empty_tail(y, row, tail, emptied)

    def pillar(self, pillar: Pillar) -> None:
        """Write a pillar, downwards."""
        for y in range(pillar.top, pillar.top + pillar.height):
            self.move(pillar.x, y)
            self._look(pillar.style)
            self.parts.append(pillar.text)
            self._x = pillar.x + 1

    def _write_cells(self, y: int, row: Row, cells: list[int]) -> None:
        for start, end in _runs(row, cells):
            if self._y != y or not self._written_up_to(start, row):
                self.move(start, y)
            self._write(row, start, end)

    def _empty_tail(self, y: int, row: Row, tail: int, emptied: list[int]) -> None:
        """Erase the end of a row; a few blanks are shorter."""
        start = emptied[0]
        if self._y == y and self._x is not None and tail <= self._x < start:
            start = self._x
        if emptied[-1] - start < len(_ERASE_TAIL):
            self._write_cells(y, row, emptied)
            return
        if (self._x, self._y) != (start, y):
            self.move(start, y)
        if self._style is None or ground(self._style) != PLAIN:
            self._look(PLAIN)
        self.parts.append(_ERASE_TAIL)

    def _look(self, style: Style) -> None:
        self.parts.append(change(self._style, style))
        self._style = style

    def _written_up_to(self, x: int, row: Row) -> bool:
        """Write the few cells before `x` again, unless a move is shorter or there are more than a few."""
        if self._x is None or not 0 <= x - self._x <= _NEAR:
            return False
        if self._x == x:
            return True
        again = Update()
        again._x, again._y, again._style = self._x, self._y, self._style
        again._write(row, self._x, x)
        written = "".join((*again.parts, change(again._style, row.styles[x])))
        passed = move(self._x, self._y, x, self._y or 0) + change(self._style, row.styles[x])
        if len(written.encode()) > len(passed):
            return False
        self.parts += again.parts
        self._x, self._style = again._x, again._style
        return True

    def _write(self, row: Row, start: int, end: int) -> None:
        texts, styles = row.texts, row.styles
        while start < end:
            style = styles[start]
            if texts[start] == BLANK and self._style is not None and ground(self._style) == ground(style):
                style = self._style
            elif self._style != style:
                style = _with_what_follows(row, start, end)
                self._look(style)
            bottom = ground(style)
            stop = start + 1
            while stop < end and (
                styles[stop] is style
                or styles[stop] == style
                or (texts[stop] == BLANK and ground(styles[stop]) == bottom)
            ):
                stop += 1
            self._write_alike(row, start, stop, erasable=bottom == PLAIN)
            start = stop

    def _write_alike(self, row: Row, start: int, end: int, *, erasable: bool) -> None:
        """Write cells that the style of the moment suits."""
        text = "".join(row.texts[start:end])
        if not text.isascii() and DOUBTFUL.search(text):
            for x in range(start, end):
                if row.texts[x] != HALF:
                    self._write_alone(row, x)
        elif erasable and _MANY_BLANKS in text:
            for blank, cells in groupby(range(start, end), lambda x: row.texts[x] == BLANK):
                first, *others = cells
                last = first + len(others)
                if blank and len(others) >= len(_MANY_BLANKS):
                    self._go(first)
                    self.parts.append(f"\x1b[{last + 1 - first}X")  # the cursor stays
                else:
                    self._put("".join(row.texts[first : last + 1]), row, first, last + 1)
        else:
            self._put(text, row, start, end)

    def _write_alone(self, row: Row, x: int) -> None:
        """Write a character so that what it may leave out or draw over is right afterwards."""
        text = row.texts[x]
        end = x + 2 if row.texts[x + 1 : x + 2] == [HALF] else x + 1
        if DOUBTFUL.search(text):
            self._put(BLANK * (end - x), row, x, end)
            self._x = None
            self._put(text, row, x, end)
            self._x = None
        else:
            self._put(text, row, x, end)

    def _put(self, text: str, row: Row, start: int, end: int) -> None:
        """Write characters into these cells. After the last column nobody knows where the cursor is."""
        self._go(start)
        self.parts.append(text)
        self._x = end if end < len(row.texts) else None

    def _go(self, x: int) -> None:
        if self._x != x:
            self.move(x, self._y or 0)


def _with_what_follows(row: Row, start: int, end: int) -> Style:
    """The style of a cell; of a blank, that of the next character, where the blank looks the same in it."""
    style = row.styles[start]
    for x in range(start, end):
        if ground(row.styles[x]) != ground(style):
            break
        if row.texts[x] != BLANK:
            return row.styles[x] if row.texts[start] == BLANK else style
    return style


def _runs(row: Row, changed: list[int]) -> Iterator[tuple[int, int]]:
    """The stretches of these cells: first and last plus one. A wide character is written as a whole."""
    start = end = changed[0] if changed else 0
    for x in changed:
        if x > end:
            end += row.texts[end] == HALF
            if x > end and not _is_empty(row, end - 1, x):
                yield start, end
                start = x
        end = x + 1
    if end > start:
        yield start, end + (row.texts[end : end + 1] == [HALF])


def _is_empty(row: Row, first: int, last: int) -> bool:
    """Whether these are blanks that can be erased in one go."""
    cells = slice(first, last + 1)
    count = last + 1 - first
    return (
        count <= len(_MANY_BLANKS)
        and row.texts[cells].count(BLANK) == count
        and all(ground(style) == PLAIN for style in row.styles[cells])
    )


def _blank_tail(row: Row) -> int:
    """Where the blanks begin that end a row on the terminal's own background."""
    x = len(row.texts)
    while (
        x and row.texts[x - 1] == BLANK and (row.styles[x - 1] is PLAIN or ground(row.styles[x - 1]) == PLAIN)
    ):
        x -= 1
    return x
