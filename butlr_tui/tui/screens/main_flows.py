"""The flows that start from one main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from butlr_tui.flows.context import FlowContext
from butlr_tui.operations.token_status import asks_who_it_is

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence, Set
    from datetime import datetime

    from textual.app import App

    from butlr_tui.config.model import Settings
    from butlr_tui.flows.create import Draft
    from butlr_tui.flows.host import FlowHost
    from butlr_tui.http.errors import ServiceError
    from butlr_tui.listing.view import Listing
    from butlr_tui.models import Client
    from butlr_tui.operations.clipboard import Clipboard
    from butlr_tui.operations.session import Session


class FlowScreen(Protocol):
    """What these flows need of the screen that they start from."""

    @property
    def app(self) -> App[Any]: ...
    @property
    def is_current(self) -> bool: ...
    @property
    def listing(self) -> Listing: ...
    @property
    def clipboard(self) -> Clipboard: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...
    @property
    def run_worker(self) -> Callable[..., object]: ...
    @property
    def read(self) -> Callable[[str | None], object]: ...
    @property
    def learn_history(self) -> Callable[[], object]: ...
    def say(self, text: str) -> None: ...
    def select(self, client_id: str) -> None: ...
    def open_detail(self, opened: bool) -> None: ...
    def show_filter(self, query: str) -> None: ...
    def remind(self) -> None: ...


class MainFlows:
    """Creates, deletes, replaces, exports and signs in at one service.

    What an unclear create left begins the next one.
    """

    def __init__(self, screen: FlowScreen, session: Session, settings: Settings) -> None:
        self._screen = screen
        self._flow_context = FlowContext(
            session,
            screen.clipboard,
            screen.clock,
            lambda: screen.listing.clients,
            settings.delete_concurrency,
            settings.recipients,
            lambda: screen.listing.is_whole,
        )
        self._draft: Draft | None = None

    async def create(self) -> None:
        """Create a client, and take its secret where it should live."""
        from butlr_tui.flows.create import Draft, PossibleDuplicates, create

        async def flow(host: FlowHost, context: FlowContext) -> None:
            draft, self._draft = self._draft or Draft(), None
            outcome = await create(host, context, draft)
            if isinstance(outcome, PossibleDuplicates):
                self._draft = outcome.draft

        await self._begin(flow, "create")

    async def delete(self, clients: Sequence[Client], by_hand: Set[str]) -> None:
        """Delete clients; `by_hand` are the ids of those that were marked one by one."""
        from butlr_tui.flows.delete_several import delete_all

        async def flow(host: FlowHost, context: FlowContext) -> None:
            if await delete_all(host, context, clients, by_hand):
                self._screen.open_detail(False)

        await self._begin(flow, "delete")

    async def replace(self, clients: Sequence[Client]) -> None:
        """Begin to replace clients, or end that where there is one and it is begun."""
        from butlr_tui.flows.replace_several import replace_all

        async def flow(host: FlowHost, context: FlowContext) -> None:
            if await replace_all(host, context, clients):
                self._screen.open_detail(False)

        await self._begin(flow, "replace")

    async def choose_filter(self, filters: Mapping[str, str]) -> None:
        """Put one of these filters, which have names, into the filter."""
        from butlr_tui.flows.filters import choose_filter

        async def flow(host: FlowHost, context: FlowContext) -> None:
            if (query := await choose_filter(host, filters)) is not None:
                self._screen.show_filter(query)

        await self._begin(flow, "filters")

    async def export(self, clients: Sequence[Client]) -> None:
        """Take these clients to a file or to the clipboard."""
        from butlr_tui.flows.export import export

        await self._begin(lambda host, context: export(host, context, clients), "export")

    async def settle_unfinished(self) -> None:
        """Name the creates of earlier runs whose secrets may be lost; then what waits to be finished."""
        from butlr_tui.flows.unfinished import settle_unfinished

        async def flow(host: FlowHost, context: FlowContext) -> None:
            self._draft = await settle_unfinished(host, context) or self._draft
            self._screen.remind()

        await self._begin(flow, "unfinished")

    async def sign_in(self, why: str = "") -> None:
        """Let the operator say who it is."""
        from butlr_tui.flows.sign_in import sign_in_and_reload

        await self._begin(lambda host, context: sign_in_and_reload(host, context, why), "sign-in")

    async def ask_who_it_is(self, error: ServiceError) -> None:
        """Ask at once where only the operator can say who it is, unless something else is being asked."""
        if self._screen.is_current and asks_who_it_is(self._flow_context.session, error):
            await self.sign_in(error.message)

    async def _begin(
        self, flow: Callable[[FlowHost, FlowContext], Coroutine[Any, Any, None]], group: str
    ) -> None:
        """Start a flow, and wait for its first question."""
        from butlr_tui.tui.screens.flow_host import AppFlowHost

        screen = self._screen
        host = AppFlowHost(screen.app, screen.say, screen.read, screen.select, screen.learn_history)
        await host.begin(lambda: flow(host, self._flow_context), screen.run_worker, group)
