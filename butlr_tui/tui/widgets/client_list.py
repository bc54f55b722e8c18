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
from butlr_tui.text import fit, safe, truncate, truncate_middle, width
from butlr_tui.tui.messages import ClientHighlighted, ClientOpened, HeadingClicked
from butlr_tui.tui.widgets.columns import GAP, MARK, OWN, columns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from rich.style import Style
    from textual.events import Click, Resize

    from butlr_tui.listing.view import Listing
    from butlr_tui.models import Client
    from butlr_tui.tui.widgets.columns import Columns

_SPACE: Final = " " * GAP
_NOTICE_AT_LEAST: Final = 20


class ClientList(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of a `Listing` under a heading that stays. Posts `ClientHighlighted`, `ClientOpened` and
    `HeadingClicked`.

    Without rows it shows a notice in their place, so that the focus and its keys never go away. How a line
    looks is worked out as it is painted, by the size that the list has then: Textual paints a new size before
    it tells of it.
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
        self._style: Style | None = None
        self._rests_on: str | None = None
        self._own_id: str | None = None

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
            self.refresh()

    @property
    def own_id(self) -> str | None:
        """The client that signed us in, marked "you"."""
        return self._own_id

    @own_id.setter
    def own_id(self, client_id: str | None) -> None:
        if client_id != self._own_id:
            self._own_id = client_id
            self.refresh()

    def update_rows(self) -> None:
        """The listing changed."""
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
        self._scroll_into_view()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: Click) -> None:
        """A click puts the cursor there; one on the cursor opens the client, one on a heading tells of it."""
        row = event.y - 1 + self.scroll_offset.y
        if row >= len(self._listing.rows):
            return
        if event.y < 1:
            if column := self._columns().at(event.x):
                self.post_message(HeadingClicked(column))
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

    def _columns(self) -> Columns:
        """The columns for the rows in view: what is not seen costs nobody a cell."""
        top = self.scroll_offset.y
        shown = self._listing.rows[top : top + self._room]
        return columns(self.size.width, self.app.size.width, shown, self._own_id)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines in view. All of one painting have the same columns."""
        if self._listing.rows:
            self._painted = self._columns()
        else:
            room = max(_NOTICE_AT_LEAST, self.size.width - 2 * MARK)
            self._notice_lines = [line.plain for line in Content(self._notice).wrap(room)]
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """A line in view: the heading, a row, the notice or nothing."""
        base = self._base
        rows = self._listing.rows
        if not rows:
            text = f"   {self._notice_lines[y - 1]}" if 0 < y <= len(self._notice_lines) else ""
            return self._line(text, base)
        if y == 0:
            heading = self._painted.heading(self._listing.order)
            return self._line(heading, base + self.get_component_rich_style("list--heading"))
        row = y - 1 + self.scroll_offset.y
        if row >= len(rows):
            return self._line("", base)
        return self._client_line(rows[row], row == self._row, base)

    def _client_line(self, client: Client, is_cursor: bool, base: Style) -> Strip:
        cells = self._painted
        own = client.client_id == self._own_id
        name = (
            fit(safe(client.name), cells.name - len(OWN)) + OWN if own else fit(safe(client.name), cells.name)
        )
        client_id = fit(truncate_middle(safe(client.client_id), cells.client_id), cells.client_id)
        when = cells.when(created_at(client.client_id), self._clock())
        description = truncate(safe(client.description), cells.description)
        dim = base + self.get_component_rich_style("list--dim")
        mark = " ▌ " if is_cursor else " ● " if own else "   "
        if is_cursor:
            look = "list--cursor" if self.has_focus else "list--blurred"
            base = dim = base + self.get_component_rich_style(look)
        parts = [
            *self._marked(mark + name, self._listing.marked_in_names, base),
            *self._marked(_SPACE + client_id, self._listing.marked_in_ids, dim),
            Segment(_SPACE + when, dim),
            *self._marked(_SPACE + description, self._listing.marked_in_descriptions, base),
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
