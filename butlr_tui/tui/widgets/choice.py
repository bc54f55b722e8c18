"""One of a few options, a line each. Arrows and first letters choose; Enter is left to the form around it.

Where a form lets them be marked, several may be meant: those, and the one that is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual.actions import SkipAction
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message

from butlr_tui.tui.widgets.lines import Lines
from butlr_tui.tui.widgets.scrolling import from_the_top, scroll_now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.events import Click, Key

    from butlr_tui.flows.host import Option

_OTHER_MOVES: Final = {"k": -1, "j": 1}
"""Letters that move, where no option begins with them."""


class Choice(Lines, can_focus=True):
    """Posts `Chosen` when another option is chosen."""

    BINDINGS: ClassVar = [
        Binding("up", "move(-1)", "Option above", show=False, id="field_above"),
        Binding("down", "move(1)", "Option below", show=False, id="field_below"),
    ]

    @dataclass
    class Chosen(Message):
        """Another option is chosen."""

        option: Option

    def __init__(self, options: Sequence[Option], chosen: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id, classes="choice")
        self._options: Sequence[Option] = ()
        self._row = 0
        self._marked: set[str] = set()
        self.offer(options, chosen)

    @property
    def row(self) -> int:
        """The row of the chosen option, from 0."""
        return self._row

    @property
    def chosen(self) -> Option:
        """The option that is chosen."""
        return self._options[self._row]

    @property
    def marked(self) -> Sequence[Option]:
        """The options that are meant besides, whichever is chosen."""
        return [option for option in self._options if option.id in self._marked]

    def mark(self) -> None:
        """Mark the chosen option, so that it is meant when another is chosen too; or take its mark away."""
        self._marked ^= {self.chosen.id}
        self._draw()

    def offer(self, options: Sequence[Option], chosen: str = "") -> None:
        """Offer these options, keeping the chosen one unless another is named."""
        wanted = chosen or (self.chosen.id if self._options else "")
        self._options = options
        self._row = next((row for row, option in enumerate(options) if option.id == wanted), 0)
        self.styles.height = len(options)
        self._draw()

    def action_move(self, rows: int) -> None:
        """Choose a neighbour; beyond the first and the last, the key is the form's."""
        if not 0 <= self._row + rows < len(self._options):
            raise SkipAction
        self._choose(self._row + rows)

    def on_key(self, event: Key) -> None:
        """Choose by the first letter: the next option below that has it, else the first."""
        letter = (event.character or "").casefold()
        rows = [row for row, option in enumerate(self._options) if option.label.casefold()[:1] == letter]
        if rows:
            self._choose(next((row for row in rows if row > self._row), rows[0]))
        elif letter in _OTHER_MOVES:
            self.action_move(_OTHER_MOVES[letter])
        else:
            return
        event.stop()

    def on_click(self, event: Click) -> None:
        """Choose what was clicked."""
        self._choose(event.y)

    def watch_has_focus(self, _has_focus: bool) -> None:
        super().watch_has_focus(_has_focus)
        self._draw()

    def _choose(self, row: int) -> None:
        row = max(0, min(row, len(self._options) - 1))
        if row != self._row:
            self._row = row
            self._draw()
            self.post_message(self.Chosen(self.chosen))

    def _sign(self, row: int, option: Option) -> str:
        if option.id in self._marked:
            return "✓"
        return "◉" if row == self._row else "○"

    def _draw(self) -> None:
        labels = max((len(option.label) for option in self._options), default=0)
        self.show(
            [
                Content.assemble(
                    (self._sign(row, option), "bold $accent" if self.has_focus else ""),
                    " ",
                    (
                        option.label.ljust(labels),
                        "bold reverse" if row == self._row and self.has_focus else "",
                    ),
                    (f"  {option.about}", "dim"),
                )
                for row, option in enumerate(self._options)
            ]
        )


class Options(VerticalScroll, can_focus=False, inherit_bindings=False):
    """A choice that may have more options than there is room for: the chosen one stays in view."""

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_chosen)  # its scrollbar is laid out by then

    def on_choice_chosen(self) -> None:
        self._show_chosen()

    def _show_chosen(self) -> None:
        scroll_now(self, from_the_top(self.query_one(Choice).row, self.size.height))
