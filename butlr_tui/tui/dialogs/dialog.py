"""What all dialogs share: one border with the title in it, and a line of keys at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from butlr_tui.tui.bindings import bindings, bindings_of
from butlr_tui.tui.commands import Place, key
from butlr_tui.tui.widgets.choice import Choice, Options
from butlr_tui.tui.widgets.key_bar import hint_line, key_hint, press_hint
from butlr_tui.tui.widgets.scrolling import from_the_top, scroll_now
from butlr_tui.tui.widgets.sized_screen import SizedScreen
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.dom import DOMNode
    from textual.events import Click, Mount, ScreenResume
    from textual.geometry import Size

    from butlr_tui.tui.commands import Command


class Dialog(SizedScreen, ModalScreen[None]):
    """A modal with one border. Subclasses give `title_text`, `body` and `keys`.

    The one that has the keys is told by its colour: the dialogs below it are dim.
    """

    AUTO_FOCUS = ""  # Textual's comes late
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012 (an instance variable to Textual)
    BINDINGS = [*bindings_of("how_to_quit"), *bindings(Place.FORM)]  # noqa: RUF012 (likewise)

    title_text = ""
    starts_at = "Input"
    """What has the focus at first, as a selector; "" for nothing."""
    _layout_before: tuple[Size, Size, float] | None = None
    """The size of the frame and of what is in it, and how far it is to be scrolled."""

    def frame(self) -> Widget:
        """What has the border."""
        return _Frame(id="dialog")

    def body(self) -> Sequence[Widget]:
        """The widgets between the title and the keys."""
        raise NotImplementedError

    def keys(self) -> Sequence[Command]:
        """The commands to name at the bottom."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        self.take_size()
        with self.frame() as frame:
            frame.border_title = Content(self.title_text)  # a str would be read as markup
            yield from self.body()
            yield Words(self.key_line(), id="dialog-keys")

    def _on_mount(self, event: Mount) -> None:
        super()._on_mount(event)
        # Now, not when the screen resumes: keys that were typed ahead are next.
        if self.starts_at and (found := self.query(self.starts_at)):
            self.set_focus(found.first())
        self.screen_layout_refresh_signal.subscribe(self, lambda _: self.laid_out(), immediate=True)

    def on_screen_suspend(self) -> None:
        self.set_class(self in self.app.screen_stack, "-below")  # else it is left

    def on_screen_resume(self, event: ScreenResume) -> None:
        event.refresh_styles = False  # they are fresh: each widget got its own as it was mounted
        self.remove_class("-below")

    # What is in view follows from the layout and the focus alone, so that it is the same after resizes as at a
    # start. Textual scrolls with each focus, from where it was, by a layout that may not be the last one.

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Give the focus to a widget, in view."""
        super().set_focus(widget, False, from_app_focus)
        self.bring_into_view()

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        self.bring_into_view()

    def laid_out(self) -> None:
        """Called after each layout, before it is painted."""
        frame = self.query_one("#dialog")
        layout = frame.size, frame.virtual_size, self.wanted_scroll(frame)
        if layout != self._layout_before:  # else somebody has scrolled
            self._layout_before = layout
            self.call_after_refresh(self.bring_into_view)  # its scrollbar is painted by then

    def bring_into_view(self) -> None:
        """Scroll the frame to where the focus is, unless whoever reads it has scrolled since the last layout."""
        frame = self.query_one("#dialog")
        scroll_now(frame, self.wanted_scroll(frame))

    def wanted_scroll(self, frame: Widget) -> float:
        """How far."""
        return from_the_top(self.line_of_focus(frame) or 0, frame.content_size.height)

    def line_of_focus(self, frame: Widget) -> int | None:
        """The line in the frame that has the focus, in view or not."""
        if self.focused is None:
            return None
        line = self.focused.row if isinstance(self.focused, Choice) else 0
        widget: DOMNode | None = self.focused
        while isinstance(widget, Widget) and widget is not frame:
            if isinstance(widget, Options):  # which scroll by themselves
                line = 0
            line += widget.virtual_region.y
            widget = widget.parent
        return line

    def on_click(self, event: Click) -> None:
        press_hint(self.app, event)

    def action_go_to_field(self, fields: int) -> None:
        """Go on to a neighbour; not round from the last to the first: scroll there, and where there is none."""
        chain = self.focus_chain
        wanted = chain.index(self.focused) + fields if self.focused in chain else -1
        if 0 <= wanted < len(chain):
            self.set_focus(chain[wanted])
        else:
            self.query_one("#dialog").scroll_relative(y=fields, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by a page."""
        frame = self.query_one("#dialog")
        frame.scroll_relative(y=pages * max(1, frame.size.height - 1), animate=False)

    def key_line(self) -> Content:
        """The keys, as at the foot of the dialog."""
        return hint_line(map(key_hint, self.keys()))

    def show_keys(self) -> None:
        """Name the keys that act now."""
        self.query_one("#dialog-keys", Words).say(self.key_line())

    def action_how_to_quit(self) -> None:
        """Say which keys lead out, on the frame: what the dialog says stays as it is."""
        frame = self.query_one("#dialog")
        frame.border_subtitle = Content(f"{key('leave')} goes back; {key('quit')} quits from there")


class _Frame(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Scrolls where there is too little room. The arrow keys are the dialog's: they move between fields."""
