"""What the terminal shows, and the fewest bytes that make it show something else."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from rich.cells import get_character_cell_size

from butlr_tui.tui.terminal.cells import BLANK, HALF, UNKNOWN, Cells, Row
from butlr_tui.tui.terminal.moves import move
from butlr_tui.tui.terminal.style import PLAIN, Style, change, ground

_NEAR: Final = 6
"""Cells between two changes that may cost less than a move over them."""
_ERASE_TAIL: Final = "\x1b[K"
_MANY_BLANKS: Final = " " * 11
"""Blanks than which erasing them and a move over them are shorter."""
# Terminals disagree about how wide these are: emoji, and what is joined with or varied by something invisible.
_DOUBTFUL: Final = re.compile("[\u200d\ufe0e\ufe0f\U00010000-\U0010ffff]")


class Shown:
    """What the terminal shows, as far as is known.

    What others write to the terminal damages only the cells that they write to: each update begins at a
    position and in a style of its own.
    """

    def __init__(self) -> None:
        self._cells = Cells()
        self._before: list[tuple[Row, list[str], list[Style]]] = []
        """The rows that the last update changed, with what was in them."""
        self.line_feed = "\r\n"
        """What takes the cursor to the beginning of the next line."""

    def forget(self, width: int, height: int) -> None:
        """Nobody knows what a terminal of this size shows."""
        self._cells = Cells(width, height, UNKNOWN)
        self._cells.cursor = (-1, -1)

    def cleared(self, width: int, height: int) -> None:
        """A terminal of this size shows nothing, and its cursor is in the first cell."""
        self._cells = Cells(width, height)

    def update(self, wanted: Cells) -> str:
        """What makes it show `wanted`, which has its size; empty where it does so already."""
        update = _Update(self.line_feed)
        self._before.clear()
        for y, (new, old) in enumerate(zip(wanted.rows, self._cells.rows, strict=True)):
            if new.texts != old.texts or new.styles != old.styles:
                if changed := _changed(new, old):
                    update.row(y, new, changed)
                self._before.append((old, old.texts, old.styles))
                old.texts, old.styles = new.texts[:], new.styles[:]
        x, y = cursor = wanted.cursor
        if (update.parts or cursor != self._cells.cursor) and x < wanted.width and y < len(wanted.rows):
            update.move(x, y)
            self._cells.cursor = cursor
        return "".join(update.parts)

    def undo(self) -> None:
        """The last update was not sent."""
        for row, texts, styles in self._before:
            row.texts, row.styles = texts, styles
        self._cells.cursor = (-1, -1)


def _changed(new: Row, old: Row) -> list[int]:
    """The cells that look different."""
    changed = [
        x
        for x, (text, before, style, style_before) in enumerate(
            zip(new.texts, old.texts, new.styles, old.styles, strict=True)
        )
        if text != before
        or (
            style is not style_before
            and style != style_before
            and not (text == BLANK and ground(style) == ground(style_before))
        )
    ]
    if _DOUBTFUL.search("".join(new.texts)):
        over = {spilled for x in changed for spilled in _spilled_over(x, new.texts[x])}
        return sorted(over.intersection(range(len(new.texts))).union(changed))
    return changed


def _spilled_over(x: int, text: str) -> range:
    """The cells after a character of doubtful width that some terminals draw it over."""
    return range(x + 1, x + sum(map(get_character_cell_size, text))) if _DOUBTFUL.search(text) else range(0)


class _Update:
    """The sequences of one update, with where the cursor is by then and how it writes."""

    def __init__(self, line_feed: str) -> None:
        self.parts: list[str] = []
        self._line_feed = line_feed
        self._x: int | None = None
        self._y: int | None = None
        self._style: Style | None = None

    def move(self, x: int, y: int) -> None:
        self.parts.append(move(self._x, self._y, x, y, self._line_feed))
        self._x, self._y = x, y

    def row(self, y: int, row: Row, changed: list[int]) -> None:
        """Write the cells of a row that changed, and those between them where that is shorter."""
        tail = _blank_tail(row)
        erased = [x for x in changed if x >= tail]
        if len(erased) <= len(_ERASE_TAIL):
            erased = []
        for start, end in _runs(row, changed[: len(changed) - len(erased)]):
            if self._y != y or not self._written_up_to(start, row):
                self.move(start, y)
            self._write(row, start, end)
        if erased:
            if (self._x, self._y) != (erased[0], y):
                self.move(erased[0], y)
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
        again = _Update(self._line_feed)
        again._x, again._y, again._style = self._x, self._y, self._style
        again._write(row, self._x, x)
        written = "".join((*again.parts, change(again._style, row.styles[x])))
        passed = move(self._x, self._y, x, self._y or 0, self._line_feed) + change(self._style, row.styles[x])
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
        if not text.isascii() and _DOUBTFUL.search(text):
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
        if _DOUBTFUL.search(text):
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


def _runs(row: Row, changed: list[int]) -> Iterator[tuple[int, int]]:
    """The stretches of these cells: first and last plus one. A wide character is written as a whole."""
    start = end = -1
    for x in changed:
        if x > end:
            if end >= 0:
                yield start, end
            start = x
        end = x + 2 if row.texts[x + 1 : x + 2] == [HALF] else x + 1
    if end >= 0:
        yield start, end


def _blank_tail(row: Row) -> int:
    """Where the blanks begin that end a row on the terminal's own background."""
    x = len(row.texts)
    while (
        x and row.texts[x - 1] == BLANK and (row.styles[x - 1] is PLAIN or ground(row.styles[x - 1]) == PLAIN)
    ):
        x -= 1
    return x
