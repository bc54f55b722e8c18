"""Every key, from the command table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content

from butlr_tui.tui.bindings import bindings, bindings_of
from butlr_tui.tui.commands import MOVES, Place, command
from butlr_tui.tui.dialogs.dialog import Dialog
from butlr_tui.tui.widgets.fields import TextField
from butlr_tui.tui.widgets.key_bar import hint_line, key_hint
from butlr_tui.tui.widgets.key_columns import KeyColumns
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget
    from textual.widgets import Input


class HelpDialog(Dialog):
    """The keys of each place, and what they do. They scroll as the list does, and can be filtered."""

    starts_at = "#scrolled"
    BINDINGS = [*bindings(Place.HELP), *bindings_of(*MOVES)]  # noqa: RUF012 (as Textual has it)
    title_text = "Keys"

    def __init__(self) -> None:
        super().__init__()
        self._field = TextField(id="help-filter")
        self._scrolled = _Scrolled(KeyColumns(), id="scrolled")

    def frame(self) -> Widget:
        """One that does not scroll: the filter and the foot stay in view."""
        return Vertical(id="dialog")

    def body(self) -> Sequence[Widget]:
        """The filter while it is wanted, and the keys."""
        slash = Words(Content.styled("/", "bold $accent"), id="help-slash")
        line = Horizontal(slash, self._field, id="help-filter-line")
        line.display = False
        return [line, self._scrolled]

    def laid_out(self) -> None:
        """Whether there is anything to scroll is known now."""
        super().laid_out()
        self.show_keys()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one(KeyColumns).filter(event.value)
        self._scrolled.scroll_home(animate=False)

    def key_line(self) -> Content:
        """While a filter is typed its keys; else how to scroll, where there is anything to, and to close."""
        if self.focused is self._field:
            return hint_line(key_hint(command(each)) for each in ("keep_help", "clear_help"))
        moves = " ".join(filter(None, (command("up").first_key, command("down").first_key)))
        scroll = Content.assemble((moves, "bold $accent"), " scroll")
        clear, close = command("clear_help"), command("close_help")
        ways_out = ", ".join(filter(None, (clear.first_key, *close.keys.split(" or "))))
        hints = [key_hint(command("filter_help")), key_hint(close if close.key else clear, ways_out)]
        is_laid_out = bool(self._scrolled.size)  # before, it will most likely be too long
        if moves and (self._scrolled.max_scroll_y or not is_laid_out):
            hints.insert(1, scroll)
        return hint_line(hints)

    def _typing(self, wanted: bool) -> None:
        """Put the focus into the filter, or on what is left by it."""
        self.query_one("#help-filter-line").display = wanted or bool(self._field.value)
        self.set_focus(self._field if wanted else self._scrolled)
        self.show_keys()

    # Scrolling, as the list moves

    def action_cursor(self, rows: int) -> None:
        """Scroll by a line."""
        self._scrolled.scroll_relative(y=rows, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by a page."""
        self._scrolled.scroll_relative(y=pages * max(1, self._scrolled.size.height - 1), animate=False)

    def action_first(self) -> None:
        """To the top."""
        self._scrolled.scroll_home(animate=False)

    def action_last(self) -> None:
        """To the end."""
        self._scrolled.scroll_end(animate=False)

    # Filtering and leaving

    def action_filter(self) -> None:
        """Type what to look for."""
        self._typing(True)

    def action_keep(self) -> None:
        """Scroll through what is left."""
        self._typing(False)

    def action_back(self) -> None:
        """Clear the filter; close where there is none."""
        if self._field.value or self.focused is self._field:
            self._field.value = ""
            self._typing(False)
        else:
            self.action_close()

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)


class _Scrolled(VerticalScroll, inherit_bindings=False):
    """What the dialog scrolls, with the keys that move the list."""
