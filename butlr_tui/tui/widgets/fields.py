"""The fields of a form."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.geometry import Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widgets import Input

_DIM: Final = Style(dim=True)


class TextField(Input, inherit_bindings=False):
    """One line of text, without a frame and without a cursor that blinks over somebody's slow link.

    Enter is left to what is around it, where the table of commands says what it does.
    """

    BINDINGS: ClassVar = [
        each for each in Input.BINDINGS if not (isinstance(each, Binding) and each.key == "enter")
    ]

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))
    """How wide the text is. Unlike Textual's it lays out nothing: each letter would, all of the screen."""

    def __init__(self, value: str = "", *, id: str, password: bool = False) -> None:
        super().__init__(value, id=id, password=password, select_on_focus=False)
        self.cursor_blink = False
        self.cursor_position = len(value)

    def render_line(self, y: int) -> Strip:
        """Ruled where nothing stands, so that it can be seen while it is empty, without colours too."""
        strip, cells = super().render_line(y), self.size.width
        written = self.content_width - 1 - self.scroll_offset.x
        if self.has_focus and self.cursor_at_end:
            written += 1
        if y or written >= cells:
            return strip
        rule = Segment("_" * (cells - written), self.rich_style + _DIM)
        return Strip([*strip.crop(0, written), rule], cells)


class SuggestionField(TextField):
    """A line that begins with a suggestion: the first letter typed takes its place, all other keys edit it."""

    def __init__(self, value: str = "", *, id: str) -> None:
        super().__init__(value, id=id)
        self._offered: str | None = value  # None once it is taken

    @property
    def is_suggestion(self) -> bool:
        """Whether nobody has made it their own."""
        return self.value == self._offered

    def suggest(self, value: str) -> None:
        """Suggest this instead, unless somebody has made the line their own."""
        if self.is_suggestion and value != self.value:
            self._offered = value
            with self.prevent(Input.Changed):
                self.value = value
            self.cursor_position = len(value)

    def insert_text_at_cursor(self, text: str) -> None:
        """Insert it; at the end of a suggestion, in its place."""
        if self.is_suggestion and self.cursor_at_end:
            self._offered, self.value = None, ""
        super().insert_text_at_cursor(text)

    # Going to its end is taking it: what is typed then belongs behind it.

    def action_cursor_right(self, select: bool = False) -> None:
        self._offered = None
        super().action_cursor_right(select)

    def action_cursor_right_word(self, select: bool = False) -> None:
        self._offered = None
        super().action_cursor_right_word(select)

    def action_end(self, select: bool = False) -> None:
        self._offered = None
        super().action_end(select)


class SecretField(TextField):
    """A line that is not shown, and that no key takes out again: Textual's ctrl+c copies the real text."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, password=True)

    def action_copy(self) -> None:
        """Copies nothing."""

    def action_cut(self) -> None:
        """Cuts nothing."""
