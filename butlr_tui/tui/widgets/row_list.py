"""Rows with a cursor under a heading that stays, on Textual's line API: it paints what is in view, whatever the
length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from butlr_tui.text import width
from butlr_tui.tui.widgets.scrolling import from_the_top, scroll_now

if TYPE_CHECKING:
    from rich.style import Style
    from textual.events import Click, Resize

MARK: Final = 3
"""Cells before each row."""
_NOTICE_AT_LEAST: Final = 20


class RowList(ScrollView, can_focus=True, inherit_bindings=False):
    """Subclasses give `row_count`, `heading` and `row_line`, and hear of the cursor and of clicks on it.

    Without rows it shows a notice in their place, so that the focus and its keys never go away.
    """

    ALLOW_SELECT = False
    ALLOW_MAXIMIZE = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--heading", "list--cursor", "list--blurred", "list--dim"}

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._row = 0
        self._notice = ""
        self._notice_lines: list[str] = []
        self._style: Style | None = None

    # What it is a list of

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def heading(self) -> str:
        """The line above the rows."""
        raise NotImplementedError

    def row_line(self, row: int, is_cursor: bool, base: Style) -> Strip:
        """One row."""
        raise NotImplementedError

    def cursor_put(self, *, moved: bool, told: bool) -> None:
        """The cursor was put on a row; `told` where that is to be said even if it has not `moved`."""

    def open_row(self, row: int) -> None:
        """The row of the cursor was clicked."""

    def click_heading(self, x: int) -> None:
        """The heading was clicked, so many cells from the left."""

    def measure(self) -> None:
        """Lines are about to be painted: what columns is there room for? All of one painting have the same."""

    # The cursor

    @property
    def row(self) -> int:
        """The row of the cursor, from 0."""
        return self._row

    def show_notice(self, text: str) -> None:
        """What to say where there are no rows."""
        if text != self._notice:
            self._notice = text
            self.refresh()

    def update_rows(self) -> None:
        """There are other rows."""
        self.virtual_size = Size(0, self.row_count + 1 if self.row_count else 0)
        self.refresh()

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
        self._go(self.row_count - 1)

    @property
    def _room(self) -> int:
        return max(1, self.size.height - 1)

    def _go(self, row: int, *, told: bool = False) -> None:
        row = max(0, min(row, self.row_count - 1))
        before, self._row = self._row, row
        self._scroll_into_view()
        if before != row:
            self.repaint(before)
            self.repaint(row)
        self.cursor_put(moved=before != row, told=told)

    def repaint(self, row: int) -> None:
        """A row looks different."""
        top = self.scroll_offset.y
        if row >= top:
            self.refresh(Region(0, row - top + 1, self.scrollable_content_region.width, 1))

    def _scroll_into_view(self) -> None:
        # Half a page at the edge: repainting the list for each row costs ten times the bytes of a row.
        top = self.scroll_offset.y
        if not top <= self._row < top + self._room:
            half = self._room // 2
            target = self._row - half if self._row >= top + self._room else self._row - (self._room - half)
            self.scroll_to(y=max(0, target), animate=False, force=True)

    def scroll_anew(self) -> None:
        """Scroll to the cursor from the top, as at a start: the terminal has another size."""
        scroll_now(self, from_the_top(self._row, self._room))

    def on_resize(self, event: Resize) -> None:
        self._scroll_into_view()

    def on_click(self, event: Click) -> None:
        """A click puts the cursor there; one on the cursor opens the row, one on the heading is told."""
        row = event.y - 1 + self.scroll_offset.y
        if row >= self.row_count:
            return
        if event.y < 1:
            self.click_heading(event.x)
            return
        if row == self._row:
            self.open_row(row)
        self._go(row)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

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

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines in view. Their widths are worked out now: Textual paints a new size before it tells of it."""
        if self.row_count:
            self.measure()
        else:
            room = max(_NOTICE_AT_LEAST, self.size.width - 2 * MARK)
            self._notice_lines = [line.plain for line in Content(self._notice).wrap(room)]
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """A line in view: the heading, a row, the notice or nothing."""
        base = self._base
        if not self.row_count:
            text = f"   {self._notice_lines[y - 1]}" if 0 < y <= len(self._notice_lines) else ""
            return self._line(text, base)
        if y == 0:
            return self._line(self.heading(), base + self.get_component_rich_style("list--heading"))
        row = y - 1 + self.scroll_offset.y
        if row >= self.row_count:
            return self._line("", base)
        return self.row_line(row, row == self._row, base)

    def _look(self, is_cursor: bool, base: Style) -> tuple[Style, Style]:
        """The style of what matters most in a row, and of the rest."""
        if is_cursor:
            look = base + self.get_component_rich_style("list--cursor" if self.has_focus else "list--blurred")
            return look, look
        return base, base + self.get_component_rich_style("list--dim")

    def _line(self, text: str, style: Style) -> Strip:
        return self._strip([Segment(text, style)], style)

    def _strip(self, segments: list[Segment], style: Style) -> Strip:
        cells = sum(width(segment.text) for segment in segments)
        return Strip(segments, cells).adjust_cell_length(self.size.width, style)
