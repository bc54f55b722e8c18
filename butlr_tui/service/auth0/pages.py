"""The list of the tenant's clients: pages joined so that a change between two of them loses nobody.

Source: CONTRACT.md, "The Auth0 Management API v2" (`page`, `per_page` ≤ 100).
"""

from typing import Final

from butlr_tui.service.auth0.management import Management, read
from butlr_tui.service.auth0.single_flight import SingleFlightFresh
from butlr_tui.service.auth0.wire import FIELDS, PAGE, TenantClient
from butlr_tui.service.store import Busy

LARGEST: Final = 100
"""Clients that a page may have."""
_PASSES: Final = 5


class Pages:
    """Reads all `non_interactive` clients. Who asks while they are read shares the next reading."""

    def __init__(self, api: Management) -> None:
        self._api = api
        self._fresh = SingleFlightFresh(self._read)

    async def all(self) -> list[TenantClient]:
        """Each client that was there all the while, once. Raises ServiceError, Busy."""
        return await self._fresh()

    async def _read(self) -> list[TenantClient]:
        for _ in range(_PASSES):
            clients = await self._one_pass()
            if clients is not None:
                return clients
        raise Busy(1)  # it changes faster than it can be read: better no list than one with holes

    async def _one_pass(self) -> list[TenantClient] | None:
        """The clients, or None where they changed meanwhile so that some may have been passed over.

        Pages are counted by position: a client deleted before the border moves everybody behind it one
        place ahead, and whoever stood first behind the border is on neither page. So each page begins at
        the last client of the page before, or earlier; if that one is not where it was, somebody moved.
        """
        clients: list[TenantClient] = []
        while True:
            last = max(0, len(clients) - 1)
            page, size = window(last)
            found = await self._page(page, size)
            overlap = len(clients) - page * size
            if [client.client_id for client in found[:overlap]] != [
                client.client_id for client in clients[page * size :]
            ]:
                return None
            clients += found[overlap:]
            if len(found) < size:
                return clients

    async def _page(self, page: int, size: int) -> list[TenantClient]:
        params = {
            "page": str(page),
            "per_page": str(size),
            "include_totals": "true",
            "app_type": "non_interactive",
            "fields": FIELDS,
            "include_fields": "true",
        }
        return read(PAGE, await self._api.get("clients", params, self._api.in_time())).clients


def window(position: int) -> tuple[int, int]:
    """The page, and its size, that holds `position` and reaches furthest behind it."""
    size = max(range(LARGEST // 2, LARGEST + 1), key=lambda size: (position // size + 1) * size)
    return position // size, size
