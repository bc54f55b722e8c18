"""One of a few options, a line each. The arrow keys choose; Enter is left to the form around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.actions import SkipAction
from textual.binding import Binding
from textual.content import Content
from textual.message import Message

from butlr_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.events import Click

    from butlr_tui.flows.host import Option


class Choice(Lines, can_focus=True):
    """Posts `Chosen` when another option is chosen."""

    BINDINGS: ClassVar = [
        Binding("up,k", "move(-1)", "Option above", show=False),
        Binding("down,j", "move(1)", "Option below", show=False),
    ]

    @dataclass
    class Chosen(Message):
        """Another option is chosen."""

        option: Option

    def __init__(self, options: Sequence[Option], chosen: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id, classes="choice")
        self._options: Sequence[Option] = ()
        self._row = 0
        self.offer(options, chosen)

    @property
    def chosen(self) -> Option:
        """The option that is chosen."""
        return self._options[self._row]

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

    def on_click(self, event: Click) -> None:
        """Choose what was clicked."""
        self._choose(event.y)

    def on_focus(self) -> None:
        self._draw()

    def on_blur(self) -> None:
        self._draw()

    def _choose(self, row: int) -> None:
        row = max(0, min(row, len(self._options) - 1))
        if row != self._row:
            self._row = row
            self._draw()
            self.post_message(self.Chosen(self.chosen))

    def _draw(self) -> None:
        labels = max((len(option.label) for option in self._options), default=0)
        self.show(
            [
                Content.assemble(
                    ("◉" if row == self._row else "○", "bold $accent" if self.has_focus else ""),
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
