"""What all dialogs share: one border with the title in it, and a line of keys at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from butlr_tui.tui.bindings import bindings, bindings_of
from butlr_tui.tui.commands import Place, key
from butlr_tui.tui.widgets.key_bar import key_hint, press_hint
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.events import Click, Mount
    from textual.widget import Widget

    from butlr_tui.tui.commands import Command


class Dialog(ModalScreen[None]):
    """A modal with one border. Subclasses give `title_text`, `body` and `keys`.

    The one that has the keys is told by its colour: the dialogs below it are dim.
    """

    AUTO_FOCUS = "Input"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012 (an instance variable to Textual)
    BINDINGS = [*bindings_of("how_to_quit"), *bindings(Place.FORM)]  # noqa: RUF012 (likewise)

    title_text = ""

    def body(self) -> Sequence[Widget]:
        """The widgets between the title and the keys."""
        raise NotImplementedError

    def keys(self) -> Sequence[Command]:
        """The commands to name at the bottom."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        # Now, not at the first resize: all would be styled, laid out and painted once more.
        fitting = [name for lines, name in self.VERTICAL_BREAKPOINTS if lines <= self.app.size.height]
        self.add_class(fitting[-1], update=False)
        with VerticalScroll(id="dialog", can_focus=False) as frame:
            frame.border_title = Content(self.title_text)  # a str would be read as markup
            yield from self.body()
            yield Words(self.key_line(), id="dialog-keys")

    def _on_mount(self, event: Mount) -> None:
        super()._on_mount(event)
        # Now, not when the screen resumes: keys that were typed ahead are next.
        if self.AUTO_FOCUS and (found := self.query(self.AUTO_FOCUS)):
            self.set_focus(found.first())

    def on_screen_suspend(self) -> None:
        self.set_class(self in self.app.screen_stack, "-below")  # else it is left

    def on_screen_resume(self) -> None:
        self.remove_class("-below")

    def on_click(self, event: Click) -> None:
        press_hint(self.app, event)

    def action_go_to_field(self, fields: int) -> None:
        """Go on to a neighbour, but not round from the last field to the first."""
        chain = self.focus_chain
        if self.focused in chain:
            wanted = chain.index(self.focused) + fields
            if 0 <= wanted < len(chain):
                self.set_focus(chain[wanted])

    def key_line(self) -> Content:
        """The keys, as at the foot of the dialog."""
        return Content("   ").join(key_hint(command) for command in self.keys())

    def show_keys(self) -> None:
        """Name the keys that act now."""
        self.query_one("#dialog-keys", Words).say(self.key_line())

    def action_how_to_quit(self) -> None:
        """Say which keys lead out, on the frame: what the dialog says stays as it is."""
        frame = self.query_one("#dialog")
        frame.border_subtitle = Content(f"{key('leave')} goes back; {key('quit')} quits from there")
