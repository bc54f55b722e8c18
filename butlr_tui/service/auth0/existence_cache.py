"""Remembers which clients exist, so that not every request asks the tenant."""

from collections.abc import Awaitable, Callable
from typing import Final

from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.single_flight import SingleFlight

ALIVE_SECONDS: Final = 60.0
"""Seconds for which a client is taken to exist after the tenant was asked."""
_REMEMBERED: Final = 10_000


class ExistenceCache:
    """Which clients exist, remembered for a minute: a token outlives its client by no more than that."""

    def __init__(self, exists: Callable[[str], Awaitable[bool]], clocks: Clocks) -> None:
        self._exists = exists
        self._clocks = clocks
        self._until: dict[str, float] = {}
        self._looking: dict[str, SingleFlight[bool]] = {}

    async def has(self, client_id: str) -> bool:
        """Whether the tenant has, or had a minute ago, that client. Raises ServiceError, Busy."""
        if self._until.get(client_id, 0.0) > self._clocks.monotonic():
            return True
        look = self._looking.setdefault(client_id, SingleFlight(lambda: self._look(client_id)))
        return await look()

    def forget(self, client_id: str) -> None:
        """Know no more of a client: it has been deleted."""
        self._until.pop(client_id, None)

    async def _look(self, client_id: str) -> bool:
        try:
            found = await self._exists(client_id)
        finally:
            self._looking.pop(client_id, None)
        if found:
            while len(self._until) >= _REMEMBERED:
                self._until.pop(next(iter(self._until)))
            self._until[client_id] = self._clocks.monotonic() + ALIVE_SECONDS
        return found
