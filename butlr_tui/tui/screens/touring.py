"""The tour of the demo on a main screen: a line below the list, and one on the frame of a dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from butlr_tui.text import safe
from butlr_tui.tui.commands import key
from butlr_tui.tui.screens.full_screen import FullScreen
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.screen import Screen

    from butlr_tui.config.profiles import Profile
    from butlr_tui.flows.tour import At, Tour
    from butlr_tui.journal.entries import Entry
    from butlr_tui.listing.view import Listing
    from butlr_tui.operations.session import Session
    from butlr_tui.tui.messages import FilterLeft


class TouringScreen(FullScreen):
    """It shows what to do next and takes no key. Subclasses call `follow_tour` when the journal may tell more."""

    profile: Profile
    listing: Listing
    _session: Session | None
    _tour: Tour | None = None
    """The tour, while the operator is on it."""
    _is_offered = False
    """Whether it was offered, or there was no need to."""

    def say(self, text: str) -> None:
        """Say something below the list."""
        raise NotImplementedError

    async def action_tour(self) -> None:
        """Begin the tour, or leave it."""
        from butlr_tui.flows.tour import Tour

        if self._tour is not None:
            self._tour = None
            await self.query("#tour").remove()
        elif (entries := await self._entries()) is not None:
            self._tour = Tour(entries)
            self.say("")
            await self.mount(Words(id="tour"), before="#said")
            self._show_tour()

    async def follow_tour(self) -> None:
        """See how far it is; offer it to somebody who has made nothing yet."""
        if self._session is None:
            return
        if self._tour is not None:
            if (entries := await self._entries()) is not None and self._tour is not None:
                self._tour.learn(entries)
                self._show_tour()
        elif self.profile.place and not self._is_offered:
            from butlr_tui.flows.tour import offer

            if said := offer(self.profile, self._session.history, key):
                self.say(said)
        self._is_offered = True

    async def _entries(self) -> Sequence[Entry] | None:
        from butlr_tui.flows.tour import entries_for

        return await entries_for(self._session.history, self.say) if self._session is not None else None

    def on_filter_left(self, message: FilterLeft) -> None:
        if self._tour is not None and self.listing.query and self.listing.rows:
            self._tour.filtered()
            self._show_tour()

    def on_screen_suspend(self) -> None:
        if self._tour is not None:  # a dialog is in view as soon as it is painted
            self.app.screen.call_after_refresh(self._show_tour)

    def on_screen_resume(self) -> None:
        self._show_tour()

    def _show_tour(self) -> None:
        """Say what to do next: below the list, and where a dialog lies over that on its frame."""
        if self._tour is None:
            return
        from butlr_tui.flows.tour import At

        dialog = self.app.screen
        at = _place_of(dialog)
        line = Content.assemble(
            (safe(self._tour.title), "bold"), f": {safe(self._tour.next(at or At.LIST, key))}"
        )
        below = self.query_one("#tour", Words)
        below.say(line)
        below.visible = at is None
        if at is not None:
            for frame in dialog.query("#dialog"):  # none before it is painted
                frame.border_subtitle = line


def _place_of(screen: Screen[object]) -> At | None:
    """Where the operator is in this dialog; None in any other screen."""
    from butlr_tui.flows.tour import At
    from butlr_tui.tui.dialogs.deletion import DeletionDialog
    from butlr_tui.tui.dialogs.new_secret import NewSecretDialog
    from butlr_tui.tui.dialogs.secret import SecretDialog

    match screen:
        case NewSecretDialog():
            return At.FORM
        case SecretDialog():
            return At.SECRET
        case DeletionDialog():
            return At.DELETION
    return None
