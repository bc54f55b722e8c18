"""Several things that are to be decided, each with its options in a line."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget

from butlr_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.events import Click, Resize

    from butlr_tui.flows.host import Option

_MARK: Final = 2
_GAP: Final = 3
_LINES_AT_FIRST: Final = 5
"""Of each, until the width is known."""


class Decisions(Lines):
    """Posts `Moved` when the cursor is on another option. Stands in a container that scrolls."""

    class Moved(Message):
        """Another option is under the cursor."""

    def __init__(self, cases: Sequence[tuple[str, Sequence[Option]]]) -> None:
        """What each is about, and its options; the last one of them is chosen at first."""
        super().__init__()
        self._cases = cases
        self._chosen = [len(options) - 1 for _, options in cases]
        self._cursor = 0
        self._texts: list[list[Content]] = []
        self._tops: list[int] = []
        """The first line of each."""
        self.styles.height = _LINES_AT_FIRST * len(cases)

    @property
    def chosen(self) -> list[str]:
        """The id of what is chosen for each."""
        return [options[number].id for (_, options), number in zip(self._cases, self._chosen, strict=True)]

    @property
    def option(self) -> Option:
        """The option under the cursor."""
        return self._cases[self._cursor][1][self._chosen[self._cursor]]

    def move(self, cases: int) -> None:
        """Move the cursor by so many."""
        self._go(self._cursor + cases)

    def page(self, pages: int) -> None:
        """Move the cursor by so many screens."""
        room = self._container.size.height
        self._go(max(0, bisect_right(self._tops, self._tops[self._cursor] + pages * room) - 1))

    def go_first(self) -> None:
        """To the first one."""
        self._go(0)

    def go_last(self) -> None:
        """To the last one."""
        self._go(len(self._cases) - 1)

    def choose(self, options: int) -> None:
        """Choose the option that is so many further to the right."""
        self._choose(self._cursor, self._chosen[self._cursor] + options)

    def on_click(self, event: Click) -> None:
        """The cursor goes there; an option that is clicked is chosen."""
        case = max(0, bisect_right(self._tops, event.y) - 1)
        self._go(case)
        if event.y == self._tops[case] + len(self._texts[case]):
            left = _MARK
            for number, option in enumerate(self._cases[case][1]):
                right = left + len(_drawn(option, chosen=False))
                if left <= event.x < right:
                    self._choose(case, number)
                left = right + _GAP

    def on_resize(self, event: Resize) -> None:
        room = max(1, event.size.width - _MARK)
        self._texts = [[*Content(text).wrap(room)] for text, _ in self._cases]
        self._tops = []
        lines: list[Content] = []
        for case in range(len(self._cases)):
            self._tops.append(len(lines))
            lines += [*self._drawn_case(case), Content()]
        del lines[-1:]
        self.styles.height = len(lines)
        self.show(lines)
        self.call_after_refresh(self._scroll_into_view)

    @property
    def _container(self) -> Widget:
        assert isinstance(self.parent, Widget)
        return self.parent

    def _go(self, case: int) -> None:
        before, self._cursor = self._cursor, max(0, min(case, len(self._cases) - 1))
        if before != self._cursor:
            self._draw(before, self._cursor)
            self._scroll_into_view()
            self.post_message(self.Moved())

    def _choose(self, case: int, option: int) -> None:
        self._chosen[case] = max(0, min(option, len(self._cases[case][1]) - 1))
        self._draw(case)
        self.post_message(self.Moved())

    def _scroll_into_view(self) -> None:
        region = Region(0, self._tops[self._cursor], 1, len(self._texts[self._cursor]) + 1)
        self._container.scroll_to_region(region, animate=False, force=True)

    def _draw(self, *cases: int) -> None:
        lines = [*self.lines]
        for case in cases:
            drawn = self._drawn_case(case)
            lines[self._tops[case] : self._tops[case] + len(drawn)] = drawn
        self.show(lines)

    def _drawn_case(self, case: int) -> list[Content]:
        has_cursor = case == self._cursor
        mark = Content.styled("▌ ", "bold $accent") if has_cursor else Content("  ")
        options = [
            _drawn(option, chosen=number == self._chosen[case], has_cursor=has_cursor)
            for number, option in enumerate(self._cases[case][1])
        ]
        return [mark + line for line in (*self._texts[case], Content(" " * _GAP).join(options))]


def _drawn(option: Option, *, chosen: bool, has_cursor: bool = False) -> Content:
    return Content.assemble(
        ("◉" if chosen else "○", "bold $accent" if has_cursor else ""),
        " ",
        (option.label, "bold reverse" if chosen and has_cursor else ""),
    )
