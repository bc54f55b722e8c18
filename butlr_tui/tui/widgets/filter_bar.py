"""The line of the filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.highlighter import Highlighter
from textual.widgets import Input

from butlr_tui.text import safe
from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place
from butlr_tui.tui.messages import FilterChanged, FilterLeft, FilterWordsOffered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.text import Text

_EXAMPLES: Final = "such as hvac -test or age:>1y"


class FilterBar(Input):
    """Filters as you type. Enter or Down keeps the filter, Esc clears it; both go back to the list.

    Tab completes the word at the cursor, or offers what it may become.
    """

    BINDINGS = bindings(Place.FILTER)
    COMPONENT_CLASSES: ClassVar[set[str]] = {"filter--wrong"}

    def __init__(self) -> None:
        super().__init__(id="filter", compact=True, select_on_focus=False, placeholder=_EXAMPLES)
        self.cursor_blink = False  # a blinking cursor sends 40 kB a minute to somebody's slow link
        self.names: Iterable[str] = ()
        """Of the filters that have names."""
        self.highlighter = _Underlined(self)
        self.wrong: Sequence[tuple[int, int]] = ()
        """The parts that can't be meant, each from where to where."""
        self._offered_for: str | None = None

    def show_wrong(self, parts: Sequence[tuple[int, int]]) -> None:
        """Underline what can't be meant."""
        if parts != self.wrong:
            self.wrong = parts
            self.refresh()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._offered_for not in (None, event.value):
            self._offered_for = None
            self.post_message(FilterWordsOffered(()))
        self.post_message(FilterChanged(event.value))

    def action_complete(self) -> None:
        """Complete the word at the cursor, as far as that can be."""
        from butlr_tui.listing.completion import complete

        typed, rest = self.value[: self.cursor_position], self.value[self.cursor_position :]
        completion = complete(typed, self.names)
        self.value = completion.text + rest
        self.cursor_position = len(completion.text)
        if completion.offered:
            self._offered_for = self.value
            self.post_message(FilterWordsOffered([safe(word) for word in completion.offered]))

    def action_keep(self) -> None:
        """Back to the list, as filtered."""
        self.post_message(FilterLeft(cleared=False))

    def action_clear(self) -> None:
        """Back to the whole list."""
        self.value = ""
        self.post_message(FilterLeft(cleared=True))


class _Underlined(Highlighter):
    """Underlines what can't be meant."""

    def __init__(self, bar: FilterBar) -> None:
        self._bar = bar

    def highlight(self, text: Text) -> None:
        for start, end in self._bar.wrong:
            text.stylize(self._bar.get_component_rich_style("filter--wrong", partial=True), start, end)
