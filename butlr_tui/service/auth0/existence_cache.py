"""Remembers the clients that exist, so that not every request asks the tenant."""

from collections.abc import Awaitable, Callable
from typing import Final

from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.single_flight import SingleFlight
from butlr_tui.service.auth0.wire import TenantClient

ALIVE_SECONDS: Final = 60.0
"""Seconds for which a client is taken to exist after the tenant was asked."""
_REMEMBERED: Final = 10_000


class ExistenceCache:
    """The clients that exist, remembered for a minute: a token outlives its client by no more than that."""

    def __init__(self, find: Callable[[str], Awaitable[TenantClient | None]], clocks: Clocks) -> None:
        self._find = find
        self._clocks = clocks
        self._known: dict[str, tuple[TenantClient, float]] = {}
        self._looking: dict[str, SingleFlight[TenantClient | None]] = {}

    async def find(self, client_id: str) -> TenantClient | None:
        """The client, which the tenant has, or had a minute ago. Raises ServiceError, Busy."""
        known, until = self._known.get(client_id, (None, 0.0))
        if until > self._clocks.monotonic():
            return known
        look = self._looking.setdefault(client_id, SingleFlight(lambda: self._look(client_id)))
        return await look()

    def forget(self, client_id: str) -> None:
        """Know no more of a client: it has been deleted."""
        self._known.pop(client_id, None)

    async def _look(self, client_id: str) -> TenantClient | None:
        try:
            found = await self._find(client_id)
        finally:
            self._looking.pop(client_id, None)
        if found is not None:
            while len(self._known) >= _REMEMBERED:
                self._known.pop(next(iter(self._known)))
            self._known[client_id] = (found, self._clocks.monotonic() + ALIVE_SECONDS)
        return found
