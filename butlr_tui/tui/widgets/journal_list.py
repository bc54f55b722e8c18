"""The entries of the journal, a row each: as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.segment import Segment

from butlr_tui.journal.words import what_happened, where_the_secret_went
from butlr_tui.text import fit, safe, truncate_middle, width
from butlr_tui.tui.messages import EntryHighlighted, EntryOpened
from butlr_tui.tui.widgets.row_list import MARK, RowList

if TYPE_CHECKING:
    from rich.style import Style
    from textual.strip import Strip

    from butlr_tui.journal.entries import Entry

_GAP: Final = 2
_SPACE: Final = " " * _GAP
_SAMPLE: Final = 200  # rows whose cells say how wide the columns should be
_DAY: Final = len("2026-01-01")
_MINUTE: Final = len("2026-01-01 12:00")
_NAME_ENOUGH: Final = 24
_SECRET_ENOUGH: Final = len("NOT STORED, if it exists")


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    at_least: int
    cell: Callable[[Entry], str]
    cut: Callable[[str, int], str] = fit


def _fit_moment(text: str, cells: int) -> str:
    return fit(text if cells >= _MINUTE else text[:_DAY], cells)


def _fit_id(text: str, cells: int) -> str:
    return fit(truncate_middle(text, cells), cells)


_WHEN: Final = _Column("WHEN", _MINUTE, lambda entry: f"{entry.at.astimezone():%Y-%m-%d %H:%M}", _fit_moment)
_WHAT: Final = _Column("WHAT", 14, what_happened)
_NAME: Final = _Column("NAME", 16, lambda entry: safe(entry.name))
_ID: Final = _Column("CLIENT ID", 13, lambda entry: safe(entry.client_id or ""), _fit_id)
_SECRET: Final = _Column("SECRET", 18, where_the_secret_went)
_BY: Final = _Column("BY", 13, lambda entry: safe(entry.by or ""), _fit_id)

_IN_ORDER: Final = (_WHEN, _WHAT, _NAME, _ID, _SECRET, _BY)
_BY_WEIGHT: Final = (_WHEN, _WHAT, _NAME, _SECRET, _ID, _BY)
"""The last ones are left out first where there is little room."""


class JournalList(RowList):
    """Posts `EntryHighlighted` and `EntryOpened`."""

    def __init__(self) -> None:
        super().__init__(id="journal")
        self._entries: Sequence[Entry] = ()
        self._cells: Sequence[tuple[_Column, int]] = ()
        self._measured_for = -1
        """The width that the cells are for."""

    @property
    def row_count(self) -> int:
        """How many entries there are."""
        return len(self._entries)

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor."""
        return self._entries[self.row] if self._entries else None

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these, in this order."""
        self._entries = entries
        self._measured_for = -1
        self.update_rows()

    def measure(self) -> None:
        """Other columns may fit."""
        if self._measured_for != self.size.width:
            self._measured_for = self.size.width
            self._cells = self._measured(self._measured_for - MARK - 1)

    def heading(self) -> str:
        """The columns that there is room for."""
        return " " * MARK + _SPACE.join(fit(column.title, cells) for column, cells in self._cells)

    def row_line(self, row: int, is_cursor: bool, base: Style) -> Strip:
        """One entry; its name stands out."""
        entry = self._entries[row]
        base, dim = self._look(is_cursor, base)
        segments = [Segment(" ▌ " if is_cursor else " " * MARK, base)]
        for column, cells in self._cells:
            style = base if column is _NAME else dim
            segments += [Segment(column.cut(column.cell(entry), cells), style), Segment(_SPACE, dim)]
        return self._strip([*Segment.simplify(segments[:-1])], base)

    def cursor_put(self, *, moved: bool, told: bool) -> None:
        """Tell the screen that another entry has it."""
        if moved:
            self.post_message(EntryHighlighted())

    def open_row(self, row: int) -> None:
        """Tell the screen that the entry was clicked."""
        self.post_message(EntryOpened(self._entries[row]))

    def _measured(self, room: int) -> Sequence[tuple[_Column, int]]:
        """The columns that fit, and their cells: what is left over goes to those that want more."""
        cells: dict[_Column, int] = {}
        left = room + _GAP
        longest = {
            column: max(width(cell) for cell in (column.title, *map(column.cell, self._entries[:_SAMPLE])))
            for column in _BY_WEIGHT
        }
        for column in _BY_WEIGHT:
            if left < column.at_least + _GAP:
                break
            cells[column] = min(column.at_least, longest[column])
            left -= cells[column] + _GAP
        if _WHEN in cells:  # before anything else is cut, it does with the day
            left += cells[_WHEN] - _DAY
            cells[_WHEN] = _DAY
        for column, wanted in _wishes(room):
            more = min(wanted, longest[column]) - cells.get(column, room)
            if 0 < more <= left or (0 < left < more and column is not _WHEN):
                cells[column] += min(more, left)
                left -= min(more, left)
        return [(column, cells[column]) for column in _IN_ORDER if column in cells]


def _wishes(room: int) -> Iterator[tuple[_Column, int]]:
    """Who may grow to how many cells, in turns: what is read first shares evenly, since one name may be long."""
    yield from ((_NAME, _NAME_ENOUGH), (_SECRET, _SECRET_ENOUGH), (_WHEN, _MINUTE))
    for cells in range(room):
        yield from ((_NAME, cells), (_WHAT, cells), (_SECRET, cells))
    yield from ((_ID, room), (_BY, room))
