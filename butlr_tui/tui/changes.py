"""What changes something at the service: creating and deleting, from the first form to the last word.

Imported when it is first needed: what it stands on is too heavy for the first paint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.flows import wording
from butlr_tui.operations.outcomes import AlreadyGone, CreatedWithoutSecret, Deleted
from butlr_tui.text import quoted, safe
from butlr_tui.tui.commands import key
from butlr_tui.tui.dialogs.create import CreateDialog, Draft, Made, Seen
from butlr_tui.tui.dialogs.delete import DeleteDialog
from butlr_tui.tui.dialogs.pick import Pick
from butlr_tui.tui.dialogs.secret import SecretDialog
from butlr_tui.tui.widgets.choice import Option

if TYPE_CHECKING:
    from butlr_tui.journal.entries import Entry
    from butlr_tui.models import Client
    from butlr_tui.operations.outcomes import DeleteOutcome
    from butlr_tui.operations.session import Session
    from butlr_tui.tui.screens.main import MainScreen

_DELETE = Option("delete", "delete it", "and create it again, with a secret that you store")
_KEEP = Option("keep", "keep it", "its secret is stored, or nobody needs it")
_LATER = Option("later", "decide later", "the next start asks again")
_FORGET = Option("keep", "forget it", "no client of it is in the list")


class Changes:
    """The changes that start from one main screen."""

    def __init__(self, screen: MainScreen, session: Session) -> None:
        self._screen = screen
        self._session = session
        self._draft = Draft()

    async def create(self) -> None:
        """Create a client, then take its secret where it should live."""
        screen = self._screen
        form = CreateDialog(
            self._session, screen.listing, screen.profile, screen.clipboard, self._draft, screen.clock
        )
        await screen.app.push_screen(form, self._created)

    def _created(self, outcome: Made | CreatedWithoutSecret | Seen | None) -> None:
        screen = self._screen
        self._draft = Draft()
        match outcome:
            case Made(created=created):
                screen.read(select=created.credentials.client_id)
                screen.run_worker(self._hand_over(outcome), group="hand-over")
            case CreatedWithoutSecret():
                screen.read(select=outcome.client_id)
                screen.say(f"✗ {wording.no_secret(outcome.client_id, outcome.name)}")
            case Seen(clients=clients, draft=draft):
                self._draft = draft
                screen.read(select=clients[0].id)
                screen.say(f"✗ {wording.found(outcome.outcome.name, outcome.outcome.error, clients)}")
            case None:
                pass

    async def _hand_over(self, made: Made) -> None:
        screen = self._screen
        became = await screen.app.push_screen_wait(
            SecretDialog(made, self._session, screen.profile, screen.clipboard, screen.clock)
        )
        screen.say(f"✓ {quoted(made.created.name)} is created; {became.said}.")
        if became.digest is not None:
            said = await screen.clipboard.clear_later(became.digest)
            if said:
                screen.say(said)

    async def delete(self, client: Client) -> None:
        """Delete a client."""
        screen = self._screen
        dialog = DeleteDialog(self._session, client, screen.profile, client.client_id == screen.own_id)
        await screen.app.push_screen(dialog, self._deleted)

    def _deleted(self, outcome: DeleteOutcome | None) -> None:
        if outcome is None:
            return
        gone = isinstance(outcome, Deleted | AlreadyGone)
        self._screen.say(f"{'✓' if gone else '✗'} {wording.removed(outcome)}")
        if gone:
            self._screen.open_detail(False)
            self._screen.read()

    async def settle_unfinished(self) -> None:
        """Name each earlier create whose secret may be lost, and ask what is to become of its client."""
        for entry in await self._session.unfinished():
            await self._settle(entry)

    async def _settle(self, entry: Entry) -> None:
        screen = self._screen
        candidates = entry.candidates(screen.listing.clients)
        if len(candidates) == 1:
            options = [_DELETE, _KEEP, _LATER]
        elif candidates:
            options = [Option("keep", "I have looked", "compare them by id and age"), _LATER]
        else:
            options = [_FORGET, _LATER]
        which = (
            "; ".join(safe(client.client_id) for client in candidates) or "No client of it is in the list."
        )
        text = f"{entry.summary}\n{which}"
        answer = await screen.app.push_screen_wait(
            Pick("An earlier create is unfinished", text, options, "later")
        )
        if answer == "keep":
            await self._session.settle(entry, "kept by the operator" if candidates else "not in the list")
        elif answer == "delete":
            screen.select(candidates[0].id)
            self._draft = Draft(candidates[0].name, candidates[0].description)
            outcome = await screen.app.push_screen_wait(
                DeleteDialog(self._session, candidates[0], screen.profile, own=False)
            )
            self._deleted(outcome)
            if isinstance(outcome, Deleted | AlreadyGone):
                screen.say(f"✓ {wording.removed(outcome)} {key('new')} creates it again; its name is kept.")
