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
        said, content, has_text = self.content, _content(text), bool(str(text))
        if not isinstance(said, Content) or not said.is_same(content):
            self.update(content, layout=False)
            # All of the screen is laid out for another number of lines, and only for that.
            if (
                self.get_content_height(self.container_size, self.app.size, self.size.width)
                != self.size.height
            ):
                self.refresh(layout=True)
        if self.display != has_text:
            self.display = has_text


def _content(text: str | Content) -> Content:
    return Content(text) if isinstance(text, str) else text
