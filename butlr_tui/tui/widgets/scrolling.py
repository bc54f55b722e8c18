"""Scrolls as if nobody had scrolled before: what is in view is the same after resizes as at a start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.widget import Widget


def from_the_top(line: int, room: int) -> int:
    """How far to scroll for a line: not at all where it is in view then, else to the middle."""
    return 0 if line < room else line - room // 2


def scroll_now(widget: Widget, lines: float) -> None:
    """Scroll so far, at once."""
    widget.scroll_to(y=lines, animate=False, force=True, immediate=True)
    if widget.show_vertical_scrollbar:  # Textual's comes back as it was when it went
        widget.vertical_scrollbar.position = widget.scroll_y
        widget.vertical_scrollbar.refresh()
