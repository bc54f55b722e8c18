"""The command palette, from the command table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, Protocol, cast

from textual.binding import Binding
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Provider
from textual.widgets import Input

from butlr_tui.tui.commands import MOVES, Place, at, command
from butlr_tui.tui.widgets.key_bar import hint_line, key_hint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.command import Hits

    from butlr_tui.tui.commands import Command

_MEANINGLESS_HERE = {*MOVES, "palette", "back"}


class _HasCommands(Protocol):
    """The main screen, as far as the palette knows it."""

    def acting(self, commands: Iterable[Command]) -> list[Command]: ...


class CommandsOfTheList(Provider):
    """The commands of the main screen that act now, found by what they do."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for each in self._commands():
            yield DiscoveryHit(_title(each), self._run(each))

    async def search(self, query: str) -> Hits:
        """Those whose words match."""
        matcher = self.matcher(query)
        for each in self._commands():
            score = matcher.match(_title(each))
            if score > 0:
                yield Hit(score, matcher.highlight(_title(each)), self._run(each))

    def _commands(self) -> Iterator[Command]:
        screen = cast("_HasCommands", self.screen)
        acting = screen.acting(at(Place.MAIN))
        return (command for command in acting if command.id not in _MEANINGLESS_HERE)

    def _run(self, chosen: Command) -> partial[bool]:
        return partial(self.screen.call_later, self.screen.run_action, chosen.action)


class Palette(CommandPalette):
    """The commands of the list, in a dialog like the others. Its cursor does not blink over a slow link."""

    BINDINGS: ClassVar = [
        Binding("enter", "take", show=False, id="answer"),
        Binding("escape", "escape", show=False, id="leave"),
    ]

    def __init__(self) -> None:
        super().__init__(providers=[CommandsOfTheList])

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False
        frame = self.query_one("#--container")
        frame.border_title = "Commands"
        frame.border_subtitle = hint_line(map(key_hint, (command("answer"), command("leave"))))

    def on_resize(self) -> None:
        self.query_one(CommandList).refresh(layout=True)  # Textual keeps the height of the terminal before

    def action_take(self) -> None:
        """Run what is chosen."""
        self._select_or_command()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter is the field's own key; here the one that answers is meant."""
        if "enter" not in command("answer").key.split(","):
            event.stop()
            event.prevent_default()


def _title(chosen: Command) -> str:
    return f"{chosen.help}  ({chosen.keys})" if chosen.key else chosen.help
