"""The list of clients with the detail beside it, and everything that starts from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen

from butlr_tui.text import cut_middle, safe
from butlr_tui.tui.commands import Place, at, bindings, command, key
from butlr_tui.tui.dialogs.dialog import Words
from butlr_tui.tui.listing import Listing
from butlr_tui.tui.widgets.client_detail import ClientDetail
from butlr_tui.tui.widgets.client_list import ClientList
from butlr_tui.tui.widgets.filter_bar import FilterBar
from butlr_tui.tui.widgets.key_bar import KeyBar
from butlr_tui.tui.widgets.lines import Lines
from butlr_tui.tui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual.app import ComposeResult
    from textual.events import Resize

    from butlr_tui.config.profiles import Profile
    from butlr_tui.http.errors import ServiceError
    from butlr_tui.operations.outcomes import Created, CreatedWithoutSecret, Removed
    from butlr_tui.operations.session import Session
    from butlr_tui.tui.clipboard import Clipboard
    from butlr_tui.tui.dialogs.create import Draft, Seen
    from butlr_tui.tui.messages import ClientHighlighted, ClientOpened, FilterChanged, FilterLeft

_SMALLEST = (60, 16)


class MainScreen(Screen[None]):
    """Shows what the session reads, and hands what the operator wants to dialogs and to the session."""

    BINDINGS = bindings(Place.MAIN)
    AUTO_FOCUS = "#list"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 (an instance variable to Textual)

    def __init__(
        self, profile: Profile, host: str, clipboard: Clipboard, clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._profile = profile
        self._host = host
        self._clipboard = clipboard
        self._clock = clock
        self._session: Session | None = None
        self._listing = Listing()
        self._read_at: datetime | None = None
        self._error: ServiceError | None = None
        self._reading = False
        self._draft: Draft | None = None

    def compose(self) -> ComposeResult:
        """Header, filter, list and detail, what was said last, keys."""
        yield StatusBar(self._profile.name, self._host)
        with Horizontal(id="filter-line"):
            yield Lines([Content.styled(" /", "bold $accent")], id="slash")
            yield FilterBar()
        with Horizontal(id="body"):
            yield ClientList(self._listing, self._clock)
            yield ClientDetail()
        yield Words(id="said")
        yield KeyBar()
        yield Words(f"butlr-tui needs at least {_SMALLEST[0]} × {_SMALLEST[1]} characters.", id="too-small")

    def on_mount(self) -> None:
        self._list = self.query_one(ClientList)
        self._detail = self.query_one(ClientDetail)
        self._status = self.query_one(StatusBar)
        self._keys = self.query_one(KeyBar)
        self._filter = self.query_one(FilterBar)
        self._say("")
        self._show_keys()
        self._list.show_notice([f"Connecting to {self._host}…"])

    def on_resize(self, event: Resize) -> None:
        width, height = event.size
        self.set_class(width < _SMALLEST[0] or height < _SMALLEST[1], "-too-small")
        self._show_keys()

    # Reading the list

    def use(self, session: Session) -> None:
        """Take the session that the app connected, and read the list."""
        self._session = session
        self._read()

    def cannot_connect(self, why: str) -> None:
        """Say why there is no session."""
        self._list.show_notice(_lines(f"✗ {why}", self._room))

    @property
    def _room(self) -> int:
        return max(20, self._list.size.width - 6)

    @work(group="read", exclusive=True)
    async def _read(self, rest_on: str | None = None) -> None:
        from butlr_tui.http.errors import ServiceError

        if self._session is None:
            return
        self._reading = True
        self._show_state()
        try:
            clients = await self._session.list()
        except ServiceError as error:
            self._error = error
        else:
            self._error = None
            self._read_at = self._clock()
            current = self._list.client
            self._listing.load(clients)
            self._changed(rest_on or (current.id if current else None))
        finally:
            self._reading = False
            self._show_state()

    def _changed(self, rest_on: str | None) -> None:
        """Other rows are shown: keep the cursor on the same client."""
        self._list.update_rows()
        self._list.rest_on(rest_on)

    def _show_state(self) -> None:
        self._show_identity()
        self._show_count()
        self._show_position()
        if not self._listing.rows:
            self._list.show_notice(self._notice())

    def _show_identity(self) -> None:
        identity = self._session.identity if self._session else None
        self._list.own_id = identity.client_id if identity else None
        self._status.show_identity(self._list.own_id)

    def _show_count(self) -> None:
        from butlr_tui.tui import sentences

        if self._read_at is None:
            return
        if self._error is not None and not self._reading:
            self._status.show_count(sentences.stale(self._error, self._read_at), stale=True)
            self._say(f"✗ {sentences.list_failed(self._error, self._read_at)}")
            return
        count = sentences.clients(len(self._listing.clients))
        doing = "reading…" if self._reading else f"read at {self._read_at:%H:%M}"
        self._status.show_count(f"{count}, {doing}")

    def _notice(self) -> list[str]:
        from butlr_tui.tui import sentences

        if self._reading and self._read_at is None:
            return [f"Reading the clients of {self._host}…"]
        if self._error is not None and self._read_at is None:
            return _lines(f"✗ {sentences.list_failed(self._error, None)}", self._room)
        if self._listing.clients:
            hidden = len(self._listing.clients)
            verb = "is" if hidden == 1 else "are"
            query = sentences.quoted(self._listing.query)
            return _lines(
                f"Nothing matches {query}. {key('clear_filter')} clears the filter; "
                f"{sentences.clients(hidden)} {verb} hidden.",
                self._room,
            )
        return [f"No clients yet. Press {key('new')} to create the first."]

    def _show_position(self) -> None:
        shown = len(self._listing.rows)
        self._keys.show_position(f"{self._list.row + 1:,} of {shown:,}" if shown else "")

    def _say(self, text: str) -> None:
        self.query_one("#said", Words).say(text)

    # What the widgets tell

    def on_client_highlighted(self, message: ClientHighlighted) -> None:
        client = message.client
        own = client is not None and client.client_id == self._list.own_id
        self._detail.show_client(client, own)
        self._show_position()

    def on_client_opened(self, message: ClientOpened) -> None:
        self._open_detail(True)

    def on_filter_changed(self, message: FilterChanged) -> None:
        current = self._list.client
        self._listing.filter(message.query)
        self._changed(current.id if current else None)
        self._show_state()

    def on_filter_left(self, message: FilterLeft) -> None:
        self.set_focus(self._list)

    def on_descendant_focus(self) -> None:
        self._show_keys()

    def _show_keys(self) -> None:
        """The keys that act now."""
        if self._filter.has_focus:
            self._keys.show_commands(at(Place.FILTER))
            return
        leave = [command("back")] if self.has_class("-detail-open") and self.has_class("-narrow") else []
        self._keys.show_commands([*leave, *(each for each in at(Place.MAIN) if each.shown)])

    def _open_detail(self, opened: bool) -> None:
        self.set_class(opened, "-detail-open")
        self._show_keys()

    # Commands

    def action_cursor(self, rows: int) -> None:
        """Move the cursor."""
        self._list.move(rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by a screen."""
        self._list.page(pages)

    def action_first(self) -> None:
        """To the first client."""
        self._list.go_first()

    def action_last(self) -> None:
        """To the last client."""
        self._list.go_last()

    def action_filter(self) -> None:
        """Type in the filter."""
        self._open_detail(False)
        self.set_focus(self._filter)

    def action_back(self) -> None:
        """Close the detail; else clear the filter; else what was said last."""
        if self.has_class("-detail-open"):
            self._open_detail(False)
        elif self._filter.value:
            self._filter.value = ""
        else:
            self._say("")

    def action_open(self) -> None:
        """Open the detail, or show what an answer said that nobody expected."""
        from butlr_tui.tui import sentences
        from butlr_tui.tui.dialogs.notice import Notice

        said = sentences.what_it_said(self._error) if self._error else ""
        if said:
            self.app.push_screen(Notice(f"What {self._host} said", said))
        elif self._list.client is not None:
            self._open_detail(True)

    def action_sort(self) -> None:
        """Sort by the next column."""
        current = self._list.client
        self._listing.sort(self._listing.order.following)
        self._changed(current.id if current else None)

    def action_refresh(self) -> None:
        """Read the list again."""
        self._say("")
        self._read()

    @work(group="copy", exclusive=True)
    async def action_copy_id(self) -> None:
        """Copy the whole client id."""
        from butlr_tui.delivery.clipboard.copy import Outcome

        client = self._list.client
        if client is None:
            return
        report = await self._clipboard.copy(client.client_id)
        glyph = {Outcome.VERIFIED: "✓", Outcome.SENT: "→", Outcome.FAILED: "✗"}[report.outcome]
        self._say(f"{glyph} {cut_middle(safe(client.client_id), 40)}: {report.said}")

    async def action_new(self) -> None:
        """Create a client, then take its secret where it should live."""
        from butlr_tui.tui.dialogs.create import CreateDialog, Draft

        if self._session is None:
            return
        self._say("")
        form = CreateDialog(
            self._session,
            self._listing,
            self._profile.name,
            self._clipboard,
            self._draft or Draft(),
            self._clock,
        )
        await self.app.push_screen(form, self._created)

    def _created(self, outcome: Created | CreatedWithoutSecret | Seen | None) -> None:
        from butlr_tui.operations.outcomes import Created, CreatedWithoutSecret
        from butlr_tui.tui import sentences
        from butlr_tui.tui.dialogs.create import Seen

        self._draft = None
        match outcome:
            case Created():
                self._read(outcome.credentials.client_id)
                self._hand_over(outcome)
            case CreatedWithoutSecret():
                self._read(outcome.client_id)
                self._say(f"✗ {sentences.no_secret(outcome.client_id, outcome.name)}")
            case Seen(clients=clients, draft=draft):
                self._draft = draft
                self._read(clients[0].id)
                self._say(f"✗ {sentences.found(outcome.outcome.name, outcome.outcome.error, clients)}")
            case None:
                pass

    @work(group="write")
    async def _hand_over(self, created: Created) -> None:
        from butlr_tui.tui import sentences
        from butlr_tui.tui.dialogs.secret import SecretDialog

        assert self._session is not None
        became = await self.app.push_screen_wait(
            SecretDialog(created, self._session, self._clipboard, self._clock)
        )
        self._say(f"✓ {sentences.quoted(created.name)} is created; its secret is {became}.")

    async def action_delete(self) -> None:
        """Delete the client under the cursor."""
        from butlr_tui.tui.dialogs.delete import DeleteDialog

        client = self._list.client
        if client is None or self._session is None:
            return
        self._say("")
        own = client.client_id == self._list.own_id
        await self.app.push_screen(
            DeleteDialog(self._session, client, self._profile.name, own), self._deleted
        )

    def _deleted(self, outcome: Removed | None) -> None:
        from butlr_tui.operations.outcomes import AlreadyGone, Deleted
        from butlr_tui.tui import sentences

        if outcome is None:
            return
        gone = isinstance(outcome, Deleted | AlreadyGone)
        self._say(f"{'✓' if gone else '✗'} {sentences.removed(outcome)}")
        if gone:
            self._open_detail(False)
            self._read()

    def action_help(self) -> None:
        """Show every key."""
        from butlr_tui.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen())

    def action_palette(self) -> None:
        """Find a command by its name."""
        from textual.command import CommandPalette

        from butlr_tui.tui.palette import CommandsOfTheList

        self.app.push_screen(CommandPalette(providers=[CommandsOfTheList]))

    def action_quit(self) -> None:
        """Quit."""
        self.app.exit()


def _lines(text: str, width: int) -> list[str]:
    return [line.plain for line in Content(text).wrap(width)]
