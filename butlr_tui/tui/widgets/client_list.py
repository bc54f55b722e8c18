"""The list of clients, on Textual's line API: it paints what is in view, whatever the length."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from butlr_tui.ids import created_at
from butlr_tui.listing.highlight import split
from butlr_tui.listing.view import Listing, Order
from butlr_tui.text import age, fit, safe, truncate_middle, width
from butlr_tui.tui.messages import ClientHighlighted, ClientOpened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from rich.style import Style
    from textual.events import Click, Resize

    from butlr_tui.models import Client

_MARK: Final = 3
_GAP: Final = 2
_SPACE: Final = " " * _GAP
_CREATED: Final = 9  # "11 months"
_NAME_AT_LEAST: Final = 16
_ID_AT_LEAST: Final = 11
_NOTICE_AT_LEAST: Final = 20
_SAMPLE: Final = 200  # rows whose ids say how wide the column should be


class ClientList(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of a `Listing` under a heading that stays. Posts `ClientHighlighted` and `ClientOpened`.

    Without rows it shows a notice in their place, so that the focus and its keys never go away.
    """

    ALLOW_SELECT = False
    ALLOW_MAXIMIZE = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "list--heading",
        "list--cursor",
        "list--blurred",
        "list--dim",
        "list--match",
    }

    def __init__(self, listing: Listing, clock: Callable[[], datetime]) -> None:
        super().__init__(id="list")
        self._listing = listing
        self._clock = clock
        self._row = 0
        self._notice = ""
        self._notice_lines: list[str] | None = None
        self._style: Style | None = None
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
    def row(self) -> int:
        """The row of the cursor, from 0."""
        return self._row

    @property
    def selected(self) -> str | None:
        """The id of the client that the cursor was put on: other rows may be shown by now."""
        return self._rests_on

    def show_notice(self, text: str) -> None:
        """What to say where there are no rows."""
        if text != self._notice:
            self._notice = text
            self._notice_lines = None
            self.refresh()

    def update_rows(self) -> None:
        """The listing changed."""
        self._cells = None
        self.virtual_size = Size(0, len(self._listing.rows) + 1 if self._listing.rows else 0)
        self.refresh()

    def select(self, client_id: str | None) -> None:
        """Put the cursor on this client where it is shown, else keep its row as far as there is one."""
        row = self._listing.position(client_id) if client_id is not None else None
        self._go(self._row if row is None else row, told=True)

    def move(self, rows: int) -> None:
        """Move the cursor by so many rows."""
        self._go(self._row + rows)

    def page(self, pages: int) -> None:
        """Move the cursor by so many screens."""
        self._go(self._row + pages * max(1, self._room - 1))

    def go_first(self) -> None:
        """To the first row."""
        self._go(0)

    def go_last(self) -> None:
        """To the last row."""
        self._go(len(self._listing.rows) - 1)

    @property
    def _room(self) -> int:
        return max(1, self.size.height - 1)

    def _go(self, row: int, *, told: bool = False) -> None:
        row = max(0, min(row, len(self._listing.rows) - 1))
        before, self._row = self._row, row
        self._rests_on = self.client.id if self.client else None
        self._scroll_into_view()
        if before != row:
            top = self.scroll_offset.y
            beside_the_scrollbar = self.scrollable_content_region.width
            for at in (before, row):
                if at >= top:
                    self.refresh(Region(0, at - top + 1, beside_the_scrollbar, 1))
        if told or before != row:
            self.post_message(ClientHighlighted(self.client))

    def _scroll_into_view(self) -> None:
        # Half a page at the edge: repainting the list for each row costs ten times the bytes of a row.
        top = self.scroll_offset.y
        if not top <= self._row < top + self._room:
            half = self._room // 2
            target = self._row - half if self._row >= top + self._room else self._row - (self._room - half)
            self.scroll_to(y=max(0, target), animate=False, force=True)

    def on_resize(self, event: Resize) -> None:
        self._cells = None
        self._notice_lines = None
        self._scroll_into_view()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: Click) -> None:
        """A click puts the cursor there; one on the cursor opens the client."""
        row = event.y - 1 + self.scroll_offset.y
        if event.y < 1 or row >= len(self._listing.rows):
            return
        if row == self._row and self.client is not None:
            self.post_message(ClientOpened(self.client))
        self._go(row)

    # How it looks

    @property
    def _base(self) -> Style:
        if self._style is None:
            self._style = self.rich_style  # asks all its ancestors: too slow for each line
        return self._style

    def notify_style_update(self) -> None:
        """Textual says that another style holds."""
        self._style = None
        super().notify_style_update()

    def _wrapped_notice(self) -> list[str]:
        if self._notice_lines is None:
            room = max(_NOTICE_AT_LEAST, self.size.width - 2 * _MARK)
            self._notice_lines = [line.plain for line in Content(self._notice).wrap(room)]
        return self._notice_lines

    def _columns(self) -> tuple[int, int]:
        """The cells of the name and of the id."""
        if self._cells is None:
            free = self.size.width - _MARK - 2 * _GAP - _CREATED - 1
            longest = max((len(client.client_id) for client in self._listing.rows[:_SAMPLE]), default=0)
            ids = max(_ID_AT_LEAST, min(longest, free - _NAME_AT_LEAST))
            self._cells = max(1, free - ids), ids
        return self._cells

    def render_line(self, y: int) -> Strip:
        """A line in view: the heading, a row, the notice or nothing."""
        base = self._base
        rows = self._listing.rows
        if not rows:
            notice = self._wrapped_notice()
            text = f"   {notice[y - 1]}" if 0 < y <= len(notice) else ""
            return self._line(text, base)
        if y == 0:
            return self._line(self._heading(), base + self.get_component_rich_style("list--heading"))
        row = y - 1 + self.scroll_offset.y
        if row >= len(rows):
            return self._line("", base)
        return self._client_line(rows[row], row == self._row, base)

    def _heading(self) -> str:
        order = self._listing.order
        titles = {one: f"{one} {one.arrow}" if one is order else str(one) for one in Order}
        name, ids = self._columns()
        columns = ((Order.NAME, name), (Order.CLIENT_ID, ids), (Order.CREATED, _CREATED))
        return " " * _MARK + _SPACE.join(fit(titles[column], cells) for column, cells in columns)

    def _client_line(self, client: Client, is_cursor: bool, base: Style) -> Strip:
        name_cells, id_cells = self._columns()
        own = client.client_id == self.own_id
        name = fit(safe(client.name), name_cells - 5) + "  you" if own else fit(safe(client.name), name_cells)
        client_id = fit(truncate_middle(safe(client.client_id), id_cells), id_cells)
        created = created_at(client.client_id)
        when = fit(age(created, self._clock()) if created else "", _CREATED)
        dim = base + self.get_component_rich_style("list--dim")
        mark = " ▌ " if is_cursor else " ● " if own else "   "
        if is_cursor:
            look = "list--cursor" if self.has_focus else "list--blurred"
            base = dim = base + self.get_component_rich_style(look)
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

    def _line(self, text: str, style: Style) -> Strip:
        return self._strip([Segment(text, style)], style)

    def _strip(self, segments: list[Segment], style: Style) -> Strip:
        cells = sum(width(segment.text) for segment in segments)
        return Strip(segments, cells).adjust_cell_length(self.size.width, style)
