"""How wide each column of the list is. Names come first: they are what people know, so they are cut last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from butlr_tui.listing.view import Column
from butlr_tui.text import age, fit, safe, width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from butlr_tui.listing.view import Order
    from butlr_tui.models import Client

WHOLE_IDS_FROM: Final = 80
"""Columns of the terminal from which on an id may be whole."""
DETAIL_BESIDE_FROM: Final = 100
"""Columns of the terminal from which on the detail stands beside the list."""
DESCRIPTIONS_FROM: Final = 160
"""Columns of the terminal from which on the list has the description and the day of the creation."""

MARK: Final = 3
"""Cells before a row's name, for the cursor."""
GAP: Final = 2
_DESCRIPTION: Final = "DESCRIPTION"
_LAST_USED: Final = "LAST USED"
_SCROLLBAR: Final = 1
_NAME_AT_LEAST: Final = 24
_SHORT_ID: Final = 16  # client_3…gmMvi9P
_DESCRIPTION_WANTED: Final = 20
_AGE: Final = 9  # 11 months
_USE: Final = 10  # 59 minutes
_DAY: Final = 12  # 2026-11-24, and a gap


class Columns(NamedTuple):
    """The cells of each column, from left to right."""

    name: int
    client_id: int
    created: int
    description: int
    """0 where there is no such column."""
    last_used: int = 0
    """The same."""

    def heading(self, order: Order) -> str:
        """The titles, with an arrow at the one that the list is sorted by."""
        titles = [
            fit(str(order if column is order.column else column), cells)
            for column, _, cells in self._sortable()
        ]
        if self.last_used:
            titles.append(fit(_LAST_USED, self.last_used))
        if self.description:
            titles.append(fit(_DESCRIPTION, self.description))
        return " " * MARK + (" " * GAP).join(titles)

    def at(self, x: int) -> Column | None:
        """The column that can be sorted by at this cell of the heading."""
        return next((column for column, start, cells in self._sortable() if start <= x < start + cells), None)

    def when(self, created: datetime | None, now: datetime) -> str:
        """A client's creation, as its column has room for."""
        if created is None:
            return " " * self.created
        day = f"{created:%Y-%m-%d}".ljust(_DAY) if self.created > _AGE else ""
        return fit(day + age(created, now), self.created)

    def _sortable(self) -> Iterator[tuple[Column, int, int]]:
        """Each column that can be sorted by, with its first cell and its cells."""
        start = MARK
        for column, cells in (
            (Column.NAME, self.name),
            (Column.CLIENT_ID, self.client_id),
            (Column.CREATED, self.created),
        ):
            yield column, start, cells
            start += cells + GAP


def columns(
    room: int,
    terminal: int,
    shown: Sequence[Client],
    behind: Callable[[Client], str] = lambda client: "",
    *,
    tells_use: bool = False,
) -> Columns:
    """The columns of a list of `room` cells in a terminal of so many columns, for the clients that it shows.

    The id's and the description's give way to the name, with what stands `behind` it, until they are as narrow as
    they are of use. `tells_use` is whether it is told when they were last used.
    """
    names = _widest(_NAME_AT_LEAST, (width(safe(client.name)) + width(behind(client)) for client in shown))
    ids = _widest(len(f"{Column.CLIENT_ID} ↑"), (width(safe(client.client_id)) for client in shown))
    if terminal < WHOLE_IDS_FROM:
        ids = min(ids, _SHORT_ID)
    short = min(ids, _SHORT_ID)
    free = room - MARK - GAP - GAP - _SCROLLBAR
    if terminal < DESCRIPTIONS_FROM:
        free -= _AGE
        name = max(1, min(names, free - short))
        client_id = max(1, min(ids, free - name))
        return Columns(max(1, free - client_id), client_id, _AGE, 0)
    last_used = _USE if tells_use else 0
    free -= GAP + _DAY + _AGE + (GAP + _USE if tells_use else 0)
    least = len(_DESCRIPTION)
    descriptions = _widest(least, (width(safe(client.description)) for client in shown))
    name = min(names, free - short - least)
    description = max(least, min(descriptions, _DESCRIPTION_WANTED, free - name - short))
    client_id = min(ids, free - name - description)
    return Columns(name, client_id, _DAY + _AGE, free - name - client_id, last_used)


def _widest(least: int, cells: Iterable[int]) -> int:
    return max((least, *cells))
