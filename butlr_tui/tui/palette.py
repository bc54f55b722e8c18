"""The command palette, from the command table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Provider

from butlr_tui.tui.commands import Place, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.command import Hits

    from butlr_tui.tui.commands import Command

_MEANINGLESS_HERE = {"up", "down", "page_up", "page_down", "first", "last", "palette", "back"}


class CommandsOfTheList(Provider):
    """The commands of the main screen, found by what they do."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for command in _commands():
            yield DiscoveryHit(_title(command), self._run(command))

    async def search(self, query: str) -> Hits:
        """Those whose words match."""
        matcher = self.matcher(query)
        for command in _commands():
            score = matcher.match(_title(command))
            if score > 0:
                yield Hit(score, matcher.highlight(_title(command)), self._run(command))

    def _run(self, chosen: Command) -> partial[bool]:
        return partial(self.screen.call_later, self.screen.run_action, chosen.action)


def _commands() -> Iterator[Command]:
    return (command for command in at(Place.MAIN) if command.id not in _MEANINGLESS_HERE)


def _title(chosen: Command) -> str:
    return f"{chosen.help}  ({chosen.keys})"
