"""One reading of the tenant's clients, for all who want them.

It goes round and round while anybody rides along. Whoever comes gets on before the next page is asked for, and off
again where they got on: thus each page of theirs was asked for after they came, and has what was done before.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress
from typing import Final

from butlr_tui.service.auth0.kept_list import KeptList, Snapshot
from butlr_tui.service.auth0.pages import Page, Pages
from butlr_tui.service.auth0.wire import TenantClient

SIGN_OF_LIFE: Final = 10.0
"""Seconds after which somebody who waits for a page is told that it takes longer."""

Wants = Callable[[TenantClient], bool]


class Reading:
    """Reads all clients once for all who ask while they are read."""

    def __init__(self, pages: Pages, kept: KeptList) -> None:
        """`kept` gets whatever was read from its first page to its last."""
        self._pages = pages
        self._kept = kept
        self._waiting: list[Ride] = []
        self._riding: list[Ride] = []
        self._task: asyncio.Task[None] | None = None

    def ride(self, wants: Wants) -> "Ride":
        """All clients that `wants` says yes to. To be left when it is over, and before."""
        ride = Ride(wants, self._leave)
        self._waiting.append(ride)
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return ride

    async def find(self, wants: Wants) -> list[TenantClient]:
        """The clients that `wants` says yes to. Raises ServiceError, Busy."""
        ride = self.ride(wants)
        try:
            return [client async for page in ride for client in page]
        finally:
            ride.leave()

    async def end(self) -> None:
        """Stop reading; nobody may be riding any more."""
        if (task := self._task) is not None:
            self._stop()
            await asyncio.wait({task})

    def _leave(self, ride: "Ride") -> None:
        for rides in (self._waiting, self._riding):
            with suppress(ValueError):
                rides.remove(ride)
        if not self._waiting and not self._riding:
            self._stop()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        try:
            while self._waiting or self._riding:
                await self._lap()
        except Exception as error:
            for ride in (*self._waiting, *self._riding):
                ride.end(error)
        self._waiting, self._riding, self._task = [], [], None

    async def _lap(self) -> None:
        snapshot = self._kept.begin()
        is_whole = False
        try:
            is_whole = await self._go_round(snapshot)
        finally:
            self._kept.end(snapshot, is_whole=is_whole)

    async def _go_round(self, snapshot: Snapshot) -> bool:
        """Read page after page, as long as anybody rides. Whether that was to the last one."""
        lap = Lap()
        async with aclosing(self._pages.walk()) as pages:
            while self._let_on(lap):
                page = await anext(pages, None)
                if page is None:
                    self._riding = [ride for ride in self._riding if ride.goes_on(lap)]
                    return True
                lap.add(page)
                snapshot.add(page)
                self._riding = [ride for ride in self._riding if ride.take(lap, page)]
                await asyncio.sleep(0)  # however fast pages come, each is heard of before the next
        return False

    def _let_on(self, lap: "Lap") -> bool:
        """Let those who wait get on before the next page is asked for. Whether anybody rides."""
        for ride in self._waiting:
            ride.get_on(lap)
        self._riding += self._waiting
        self._waiting = []
        return bool(self._riding)


class Lap:
    """What one lap has come by."""

    def __init__(self) -> None:
        self.pages = 0
        self._page_of: dict[str, int] = {}

    def add(self, page: Page) -> None:
        """Come by a page."""
        self._page_of.update((client.client_id, self.pages) for client in page)
        self.pages += 1

    def had(self, client_id: str, since: int = 0) -> bool:
        """Whether that client was on a page from number `since` on."""
        return self._page_of.get(client_id, -1) >= since


class Ride(AsyncIterator[Page]):
    """Somebody's way through all clients: of page after page those whom they want, often none.

    Raises ServiceError, Busy.
    """

    def __init__(self, wants: Wants, leave: Callable[["Ride"], None]) -> None:
        self._wants = wants
        self._leave = leave
        self._ready: deque[Page] = deque()
        self._changed = asyncio.Event()
        self._over = False
        self._error: Exception | None = None

    def leave(self) -> None:
        """Be done with it."""
        self._leave(self)

    def __contains__(self, client_id: object) -> bool:
        """Whether the tenant has that client, once the ride is over."""
        assert isinstance(client_id, str)
        return self._first.had(client_id, self._since) or (
            self._last is not self._first and self._last.had(client_id)
        )

    async def __anext__(self) -> Page:
        if not self._ready and not self._over:
            with suppress(TimeoutError):
                async with asyncio.timeout(SIGN_OF_LIFE):
                    await self._changed.wait()
        self._changed.clear()
        if self._ready:
            return self._ready.popleft()
        if self._error is not None:
            raise self._error
        if self._over:
            raise StopAsyncIteration
        return ()

    # What the reading does with it

    def get_on(self, lap: Lap) -> None:
        """Begin with the page that is asked for next."""
        self._first = self._last = lap
        self._since = lap.pages

    def take(self, lap: Lap, page: Page) -> bool:
        """Take of a page what is new. Whether the ride goes on."""
        again = [client for client in page if lap is not self._first and self._had(client)]
        new = [client for client in page if lap is self._first or not self._had(client)]
        self._last = lap
        self._give([client for client in new if self._wants(client)])
        if again:  # here it got on
            self.end()
        return not self._over

    def goes_on(self, lap: Lap) -> bool:
        """Whether, at the end of a lap, there is more to come: what lies before the place where it got on."""
        if lap is not self._first or self._since == 0:
            self.end()
        return not self._over

    def end(self, error: Exception | None = None) -> None:
        """It is over, rightly or with an error."""
        self._over, self._error = True, error
        self._changed.set()

    def _had(self, client: TenantClient) -> bool:
        return self._first.had(client.client_id, self._since)

    def _give(self, page: Page) -> None:
        if page or not self._ready:
            self._ready.append(page)
        self._changed.set()
