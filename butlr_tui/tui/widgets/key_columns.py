"""All keys and what they do, in as many columns as there is room for."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from textual.content import Content

from butlr_tui.listing.query import WORDS
from butlr_tui.tui.commands import Place, at
from butlr_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from textual.geometry import Size

_COLUMN: Final = 54
"""Cells that a column has at least."""
_GAP: Final = 3
_WORDS: Final = 2 + max(len(word.example) for word in WORDS)
"""Cells of what is typed."""

_FILTER: Final = "What the filter understands"
TIPS: Final = ("To select text with the mouse, hold Shift while you drag.",)

Block = list[Content]
"""The lines of a heading and of what stands below it."""


class KeyColumns(Lines):
    """A block for each place, and the tips. `filter` leaves only what has all words of a text."""

    def __init__(self) -> None:
        super().__init__(id="key-columns")
        self._query = ""
        self._arranged: tuple[str, int, Sequence[Content]] = "", 0, ()
        """For which words and how many cells, and the lines."""

    def filter(self, query: str) -> None:
        """Show only what has all these words."""
        self._query = query
        self.fit()
        self.refresh(layout=True)

    def fitting(self, room: int) -> Sequence[Content]:
        """The columns in so many cells."""
        query, cells, lines = self._arranged
        if (query, cells) != (self._query, room):
            lines = _arranged(self._query, room)
            self._arranged = self._query, room, lines
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are at this width."""
        return len(self.fitting(width))


def _arranged(query: str, width: int) -> Sequence[Content]:
    columns = max(1, (width + _GAP) // (_COLUMN + _GAP))
    each = (width + _GAP) // columns - _GAP
    blocks = [block for block in _blocks(each, query.casefold().split()) if block]
    lines = _side_by_side(_shared_out(blocks, columns), each)
    return lines or [Content(f"Nothing matches “{query}”.")]


def _blocks(width: int, words: Sequence[str]) -> Iterator[Block]:
    bound = {place: [command for command in at(place) if command.key] for place in Place}
    cells = 2 + max(len(command.keys) for commands in bound.values() for command in commands)
    for place, commands in bound.items():
        yield _block(place.value, [(command.keys, command.help) for command in commands], words, cells, width)
    yield _block(_FILTER, [(word.example, word.what) for word in WORDS], words, _WORDS, width)
    tips = [
        Content(line)
        for tip in TIPS
        if _has(f"good to know {tip}", words)
        for line in textwrap.wrap(tip, width)
    ]
    yield [Content.styled("Good to know", "bold"), *tips] if tips else []


def _block(
    heading: str, rows: Iterable[tuple[str, str]], words: Sequence[str], cells: int, width: int
) -> Block:
    """The rows that have all the words, under their heading; nothing where none has. `cells` for what is typed."""
    lines = [
        line
        for typed, does in rows
        if _has(f"{heading} {typed} {does}", words)
        for line in _row(typed.ljust(cells), does, width)
    ]
    return [Content.styled(heading, "bold"), *lines, Content()] if lines else []


def _has(text: str, words: Sequence[str]) -> bool:
    text = text.casefold()
    return all(word in text for word in words)


def _row(keys: str, does: str, width: int) -> Iterator[Content]:
    for number, line in enumerate(textwrap.wrap(does, width - len(keys))):
        yield Content.assemble((" " * len(keys) if number else keys, "bold $accent"), line)


def _shared_out(blocks: Sequence[Block], columns: int) -> list[Block]:
    """The blocks in their order, in this many columns, the longest of which is as short as can be."""
    limit = max(map(len, blocks), default=0)
    while len(shared := _filled(blocks, limit)) > columns:
        limit += 1
    return shared


def _filled(blocks: Sequence[Block], limit: int) -> list[Block]:
    """Columns of at most `limit` lines."""
    columns: list[Block] = []
    for block in blocks:
        if columns and len(columns[-1]) + len(block) <= limit:
            columns[-1] += block
        else:
            columns.append(list(block))
    return columns


def _side_by_side(columns: Sequence[Block], width: int) -> list[Content]:
    lines = []
    for number in range(max(map(len, columns), default=0)):
        cells = [column[number] if number < len(column) else Content() for column in columns]
        lines.append(Content(" " * _GAP).join(cell.pad_right(width - cell.cell_length) for cell in cells))
    return lines
