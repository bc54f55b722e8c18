"""The tour of the demo in lines: what to do next, said whenever that is another thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from butlr_tui.flows.tour import Step, Tour, entries_for, offer
from butlr_tui.plain.prompts.words import key, label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from butlr_tui.journal.entries import Entry
    from butlr_tui.plain.prompts.console import Console
    from butlr_tui.plain.prompts.service_list import ServiceList

_AT_THE_LIST: Final[Mapping[Step, str]] = {
    Step.FIND: f"“{label('filter')} sync” shows only what matches.",
    Step.CREATE: f"{key('clear_filter')} shows all again. {key('new')} makes a client.",
    Step.STORE: f"{key('new')} makes another client: have its secret saved to a file.",
    Step.TEST: f"{key('new')} makes another client: {key('try')}, beside its secret, signs in with it.",
    Step.REPLACE: f"“{label('replace')} 3” makes a new one in the place of the third; take one of your own.",
    Step.DELETE: f"{key('replace')} once more deletes the old one; {key('delete')} deletes any.",
}


class PromptTour:
    """Begun and left by the one command."""

    def __init__(self, console: Console, shown: ServiceList) -> None:
        self._console = console
        self._shown = shown
        self._tour: Tour | None = None
        self._said = ""

    def offer(self) -> None:
        """Say that there is one, to somebody in the demo who has made nothing yet."""
        if said := offer(self._shown.profile, self._shown.session.history, key):
            self._console.tell(said)

    async def begin_or_leave(self) -> None:
        """Begin it, or leave it."""
        if self._tour is not None:
            self._tour = None
            self._console.tell("The tour is left.")
        elif (entries := await self._entries()) is not None:
            self._tour, self._said = Tour(entries), ""

    def filtered(self) -> None:
        """The list shows what a filter found."""
        if self._tour is not None and self._shown.listing.query and self._shown.listing.rows:
            self._tour.filtered()

    async def follow(self) -> None:
        """See how far it is, and say what comes next unless that was said."""
        if self._tour is None or (entries := await self._entries()) is None:
            return
        self._tour.learn(entries)
        step = self._tour.step
        next_one = (
            f"{_AT_THE_LIST[step]} {key('tour')} leaves." if step else f"{key('help')} tells all commands."
        )
        line = f"{self._tour.title}: {next_one}"
        if line != self._said:
            self._said = line
            self._console.tell(line)
        if step is None:
            self._tour = None

    async def _entries(self) -> Sequence[Entry] | None:
        return await entries_for(self._shown.session.history, self._console.tell)
