"""A widget of lines that paints those anew that changed. Of these the driver sends what is another than before."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Sequence


class Lines(Widget):
    """Shows `Content` lines, each cut at the widget's width. Its size comes from the styles.

    A subclass whose lines depend on the width gives them in `fitting`, and says by `fit` that it has others.
    """

    def __init__(self, lines: Sequence[Content] = (), *, id: str | None = None, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Content] = lines
        self._fitted_to = 0

    @property
    def lines(self) -> Sequence[Content]:
        """What is shown."""
        return self._lines

    def fitting(self, room: int) -> Sequence[Content]:
        """The lines as they fit into so many cells."""
        return self._lines

    def fit(self) -> None:
        """Show what `fitting` gives now."""
        if self.size.width:
            self.show(self.fitting(self.size.width))

    def show(self, lines: Sequence[Content]) -> None:
        """Replace the lines; the number of them does not change the widget's size."""
        before, self._lines = self._lines, lines
        width = self.size.width
        if not width:  # not painted yet
            return
        changed = [
            Region(0, y, width, 1)
            for y, (old, new) in enumerate(zip_longest(before, lines))
            if old is None or new is None or not old.is_same(new)
        ]
        if changed:
            self.refresh(*changed)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Fit the lines into another width now: Textual tells it after the painting for it."""
        if self._fitted_to != (width := self.size.width):
            self._fitted_to, self._lines = width, self.fitting(width)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line, for Textual's line API."""
        return self._strip(self._lines[y] if y < len(self._lines) else None)

    def _strip(self, line: Content | None) -> Strip:
        width, style = self.size.width, self.visual_style
        if line is None or not width:
            return Strip.blank(width, style.rich_style)
        return Visual.to_strips(self, line.truncate(width, ellipsis=True), width, 1, style, pad=True)[0]
