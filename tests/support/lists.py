"""The body of a list to clients, as the app's own client has it: in one part, or in those that a test cuts."""

from collections.abc import Iterable

import httpx

from butlr_tui.api.incoming import Incoming, OnClients
from butlr_tui.api.refusals import Call
from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.models import Client


async def taken_in(body: bytes | Iterable[bytes], on_clients: OnClients | None = None) -> list[Client]:
    """All clients in the body. Raises InvalidResponse, BadItems among them."""
    coming = Incoming(Call(httpx.Request("GET", CLIENTS_PATH), "read the list"), on_clients)
    for part in [body] if isinstance(body, bytes) else body:
        await coming.take(part)
    return await coming.end()
