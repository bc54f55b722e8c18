"""What all dialogs share: one border with the title in it, and a line of keys at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from butlr_tui.tui.widgets.key_bar import key_hint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.events import Mount
    from textual.widget import Widget

    from butlr_tui.tui.commands import Command

Result = TypeVar("Result")


class Words(Static):
    """Text that wraps. Takes `Content` or a plain string, and never reads markup in it."""

    ALLOW_SELECT = False

    def __init__(self, text: str | Content = "", *, id: str | None = None, classes: str = "") -> None:
        super().__init__(_content(text), id=id, classes=classes, markup=False)

    def say(self, text: str | Content) -> None:
        """Show another text; an empty one takes no line."""
        self.update(_content(text))
        self.display = bool(str(text))


class Dialog(ModalScreen[Result]):
    """A modal with one border. Subclasses give `TITLE_TEXT`, `body` and `keys`."""

    AUTO_FOCUS = "Input"

    title_text = ""

    def body(self) -> Sequence[Widget]:
        """The widgets between the title and the keys."""
        raise NotImplementedError

    def keys(self) -> Sequence[Command]:
        """The commands to name at the bottom."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        with VerticalScroll(id="dialog", can_focus=False) as frame:
            frame.border_title = Content(self.title_text)  # a str would be read as markup
            yield from self.body()
            yield Words(self.key_line(), id="dialog-keys")

    def _on_mount(self, event: Mount) -> None:
        super()._on_mount(event)
        # Now, not when the screen resumes: keys that were typed ahead are next.
        for field in self.query(Input).results():
            self.set_focus(field)
            break

    def key_line(self) -> Content:
        """The keys, as at the foot of the dialog."""
        return Content("   ").join(key_hint(command) for command in self.keys())


def _content(text: str | Content) -> Content:
    return Content(text) if isinstance(text, str) else text
