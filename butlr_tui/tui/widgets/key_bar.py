"""One line of keys: cheaper than Textual's Footer, which slows the first paint by two thirds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from butlr_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.events import Resize

    from butlr_tui.tui.commands import Command


_ALWAYS: Final = 2  # the last two, help and quit, lead to all others


class KeyBar(Lines):
    """The keys that act now; what has no room is in the help."""

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._commands: Sequence[Command] = ()

    def show_commands(self, commands: Sequence[Command]) -> None:
        """Name the commands that act now; the last two stay where there is no room for all."""
        self._commands = commands
        self._arrange()

    def on_resize(self, event: Resize) -> None:
        self._arrange()

    def _arrange(self) -> None:
        room = self.size.width - 1
        chosen = list(self._commands)
        while len(chosen) > _ALWAYS and sum(map(_cells, chosen)) - 2 > room:
            del chosen[-_ALWAYS - 1]
        self.show([Content.assemble(" ", Content("  ").join(key_hint(each) for each in chosen))])


def key_hint(command: Command) -> Content:
    """A key and what it does, as in the key bar."""
    return Content.assemble((command.first_key, "bold $accent"), " ", command.label)


def _cells(command: Command) -> int:
    return len(command.first_key) + 1 + len(command.label) + 2
