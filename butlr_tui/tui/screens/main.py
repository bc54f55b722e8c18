"""The list of clients with the detail beside it, and everything that starts from there."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Final

from textual import work
from textual.containers import Horizontal

from butlr_tui.config.profiles import ProfileError
from butlr_tui.flows.list_status import ListStatus
from butlr_tui.flows.standing import Standing
from butlr_tui.listing.known import Known
from butlr_tui.listing.view import Listing, Order
from butlr_tui.operations.list_loader import ListLoader
from butlr_tui.operations.list_order import ListOrder
from butlr_tui.text import safe
from butlr_tui.tui.bindings import bindings, bindings_of
from butlr_tui.tui.commands import Place, at, command, key
from butlr_tui.tui.screens.filtered_screen import FilteredScreen
from butlr_tui.tui.screens.marking import MarkingScreen
from butlr_tui.tui.screens.touring import TouringScreen
from butlr_tui.tui.terminal.driver import until_painted
from butlr_tui.tui.widgets.client_detail import ClientDetail
from butlr_tui.tui.widgets.client_list import ClientList
from butlr_tui.tui.widgets.columns import DESCRIPTIONS_FROM, DETAIL_BESIDE_FROM
from butlr_tui.tui.widgets.filter_line import FilterLine
from butlr_tui.tui.widgets.key_bar import KeyBar
from butlr_tui.tui.widgets.position import Position
from butlr_tui.tui.widgets.status_bar import StatusBar
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from datetime import datetime

    from textual.app import ComposeResult
    from textual.events import Resize

    from butlr_tui.config.profiles import Profile, Settings
    from butlr_tui.flows.replacement_status import ReplacementStatus
    from butlr_tui.flows.use_status import UseStatus
    from butlr_tui.listing.cooperative import Steps
    from butlr_tui.operations.clipboard import Clipboard
    from butlr_tui.operations.session import Session
    from butlr_tui.tui.commands import Command
    from butlr_tui.tui.messages import ClientHighlighted, ClientOpened, HeadingClicked
    from butlr_tui.tui.screens.identity import IdentityStatus
    from butlr_tui.tui.screens.main_flows import MainFlows

_PAUSE: Final = 0.001
"""Seconds that a thread gives way for, now and then."""
_BY_ACTION = {cmd.action: cmd for cmd in at(Place.MAIN)}


class MainScreen(FilteredScreen, MarkingScreen, TouringScreen):
    """Shows what the session reads, and hands what the operator wants to dialogs and to the session."""

    BINDINGS = [*bindings(Place.MAIN), *bindings_of("how_to_quit")]  # noqa: RUF012 (as Textual has it)
    AUTO_FOCUS = "#list"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 (an instance variable to Textual)
        (0, "-narrow"),
        (DETAIL_BESIDE_FROM, "-wide"),
        (DESCRIPTIONS_FROM, "-widest"),
    ]

    def __init__(
        self,
        profile: Profile,
        connect: Callable[[Profile], Awaitable[Session]],
        go_elsewhere: Callable[[Profile], Awaitable[None]],
        warnings: Sequence[str],
        clipboard: Clipboard,
        clock: Callable[[], datetime],
        settings: Settings,
    ) -> None:
        """`connect` raises ProfileError; it is called after the first paint.

        `go_elsewhere` lets the operator choose another service than the one that it is given.
        """
        super().__init__()
        self.profile = profile
        self._host = safe(profile.host)
        self._connect = connect
        self._go_elsewhere = go_elsewhere
        self._warnings = warnings
        self.clipboard = clipboard
        self.clock = clock
        self._settings = settings
        self._started = False
        self._session: Session | None = None
        self.listing = Listing(clock)
        self.listing.known = Known(filters=settings.filters)
        self._order = ListOrder(self.listing, profile)
        self._loader = ListLoader(self.listing, self._rows_came, self._show_state)
        self._state = ListStatus(profile, self.listing, self._loader, key)
        self._asked = False
        self._said = ""
        self._identity: IdentityStatus | None = None
        self._flows: MainFlows | None = None
        self._replacements: ReplacementStatus | None = None
        self._use: UseStatus | None = None

    def compose(self) -> ComposeResult:
        """Header, filter, list and detail, what was said last, keys."""
        self.take_size()
        yield StatusBar(self.profile)
        yield FilterLine()
        with Horizontal(id="body"):
            yield ClientList(self.listing, self.clock)
            yield ClientDetail()
        yield Words(id="said")
        with Horizontal(id="last-line"):
            yield KeyBar()
            yield Position()

    def on_mount(self) -> None:
        self._list = self.query_one(ClientList)
        self._detail = self.query_one(ClientDetail)
        self._status = self.query_one(StatusBar)
        self._keys = self.query_one(KeyBar)
        self._position = self.query_one(Position)
        self._filter_line = self.query_one(FilterLine)
        self._filter = self._filter_line.bar
        self._filter.names = self.listing.known.filters
        self._show_keys()
        self._list.show_notice(f"Connecting to {self._host}…")

    def on_screen_suspend(self) -> None:
        self._show_what_acts()  # nothing: the keys are for what lies over it

    def on_screen_resume(self) -> None:
        self._show_what_acts()
        if not self._started:
            self._started = True
            self.call_next(self._start)  # once Textual's own handling of this has painted the screen
        elif self._state.read_at is not None:  # a dialog is closed: a secret may be stored now
            self.learn_history()

    @work(group="connect")
    async def _start(self) -> None:
        """Connect, once the first paint is out, and read the list."""
        await until_painted(self.app)  # else what is imported then keeps the first paint waiting
        if self._warnings:
            more = len(self._warnings) - 1
            self.say(f"! {self._warnings[0]}" + (f" {more} more: butlr-tui config." if more else ""))
        try:
            session, _ = await asyncio.gather(self._connect(self.profile), self._order.recall())
        except ProfileError as error:
            self._list.show_notice(f"✗ {error}")
            self._show_keys()
        else:
            from butlr_tui.flows.replacement_status import ReplacementStatus
            from butlr_tui.flows.use_status import UseStatus
            from butlr_tui.tui.screens.identity import IdentityStatus
            from butlr_tui.tui.screens.main_flows import MainFlows

            self._session = session
            self._replacements = ReplacementStatus(session, self.listing, self.clock, key)
            self._list.mark_of = self._replacements.mark
            self._detail.next_step = self._replacements.next_step
            self._detail.journal_line = session.history.journal_line
            use = UseStatus(session.history, self.listing, self.clock)
            self._use, self._detail.last_used, self._list.last_used = use, use.told, use.in_a_column
            self._flows = MainFlows(self, session, self._settings)
            self._identity = IdentityStatus(self, session, self.clock, show=self._show_identity, say=self.say)
            self.read()

    def on_resize(self, event: Resize) -> None:
        self._show_keys()
        self._list.refresh()  # its columns go by this width too, which may change where the list's does not

    # Reading the list

    def _show_identity(self, client_id: str | None, ends: str) -> None:
        """Say who is signed in, in the header and in the list; `ends` that the token ends soon."""
        self._list.own_id = self._state.signed_in_as = client_id
        self._status.show_identity(client_id, ends)

    @work(group="read", exclusive=True)
    async def read(self, select: str | None = None, *, is_awaited: bool = False) -> None:
        """Read the list, and put the cursor on the client `select`. `is_awaited` by somebody who asked for it."""
        from butlr_tui.http.errors import ServiceError

        if self._session is None:
            return
        try:
            flaw = await self._loader.read(self._session, is_awaited=is_awaited)
        except ServiceError as error:
            self._state.error = error
            if self._flows is not None:
                await self._flows.ask_who_it_is(error)
        else:
            first = self._state.read_at is None
            self._state.error = None
            self._state.read_at = self.clock()
            if flaw is not None:
                self.say(f"! {flaw.message}")
            self._changed(select, keeps_top=first)
            self.call_after_refresh(self._follow_up)
        finally:
            if self._state.read_at is None:
                self._changed()
            self._show_state()

    @work(group="follow-up", exclusive=True)
    async def _follow_up(self) -> None:
        """What a new list asks for, once it is on screen: of the threads of a Python only one runs at a time."""
        await until_painted(self.app)
        self.learn_history()
        self._keep_for_the_shells()
        if not self._asked:
            self._ask_about_unfinished()

    @work(group="shells", exclusive=True)
    async def _keep_for_the_shells(self) -> None:
        def keep() -> None:
            from butlr_tui.operations import last_list

            last_list.keep(self.profile.name, self.listing.clients, _PAUSE)

        await asyncio.to_thread(keep)

    @work(group="history", exclusive=True)
    async def learn_history(self) -> None:
        """See what the journal tells by now."""
        await self._learn()

    async def _learn(self) -> None:
        """What the journal knows of the clients, for the list, its filter and the detail."""
        if self._session is None or self._replacements is None or self._use is None:
            return
        has_news = await self._session.history.refresh()
        self.listing.known = self.listing.known._replace(made_here=self._session.history.made_here)
        use_is_news = self._use.update()
        if self._replacements.update() or ((has_news or use_is_news) and self.listing.query):
            await self.change(self.listing.filtering(self.listing.query))
            has_news = True
        if has_news:
            self._detail.update_journal()
        await self.follow_tour()

    async def change(self, steps: Steps, *, keeps_top: bool = False) -> None:
        """Let the listing change, and show it."""
        await self._loader.change(steps)
        self._changed(keeps_top=keeps_top)
        self._show_state()

    def _changed(self, select: str | None = None, *, keeps_top: bool = False) -> None:
        """Other rows are shown: keep the cursor on the same client, or at the top where it was there."""
        self._list.update_rows()
        at_top = keeps_top and self._list.row == 0
        self._list.select(select or (None if at_top else self._list.selected))

    def _rows_came(self) -> None:
        """Some of a list that is not whole, or none of it any more."""
        self._changed(keeps_top=True)
        self._show_state()

    def _show_state(self) -> None:
        if self._identity is not None:
            self._identity.update()
        self._show_count()
        if self._state.is_stale:
            self.say(self._state.failure)
        self._show_position()
        self._show_keys()
        if not self.listing.rows:
            self._list.show_notice(self._state.notice())

    def _show_count(self) -> None:
        header = self._state.header(can_cancel=self.is_active)
        self._status.show_count(header, self._state.brief_header(), self._state.is_stale)

    def marks_changed(self) -> None:
        """Say how many are marked, and name the keys that act now."""
        self._show_what_acts()

    def _show_what_acts(self) -> None:
        self._show_count()
        self._show_keys()

    def _show_position(self) -> None:
        self._position.show_row(self._list.row + 1, len(self.listing.rows), self.listing.is_partial)

    def say(self, text: str) -> None:
        """Say something below the list; "" takes it back."""
        self._said = text
        self.query_one("#said", Words).say(text)

    def remind(self) -> None:
        """Say below what stands there which replacements have waited for long."""
        reminder = (
            self._replacements.reminder(self._settings.replace_reminder_days)
            if self._replacements is not None
            else ""
        )
        if reminder:
            self.say("\n".join(filter(None, [self._said, reminder])))

    def select(self, client_id: str) -> None:
        """Put the cursor on this client, if it is shown."""
        self._list.select(client_id)

    # What the widgets tell

    async def on_client_highlighted(self, message: ClientHighlighted) -> None:
        client = message.client
        own = client is not None and client.client_id == self._list.own_id
        self._detail.show_client(client, own)
        self._show_position()
        self._show_keys()
        await self.stretch()

    def on_client_opened(self, message: ClientOpened) -> None:
        self.open_detail(True)

    def on_descendant_focus(self) -> None:
        self._show_keys()

    def _show_keys(self) -> None:
        """The keys that act now: none while something lies over the screen."""
        if not self.is_active:
            self._keys.show_commands([])
            return
        if self._filter.has_focus:
            self._keys.show_commands(at(Place.FILTER))
            return
        leave = [command("back")] if self._detail_is_over_the_list else []
        sign_in = [] if self._standing.is_signed_in else [command("sign_in")]
        unmark = [command("unmark")] if self.listing.marks else []
        shown = (cmd for cmd in at(Place.MAIN) if cmd.shown)
        self._keys.show_commands([*leave, *self.acting([*sign_in, *unmark, *shown])])

    def acting(self, commands: Iterable[Command]) -> list[Command]:
        """Those of these commands that act now."""
        standing = self._standing
        return [cmd for cmd in commands if not standing.hindrance(cmd, key)]

    @property
    def _standing(self) -> Standing:
        session = self._session
        return Standing(
            profile=self.profile,
            is_connected=session is not None,
            is_signed_in=session is not None
            and (session.current_token is not None or self._loader.is_reading),
            is_empty=not self.listing.clients and not self._loader.is_reading and self._state.was_tried,
            has_client=self._list.client is not None,
            has_marks=bool(self.listing.marks),
        )

    def open_detail(self, opened: bool) -> None:
        """Open or close the detail where it has no room beside the list."""
        self.set_class(opened and self.has_class("-narrow"), "-detail-open")
        self._show_keys()

    @property
    def _detail_is_over_the_list(self) -> bool:
        return self.has_class("-detail-open") and self.has_class("-narrow")

    # Commands

    def action_filter(self) -> None:
        """Type in the filter."""
        self.open_detail(False)
        self._filter_line.open()

    async def action_ready_filters(self) -> None:
        """Choose a filter that has a name."""
        if self._flows is not None:
            await self._flows.choose_filter(self.listing.known.filters)

    async def action_export(self) -> None:
        """Take what is marked, or else what is shown, to a file or to the clipboard."""
        if self._flows is not None:
            self.say("")
            await self._flows.export(await self.marked() or self.listing.rows)

    def action_back(self) -> None:
        """Close the detail; else end a stretch, cancel a reading, clear the filter or what was said last."""
        if self._detail_is_over_the_list:
            self.open_detail(False)
        elif self.end_stretch():
            pass
        elif self._loader.progress is not None:
            self.workers.cancel_group(self, "read")
        elif self._filter.value:
            self._filter.value = ""
        else:
            self.say("")

    def action_open(self) -> None:
        """Open the detail, or show what an answer said that nobody expected."""
        if said := self._state.what_it_said:
            from butlr_tui.tui.dialogs.notice import Notice

            self.app.push_screen(Notice(f"What {self._host} said", said))
        elif self._list.client is not None:
            self.open_detail(True)

    async def action_sort(self) -> None:
        """Sort by the next column."""
        await self._sort(self.listing.order.following)

    async def action_reverse(self) -> None:
        """Sort the other way round."""
        await self._sort(self.listing.order.reversed)

    async def on_heading_clicked(self, message: HeadingClicked) -> None:
        order = self.listing.order
        await self._sort(order.reversed if message.column is order.column else Order.by(message.column))

    async def _sort(self, order: Order) -> None:
        """Sort now, and at the next start."""
        await self.change(self.listing.sorting(order), keeps_top=True)
        self.run_worker(self._order.keep(), "remember")

    def action_refresh(self) -> None:
        """Read the list again."""
        self.say("")
        self.read(is_awaited=True)

    async def action_new(self) -> None:
        """Create a client."""
        if self._flows is not None:
            self.say("")
            await self._flows.create()

    @work(group="unfinished")
    async def _ask_about_unfinished(self) -> None:
        """Once the list is here: an earlier create may have left a client whose secret nobody has."""
        self._asked = True
        await asyncio.to_thread(import_module, "butlr_tui.tui.preload")
        await self._learn()
        if self._flows is not None:
            await self._flows.settle_unfinished()

    async def action_journal(self) -> None:
        """Show what was created and deleted from here."""
        if self._session is not None:
            from butlr_tui.tui.screens.journal import JournalScreen

            await self.app.push_screen(JournalScreen(self.profile, self._session.history))

    # Who, and where

    async def action_sign_in(self) -> None:
        """Sign in, or as someone else."""
        if self._flows is not None:
            await self._flows.sign_in()

    async def action_profiles(self) -> None:
        """Go to another service."""
        await self._go_elsewhere(self.profile)  # whatever is typed ahead is for the question

    async def on_profile_wanted(self) -> None:
        await self.action_profiles()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether it can be done now; where it can't, why is told."""
        cmd = _BY_ACTION.get(action)
        why = self._standing.hindrance(cmd, key) if cmd is not None else ""
        if why:
            self.call_later(self.say, why)
        return not why

    def action_help(self) -> None:
        """Show every key."""
        from butlr_tui.tui.dialogs.help import HelpDialog

        self.app.push_screen(HelpDialog())

    def action_palette(self) -> None:
        """Find a command by its name."""
        from butlr_tui.tui.palette import Palette

        self.app.push_screen(Palette())

    def action_how_to_quit(self) -> None:
        """Say which key quits."""
        self.say(f"{key('quit')} quits.")

    def action_quit(self) -> None:
        """Quit."""
        self.app.exit()
