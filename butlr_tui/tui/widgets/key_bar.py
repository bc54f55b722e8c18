"""One line of keys: cheaper than Textual's Footer, which slows the first paint by two thirds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.style import Style

from butlr_tui.tui.commands import command
from butlr_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.app import App
    from textual.events import Click

    from butlr_tui.tui.commands import Command


_ALWAYS: Final = 2  # the last two, help and quit, lead to all others
_COMMAND: Final = "command"
"""Under this name a hint carries its command, for whoever clicks on it. It costs no bytes."""


class KeyBar(Lines):
    """The keys that act now; what has no room is in the help. A click on one presses it."""

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._commands: Sequence[Command] = ()

    def show_commands(self, commands: Sequence[Command]) -> None:
        """Name the commands that act now; the last two stay where there is no room for all."""
        bound = [each for each in commands if each.key]
        if bound != self._commands:
            self._commands = bound
            self.fit()

    def on_click(self, event: Click) -> None:
        press_hint(self.app, event)

    def fitting(self, room: int) -> Sequence[Content]:
        """The keys that there is room for."""
        chosen = list(self._commands)
        while len(chosen) > _ALWAYS and sum(map(_cells, chosen)) - 2 > room - 1:
            del chosen[-_ALWAYS - 1]
        hints = [key_hint(command, gap="" if command is chosen[-1] else "  ") for command in chosen]
        return [Content.assemble(" ", *hints)]


def key_hint(command: Command, keys: str = "", gap: str = "") -> Content:
    """A key and what it does, and a gap to the next; `keys` stands for it where several are to be named.

    Nothing where it has no key.
    """
    if not command.key:
        return Content()
    hint = Content.assemble((keys or command.first_key, "bold $accent"), f" {command.label}{gap}")
    return hint.stylize(Style.from_meta({_COMMAND: command.id}))


def hint_line(hints: Iterable[Content]) -> Content:
    """Hints side by side, but those of commands without a key."""
    return Content("   ").join(filter(None, hints))


def press_hint(app: App[None], event: Click) -> None:
    """Press the key of the hint that was clicked, if one was."""
    clicked = event.style.meta.get(_COMMAND)
    if clicked is not None:
        app.simulate_key(command(clicked).key.partition(",")[0])


def _cells(command: Command) -> int:
    return len(command.first_key) + 1 + len(command.label) + 2
