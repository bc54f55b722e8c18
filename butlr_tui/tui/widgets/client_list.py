"""The list of clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment

from butlr_tui.ids import created_at
from butlr_tui.listing.highlight import split
from butlr_tui.listing.last_use import is_told
from butlr_tui.text import fit, safe, truncate, truncate_middle, width
from butlr_tui.tui.messages import ClientHighlighted, ClientOpened, HeadingClicked
from butlr_tui.tui.widgets.columns import GAP, columns
from butlr_tui.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from rich.style import Style
    from textual.strip import Strip

    from butlr_tui.listing.view import Listing
    from butlr_tui.models import Client
    from butlr_tui.tui.widgets.columns import Columns

_SPACE: Final = " " * GAP
_MARK: Final = "*"
"""Before the row of a client that is marked."""
_OWN: Final = "you"
"""Behind the name of the client that signed us in."""


class ClientList(RowList):
    """Rows of a `Listing`. Posts `ClientHighlighted`, `ClientOpened` and `HeadingClicked`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--match"}

    def __init__(self, listing: Listing, clock: Callable[[], datetime]) -> None:
        super().__init__(id="list")
        self._listing = listing
        self._clock = clock
        self._rests_on: str | None = None
        self._own_id: str | None = None
        self.mark_of: Callable[[str], tuple[str, str]] = lambda client_id: ("", "")
        """What stands behind the name of the client with this id: whole, and where there is less room."""

        self.last_used: Callable[[Client], str] = lambda client: ""
        """When a client was last used, in few cells."""

    @property
    def row_count(self) -> int:
        """How many clients are shown."""
        return len(self._listing.rows)

    @property
    def client(self) -> Client | None:
        """The client under the cursor."""
        rows = self._listing.rows
        return rows[self._row] if self._row < len(rows) else None

    @property
    def selected(self) -> str | None:
        """The id of the client that the cursor was put on: other rows may be shown by now."""
        return self._rests_on

    @property
    def own_id(self) -> str | None:
        """The client that signed us in, marked "you"."""
        return self._own_id

    @own_id.setter
    def own_id(self, client_id: str | None) -> None:
        if client_id != self._own_id:
            self._own_id = client_id
            self.refresh()

    def select(self, client_id: str | None) -> None:
        """Put the cursor on this client where it is shown, else keep its row as far as there is one."""
        row = self._listing.position(client_id) if client_id is not None else None
        self._go(self._row if row is None else row, told=True)

    def cursor_put(self, *, moved: bool, told: bool) -> None:
        """Tell the screen which client has it."""
        self._rests_on = self.client.id if self.client else None
        if told or moved:
            self.post_message(ClientHighlighted(self.client))

    def open_row(self, row: int) -> None:
        """Tell the screen that the client was clicked."""
        self.post_message(ClientOpened(self._listing.rows[row]))

    def click_heading(self, x: int) -> None:
        """Tell the screen which column was clicked."""
        if column := self._columns().at(x):
            self.post_message(HeadingClicked(column))

    # How it looks

    def _columns(self) -> Columns:
        """The columns for the rows in view: what is not seen costs nobody a cell."""
        top = self.scroll_offset.y
        shown = self._listing.rows[top : top + self._room]
        return columns(
            self.size.width,
            self.app.size.width,
            shown,
            self._behind,
            tells_use=is_told(self._listing.clients),
        )

    def measure(self) -> None:
        """Others in view may have longer names."""
        self._painted = self._columns()

    def heading(self) -> str:
        """The columns, with an arrow at the one that the list is sorted by."""
        return self._painted.heading(self._listing.order)

    def row_line(self, row: int, is_cursor: bool, base: Style) -> Strip:
        """One client."""
        client, cells = self._listing.rows[row], self._painted
        own = client.client_id == self._own_id
        behind = self._behind(client)
        if width(safe(client.name)) + width(behind) > cells.name:
            behind = self._behind(client, brief=True)
        name = fit(safe(client.name), max(0, cells.name - width(behind))) + behind
        client_id = fit(truncate_middle(safe(client.client_id), cells.client_id), cells.client_id)
        when = cells.when(created_at(client.client_id), self._clock())
        used = f"{_SPACE}{fit(self.last_used(client), cells.last_used)}" if cells.last_used else ""
        description = truncate(safe(client.description), cells.description)
        base, dim = self._look(is_cursor, base)
        sign = _MARK if client.id in self._listing.marks.ids else " "
        sign += "▌ " if is_cursor else "● " if own else "  "
        parts = [
            *self._marked(sign + name, self._listing.marked_in_names, base),
            *self._marked(_SPACE + client_id, self._listing.marked_in_ids, dim),
            Segment(_SPACE + when + used, dim),
            *self._marked(_SPACE + description, self._listing.marked_in_descriptions, base),
        ]
        return self._strip([*Segment.simplify(parts)], base)

    def _behind(self, client: Client, *, brief: bool = False) -> str:
        """What stands behind its name."""
        own = _OWN if client.client_id == self._own_id else ""
        return "".join(_SPACE + word for word in (own, self.mark_of(client.client_id)[brief]) if word)

    def _marked(self, text: str, words: Sequence[str], style: Style) -> list[Segment]:
        """The text with what the filter found in it underlined: also in the reversed row, and without colours."""
        match = style + self.get_component_rich_style("list--match", partial=True) if words else style
        return [Segment(part, match if found else style) for part, found in split(text, words)]
