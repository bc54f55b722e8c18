"""The list of clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment

from butlr_tui.ids import created_at
from butlr_tui.listing.highlight import split
from butlr_tui.listing.view import Listing, Order
from butlr_tui.text import age, fit, safe, truncate_middle
from butlr_tui.tui.messages import ClientHighlighted, ClientOpened
from butlr_tui.tui.widgets.row_list import MARK, RowList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from rich.style import Style
    from textual.strip import Strip

    from butlr_tui.models import Client

_GAP: Final = 2
_SPACE: Final = " " * _GAP
_CREATED: Final = 9  # "11 months"
_NAME_AT_LEAST: Final = 16
_ID_AT_LEAST: Final = 11
_SAMPLE: Final = 200  # rows whose ids say how wide the column should be


class ClientList(RowList):
    """Rows of a `Listing`. Posts `ClientHighlighted` and `ClientOpened`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--match"}

    def __init__(self, listing: Listing, clock: Callable[[], datetime]) -> None:
        super().__init__(id="list")
        self._listing = listing
        self._clock = clock
        self._rests_on: str | None = None
        self._cells: tuple[int, int] | None = None
        self.own_id: str | None = None
        """The client that signed us in, marked "you"."""

    @property
    def client(self) -> Client | None:
        """The client under the cursor."""
        rows = self._listing.rows
        return rows[self._row] if self._row < len(rows) else None

    @property
    def row_count(self) -> int:
        """How many clients are shown."""
        return len(self._listing.rows)

    @property
    def selected(self) -> str | None:
        """The id of the client that the cursor was put on: other rows may be shown by now."""
        return self._rests_on

    def select(self, client_id: str | None) -> None:
        """Put the cursor on this client where it is shown, else keep its row as far as there is one."""
        row = self._listing.position(client_id) if client_id is not None else None
        self._go(self._row if row is None else row, told=True)

    def cursor_put(self, *, moved: bool, told: bool) -> None:
        """Tell the screen which client has it."""
        self._rests_on = self.client.id if self.client else None
        if told or moved:
            self.post_message(ClientHighlighted(self.client))

    def forget_widths(self) -> None:
        """The longest name and id may be others."""
        self._cells = None

    def open_row(self, row: int) -> None:
        """Tell the screen that the client was clicked."""
        self.post_message(ClientOpened(self._listing.rows[row]))

    # How it looks

    def _columns(self) -> tuple[int, int]:
        """The cells of the name and of the id."""
        if self._cells is None:
            free = self.size.width - MARK - 2 * _GAP - _CREATED - 1
            longest = max((len(client.client_id) for client in self._listing.rows[:_SAMPLE]), default=0)
            ids = max(_ID_AT_LEAST, min(longest, free - _NAME_AT_LEAST))
            self._cells = max(1, free - ids), ids
        return self._cells

    def heading(self) -> str:
        """The columns, with an arrow at the one that the list is sorted by."""
        order = self._listing.order
        titles = {one: f"{one} {one.arrow}" if one is order else str(one) for one in Order}
        name, ids = self._columns()
        columns = ((Order.NAME, name), (Order.CLIENT_ID, ids), (Order.CREATED, _CREATED))
        return " " * MARK + _SPACE.join(fit(titles[column], cells) for column, cells in columns)

    def row_line(self, row: int, is_cursor: bool, base: Style) -> Strip:
        """One client."""
        client = self._listing.rows[row]
        name_cells, id_cells = self._columns()
        own = client.client_id == self.own_id
        name = fit(safe(client.name), name_cells - 5) + "  you" if own else fit(safe(client.name), name_cells)
        client_id = fit(truncate_middle(safe(client.client_id), id_cells), id_cells)
        created = created_at(client.client_id)
        when = fit(age(created, self._clock()) if created else "", _CREATED)
        base, dim = self._look(is_cursor, base)
        mark = " ▌ " if is_cursor else " ● " if own else "   "
        parts = [
            *self._marked(mark + name, self._listing.marked_in_names, base),
            *self._marked(_SPACE + client_id, self._listing.marked_in_ids, dim),
            Segment(_SPACE + when, dim),
        ]
        return self._strip([*Segment.simplify(parts)], base)

    def _marked(self, text: str, words: Sequence[str], style: Style) -> list[Segment]:
        """The text with what the filter found in it underlined: also in the reversed row, and without colours."""
        match = style + self.get_component_rich_style("list--match", partial=True) if words else style
        return [Segment(part, match if found else style) for part, found in split(text, words)]
