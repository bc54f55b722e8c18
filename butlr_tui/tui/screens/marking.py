"""What a list of clients is marked with, and what its commands are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from butlr_tui.listing.marks import Stretch
from butlr_tui.text import counted, safe, truncate_middle
from butlr_tui.tui.commands import key
from butlr_tui.tui.screens.rows_screen import RowsScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from butlr_tui.listing.view import Listing
    from butlr_tui.models import Client
    from butlr_tui.operations.clipboard import Clipboard
    from butlr_tui.operations.list_loader import ListLoader
    from butlr_tui.tui.screens.main_flows import MainFlows
    from butlr_tui.tui.widgets.client_list import ClientList

_SELECT_IT = "The detail shows it whole: mark it there with the mouse, holding Shift."
_SELECT_THEM = "The detail shows each whole: mark it there with the mouse, holding Shift."


class MarkingScreen(RowsScreen):
    """A screen with one `ClientList`, whose clients can be marked.

    Subclasses say with `marks_changed` how many there are.
    """

    listing: Listing
    clipboard: Clipboard
    _list: ClientList
    _loader: ListLoader
    _flows: MainFlows | None
    _stretch: Stretch | None = None
    """What is being marked to where the cursor goes."""

    def say(self, text: str) -> None:
        """Say something below the list; "" takes it back."""
        raise NotImplementedError

    def marks_changed(self) -> None:
        """Others are marked than before."""
        raise NotImplementedError

    # What is acted on

    async def marked(self) -> Sequence[Client]:
        """All that are marked, in the order that is shown."""
        return await self._loader.change(self.listing.marked())

    async def acted_on(self) -> Sequence[Client]:
        """What a command is about: what is marked, as `marked` gives it, else the client under the cursor."""
        under_cursor = self._list.client
        return await self.marked() or ([under_cursor] if under_cursor is not None else [])

    @work(group="copy", exclusive=True)
    async def action_copy_id(self) -> None:
        """Copy the whole client id, or those of all that are marked, a line each."""
        from butlr_tui.flows import wording

        ids = [client.client_id for client in await self.acted_on()]
        if not ids:
            return
        one = len(ids) == 1
        which = truncate_middle(safe(ids[0]), 40) if one else counted(len(ids), "client id")
        self.say(f"… {which}: copying")
        report = await self.clipboard.copy("\n".join(ids), otherwise=_SELECT_IT if one else _SELECT_THEM)
        self.say(f"{wording.glyph(report)} {which}: {report.said}")

    async def action_delete(self) -> None:
        """Delete what is marked, else the client under the cursor."""
        if self._flows is not None and (clients := await self.acted_on()):
            self.end_stretch()
            self.say("")
            await self._flows.delete(clients, self.listing.marks.by_hand)

    async def action_replace(self) -> None:
        """Replace what is marked, else the client under the cursor, or end that."""
        if self._flows is not None and (clients := await self.acted_on()):
            self.end_stretch()
            self.say("")
            await self._flows.replace(clients)

    # Marking

    def action_mark(self) -> None:
        """Mark the client under the cursor, or unmark it, and move on."""
        if self._list.client is not None:
            self.end_stretch()
            self.listing.marks.toggle(self._list.client.id)
            self._list.repaint(self._list.row)
            self._list.move(1)
            self.marks_changed()

    async def action_mark_to(self) -> None:
        """Mark all from here to where the cursor goes, or end that."""
        if self._stretch is not None:
            self.end_stretch()
            return
        self._stretch = Stretch(self.listing.marks, self.listing.rows, self._list.row, self._list.own_id)
        self.say(f"All to where the cursor goes is marked, until {key('mark_to')} is pressed again.")
        await self.stretch()

    async def action_mark_all(self) -> None:
        """Mark all that are shown."""
        self.end_stretch()
        await self._loader.change(self.listing.marking_all(self._list.own_id))
        self._show()

    def action_unmark(self) -> None:
        """Take all marks back."""
        self.end_stretch()
        self.listing.marks.clear()
        self._show()

    async def stretch(self) -> None:
        """The cursor may be elsewhere: mark to there, where that was asked for. Other rows end it."""
        if self._stretch is not None:
            if self._stretch.rows is self.listing.rows:
                await self._loader.change(self._stretch.reaching(self._list.row))
                self._show()
            else:
                self.end_stretch()

    def end_stretch(self) -> bool:
        """Leave marked what is marked, wherever the cursor goes now. False where that was so already."""
        if self._stretch is None:
            return False
        self._stretch = None
        self.say("")
        return True

    def _show(self) -> None:
        self._list.refresh()
        self.marks_changed()
