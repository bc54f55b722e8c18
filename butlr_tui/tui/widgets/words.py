"""Text that wraps."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class Words(Static):
    """Takes `Content` or a plain string, and never reads markup in it."""

    ALLOW_SELECT = False

    def __init__(self, text: str | Content = "", *, id: str | None = None, classes: str = "") -> None:
        super().__init__(_content(text), id=id, classes=classes, markup=False)

    def say(self, text: str | Content) -> None:
        """Show another text; an empty one takes no line."""
        self.update(_content(text))
        self.display = bool(str(text))


def _content(text: str | Content) -> Content:
    return Content(text) if isinstance(text, str) else text
