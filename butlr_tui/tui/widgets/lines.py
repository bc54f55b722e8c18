"""A widget of lines that repaints only those that changed: few bytes over a slow link."""

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget


class Lines(Widget):
    """Shows `Content` lines, each cut at the widget's width. Its size comes from the styles."""

    def __init__(self, lines: Sequence[Content] = (), *, id: str | None = None, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Content] = lines

    @property
    def lines(self) -> Sequence[Content]:
        """What is shown."""
        return self._lines

    def show(self, lines: Sequence[Content]) -> None:
        """Replace the lines; the number of them does not change the widget's size."""
        before, self._lines = self._lines, lines
        for y in range(max(len(before), len(lines))):
            if y >= len(before) or y >= len(lines) or not before[y].is_same(lines[y]):
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """One line, for Textual's line API."""
        width, style = self.size.width, self.visual_style
        if y >= len(self._lines):
            return Strip.blank(width, style.rich_style)
        line = self._lines[y].truncate(width, ellipsis=True)
        return Visual.to_strips(self, line, width, 1, style, pad=True)[0]
