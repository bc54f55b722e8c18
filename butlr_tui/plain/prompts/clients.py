"""The list of clients in pages, and all that starts from there: a number is a client, a word a command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from butlr_tui.flows import wording
from butlr_tui.flows.create import Draft, PossibleDuplicates, create
from butlr_tui.flows.delete_several import delete_all
from butlr_tui.flows.export import export
from butlr_tui.flows.filters import choose_filter
from butlr_tui.flows.host import Option
from butlr_tui.flows.replace_several import replace_all
from butlr_tui.flows.sign_in import sign_in_and_reload
from butlr_tui.flows.unfinished import settle_unfinished
from butlr_tui.plain.prompts.choosing import choose
from butlr_tui.plain.prompts.client_lines import all_of, list_lines
from butlr_tui.plain.prompts.console import WentBack
from butlr_tui.plain.prompts.journal import show_journal
from butlr_tui.plain.prompts.numbered_clients import NumberedClients
from butlr_tui.plain.prompts.tour import PromptTour
from butlr_tui.plain.prompts.typed_command import TAKE_NUMBERS, help_on, offered, typed_command
from butlr_tui.plain.prompts.words import NotMeant, command, key, label
from butlr_tui.text import counted, safe, truncate_middle

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from butlr_tui.config.profiles import Settings
    from butlr_tui.listing.view import Order
    from butlr_tui.models import Client
    from butlr_tui.plain.prompts.console import Console
    from butlr_tui.plain.prompts.host import PromptHost
    from butlr_tui.plain.prompts.service_list import ServiceList

_OF_ONE: Final = ("replace", "delete", "copy_id", "mark")
"""What can be done with a client whose number was typed."""


class ClientPrompts:
    """The prompts of one service. Numbers mean what they were said for, until the list is shown anew."""

    def __init__(self, console: Console, host: PromptHost, shown: ServiceList, settings: Settings) -> None:
        self._console = console
        self._host = host
        self._shown = shown
        self._settings = settings
        self._clients = NumberedClients(shown)
        self._tour = PromptTour(console, shown)
        self._draft: Draft | None = None
        self._goes_elsewhere = False
        self._ends = False
        self._does: Mapping[str, Callable[[str], Awaitable[None]]] = {
            "new": self._new,
            "delete": self._delete,
            "replace": self._replace,
            "copy_id": self._copy_id,
            "open": self._open,
            "mark": self._mark,
            "mark_all": self._mark_all,
            "unmark": self._unmark,
            "filter": self._filter,
            "ready_filters": self._ready_filters,
            "clear_filter": lambda rest: self._filter_by(""),
            "sort": lambda rest: self._sort(self._shown.listing.order.following),
            "reverse": lambda rest: self._sort(self._shown.listing.order.reversed),
            "export": self._export,
            "refresh": lambda rest: self._refresh(),
            "page_down": lambda rest: self._turn(1),
            "page_up": lambda rest: self._turn(-1),
            "first": lambda rest: self._turn(-self._clients.pages.count, is_far=True),
            "last": lambda rest: self._turn(self._clients.pages.count, is_far=True),
            "journal": lambda rest: show_journal(self._console, self._shown.session.history),
            "profiles": self._go_elsewhere,
            "sign_in": lambda rest: sign_in_and_reload(self._host, self._shown.context),
            "tour": lambda rest: self._tour.begin_or_leave(),
            "help": self._help,
            "quit": self._quit,
        }

    async def begin(self) -> None:
        """Read the list, and ask about what earlier runs left."""
        await self._shown.order.recall()
        await self._refresh()
        if self._shown.state.read_at is not None:
            self._draft = await settle_unfinished(self._host, self._shown.context)
            if reminder := self._shown.replacements.reminder(self._settings.replace_reminder_days):
                self._console.tell(reminder)
        self._console.tell(
            f"A number shows a client. {key('new')} creates one. {key('help')} tells all commands."
        )
        self._tour.offer()

    async def run(self) -> bool:
        """Until the operator wants to go to another service, or, False, to quit. Raises EndOfInput."""
        self._goes_elsewhere = self._ends = False
        while not (self._goes_elsewhere or self._ends):
            try:
                line = await self._console.ask("Number or command?")
            except WentBack as back:
                if back.by_end:
                    return False
                self._console.tell(f"{key('quit')} quits.")
                continue
            try:
                await self._heed(line.strip())
            except WentBack:
                pass
            except NotMeant as fault:
                self._console.tell(f"✗ {fault} {key('help')} tells all commands.")
            if self._host.is_stale:
                await self._refresh()
            await self._tour.follow()
        return self._goes_elsewhere

    async def show(self) -> None:
        """Say the clients of this page, after what the list is."""
        shown, listing = self._shown, self._shown.listing
        head = [safe(shown.profile.title), safe(shown.profile.host)]
        if shown.profile.read_only:
            head.append("read-only")
        said = [f"Clients of {', '.join(head)}. {shown.state.header()}".rstrip() + "."]
        if listing.query:
            said.append(f"The filter is {safe(listing.query)}: {len(listing.rows):,} shown.")
        if listing.problem:
            said.append(f"! {safe(listing.problem)}")
        if listing.rows:
            said.append(f"By {str(listing.order.column).lower()}. {self._clients.pages.where}".rstrip())
            said += list_lines(shown, self._clients.pages.current)
        else:
            said.append(shown.state.notice())
        self._console.tell("\n".join(said))

    async def _heed(self, line: str) -> None:
        if not line:
            await self._turn(1)
        elif line.isdecimal():
            await self._with_one(line)
        else:
            cmd, rest = typed_command(line, self._settings.keys)
            await self._do(cmd.id, rest)

    async def _do(self, command_id: str, rest: str) -> None:
        if why := self._shown.standing.hindrance(command(command_id), key):
            self._console.tell(f"✗ {why}")
            return
        if rest and command_id not in TAKE_NUMBERS | {"filter"}:
            raise NotMeant(f"Nothing stands behind {key(command_id)}.")
        await self._does[command_id](rest)

    # Commands

    async def _with_one(self, number: str) -> None:
        """Show a client, and ask what is to be done with it."""
        (client,) = self._clients.numbered(number)
        self._console.tell("\n".join(all_of(self._shown, client)))
        standing = self._shown.standing
        options = [
            Option(cmd.id, cmd.label) for cmd in map(command, _OF_ONE) if not standing.hindrance(cmd, key)
        ]
        await self._do(await choose(self._console, options), number)

    async def _new(self, rest: str) -> None:
        draft, self._draft = self._draft or Draft(), None
        outcome = await create(self._host, self._shown.context, draft)
        if isinstance(outcome, PossibleDuplicates):
            self._draft = outcome.draft

    async def _delete(self, rest: str) -> None:
        clients = await self._clients.acted_on(rest, "delete")
        await delete_all(self._host, self._shown.context, clients, self._clients.by_hand(rest))
        await self._stay_marked(clients)

    async def _replace(self, rest: str) -> None:
        clients = await self._clients.acted_on(rest, "replace")
        await replace_all(self._host, self._shown.context, clients)
        await self._stay_marked(clients)

    async def _stay_marked(self, clients: Sequence[Client]) -> None:
        if self._host.is_stale:  # something was done about them
            await self._clients.stay_marked(clients)

    async def _copy_id(self, rest: str) -> None:
        ids = [client.client_id for client in await self._clients.acted_on(rest, "copy_id")]
        which = truncate_middle(safe(ids[0]), 40) if len(ids) == 1 else counted(len(ids), "client id")
        report = await self._shown.context.clipboard.copy("\n".join(ids), "Its number shows it whole.")
        self._console.tell(f"{wording.glyph(report)} {which}: {report.said}")

    async def _open(self, rest: str) -> None:
        if rest:
            for client in self._clients.numbered(rest):
                self._console.tell("\n".join(all_of(self._shown, client)))
        else:
            said = self._shown.state.what_it_said
            self._console.tell(said or f"Which? Type its number, as in {label('open')} 3.")

    async def _mark(self, rest: str) -> None:
        await self._clients.mark(rest)
        self._tell_marks()

    async def _mark_all(self, rest: str) -> None:
        await self._shown.change(self._shown.listing.marking_all(self._shown.own_id))
        self._tell_marks()

    async def _unmark(self, rest: str) -> None:
        self._shown.listing.marks.clear()
        self._tell_marks()

    def _tell_marks(self) -> None:
        marked = len(self._shown.listing.marks)
        about = f" {key('delete')}, {key('replace')} and {key('copy_id')} are about them." if marked else ""
        self._console.tell(f"{counted(marked, 'client')} marked.{about}")

    async def _filter(self, rest: str) -> None:
        await self._filter_by(
            rest or (await self._console.ask_text("Filter, such as age:>1y or a name:")).strip()
        )

    async def _ready_filters(self, rest: str) -> None:
        query = await choose_filter(self._host, self._shown.listing.known.filters)
        if query is not None:
            await self._filter_by(query)

    async def _filter_by(self, query: str) -> None:
        await self._shown.change(self._shown.listing.filtering(query))
        self._tour.filtered()
        await self._anew()

    async def _sort(self, order: Order) -> None:
        await self._shown.change(self._shown.listing.sorting(order))
        await self._shown.order.keep()
        await self._anew()

    async def _export(self, rest: str) -> None:
        marked = await self._shown.change(self._shown.listing.marked())
        clients = self._clients.numbered(rest) if rest else marked or self._shown.listing.rows
        await export(self._host, self._shown.context, clients)

    async def _turn(self, pages: int, *, is_far: bool = False) -> None:
        if is_far:
            self._clients.pages.go_to(0 if pages < 0 else len(self._clients.pages.items))
        elif not self._clients.pages.turn(pages):
            self._console.tell(f"That is the {'last' if pages > 0 else 'first'} page.")
            return
        await self.show()

    async def _refresh(self) -> None:
        """Read the list, and say it anew, at the client that a flow wants to be shown."""
        self._host.is_stale = False
        await self._shown.read()
        await self._anew()

    async def _anew(self) -> None:
        """Number what is shown now, and say it."""
        selected, self._host.selected = self._host.selected, None
        self._clients.number_anew(selected)
        await self.show()

    async def _go_elsewhere(self, rest: str) -> None:
        self._goes_elsewhere = True

    async def _quit(self, rest: str) -> None:
        self._ends = True

    async def _help(self, rest: str) -> None:
        standing = self._shown.standing
        self._console.tell("\n".join(help_on(cmd for cmd in offered() if not standing.hindrance(cmd, key))))
