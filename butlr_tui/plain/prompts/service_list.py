"""The clients of one service as the prompts have them: how they are read, and what is known beside the list."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from butlr_tui.flows.context import FlowContext
from butlr_tui.flows.list_status import ListStatus
from butlr_tui.flows.replacement_status import ReplacementStatus
from butlr_tui.flows.sign_in import sign_in
from butlr_tui.flows.standing import Standing
from butlr_tui.flows.use_status import UseStatus
from butlr_tui.http.errors import ServiceError
from butlr_tui.listing.known import Known
from butlr_tui.listing.view import Listing
from butlr_tui.operations import last_list
from butlr_tui.operations.list_loader import ListLoader
from butlr_tui.operations.list_order import ListOrder
from butlr_tui.operations.token_status import WARN_BEFORE, asks_who_it_is, seconds_to_its_end
from butlr_tui.plain.prompts.words import key
from butlr_tui.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from datetime import datetime

    from butlr_tui.config.profiles import Settings
    from butlr_tui.operations.clipboard import Clipboard
    from butlr_tui.operations.session import Session
    from butlr_tui.plain.prompts.host import PromptHost

T = TypeVar("T")

_TOLD_EVERY: Final = 20
"""Reports of a reading, four a second: a line for each would be too many."""


class ServiceList:
    """Reads and keeps them."""

    def __init__(
        self,
        host: PromptHost,
        session: Session,
        settings: Settings,
        clipboard: Clipboard,
        clock: Callable[[], datetime],
    ) -> None:
        self.session = session
        self.profile = session.profile
        self.clock = clock
        self.listing = Listing(clock)
        self.listing.known = Known(filters=settings.filters)
        self.order = ListOrder(self.listing, self.profile)
        self.replacements = ReplacementStatus(session, self.listing, clock, key)
        self.use = UseStatus(session.history, self.listing, clock)
        self.context = FlowContext(
            session,
            clipboard,
            clock,
            lambda: self.listing.clients,
            settings.delete_concurrency,
            settings.recipients,
            lambda: self.listing.is_whole,
        )
        self._host = host
        self._loader = ListLoader(self.listing, lambda: None, self._tell_progress)
        self.state = ListStatus(self.profile, self.listing, self._loader, key)
        self._reading: asyncio.Task[None] | None = None
        self._is_broken_off = False
        self._reports = 0
        self._warned = False

    @property
    def own_id(self) -> str | None:
        """The client that signed us in."""
        return self.session.own_id

    @property
    def standing(self) -> Standing:
        """Which commands act now."""
        return Standing(
            profile=self.profile,
            is_connected=True,
            is_signed_in=self.session.current_token is not None,
            is_empty=not self.listing.clients and self.state.was_tried,
            has_client=bool(self.listing.rows),
            has_marks=bool(self.listing.marks),
        )

    async def read(self) -> None:
        """Read all clients, asking who it is where only the operator can say. What went wrong is said."""
        while await self._fails() and self.state.error is not None:
            error = self.state.error
            if not asks_who_it_is(self.session, error):
                break
            if not (said := await sign_in(self._host, self.context, error.message)):
                break
            self._host.say(said)
        if self.state.error is not None:
            self._host.say(self.state.failure)
        await self.learn()
        self._tell_identity()

    async def _fails(self) -> bool:
        """Read once; whether that failed."""
        self._reports, self._is_broken_off = 0, False
        self._reading = asyncio.create_task(self._read())
        try:
            await self._reading
        except ServiceError as error:
            self.state.error = error
            return True
        except asyncio.CancelledError:
            if not self._is_broken_off:
                raise
            self._host.say("The reading is broken off: the list is as it was.")
        finally:
            self._reading = None
        return False

    async def _read(self) -> None:
        flaw = await self._loader.read(self.session)
        self.state.error, self.state.read_at = None, self.clock()
        self.state.signed_in_as = self.own_id
        if flaw is not None:
            self._host.say(f"! {flaw.message}")
        await asyncio.to_thread(last_list.keep, self.profile.name, self.listing.clients)

    def break_off(self) -> bool:
        """Ctrl+C while it is read; False where it is not."""
        if self._reading is None:
            return False
        self._is_broken_off = True
        self._reading.cancel()
        return True

    async def learn(self) -> None:
        """What the journal knows of the clients."""
        await self.session.history.refresh()
        self.listing.known = self.listing.known._replace(made_here=self.session.history.made_here)
        self.use.update()
        self.replacements.update()
        if self.listing.query:
            await self.change(self.listing.filtering(self.listing.query))

    async def change(self, steps: Generator[None, None, T]) -> T:
        """Let what is shown change, or look through it; what comes of it."""
        return await self._loader.change(steps)

    def _tell_progress(self) -> None:
        if self._reports % _TOLD_EVERY == 0:
            doing = f"Reading the clients of {safe(self.profile.host)}… {self._loader.progress or ''}"
            self._host.say(doing.rstrip())
        self._reports += 1

    def _tell_identity(self) -> None:
        identity = self.session.identity
        if identity is not None and identity.warning and not self._warned:
            self._warned = True
            self._host.say(f"! {identity.warning}")
        left = seconds_to_its_end(self.session.current_token)
        if left is not None and left <= WARN_BEFORE:
            ends = self.clock() + timedelta(seconds=left)
            self._host.say(f"! The token ends at {ends:%H:%M}; {key('sign_in')} signs in.")
