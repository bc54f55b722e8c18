"""Takes the body of a list while it comes in: what has come is handed on before the rest is there."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Final

from butlr_tui.api.cuts import NotAList
from butlr_tui.api.refusals import Call
from butlr_tui.api.slices import Slices
from butlr_tui.api.untracked import untrack
from butlr_tui.http.error_body import BEGINNING_BYTES, beginning
from butlr_tui.http.errors import BadItems, InvalidResponse
from butlr_tui.models import Client

OnClients = Callable[[list[Client]], None]

_EARLY_EVERY: Final = 0.25
"""Seconds after which clients are handed on that are no slice yet: a service may take that long for a page."""


@asynccontextmanager
async def incoming(call: Call, on_clients: OnClients | None = None) -> AsyncIterator["Incoming"]:
    """What answers `call`, which asks for a list; while this lasts, `on_clients` hears what has come of it."""
    coming = Incoming(call, on_clients)
    handing_on = asyncio.create_task(coming.hand_on_early())
    try:
        yield coming
    finally:
        handing_on.cancel()


class Incoming:
    """A list of clients, decoded in slices between which the event loop runs.

    Where the body is no list of clients at all, InvalidResponse says so, without the call's token.
    """

    def __init__(self, call: Call, on_clients: OnClients | None = None) -> None:
        self._call = call
        self._on_clients = on_clients
        self._found: list[Client] = []
        self._beginning = bytearray()
        self._is_decoding = False

    @cached_property
    def _slices(self) -> Slices:
        # Not before something came: what is asked for shows when the call is sent.
        return Slices(self._call.asks_for_activity)

    async def take(self, part: bytes) -> None:
        """More of the body came. Raises InvalidResponse."""
        self._beginning += part[: BEGINNING_BYTES - len(self._beginning)]
        self._slices.add(part)
        await self._decode(self._slices.ready())

    async def end(self) -> list[Client]:
        """All clients, once the whole body is there.

        Raises BadItems, which has the good ones, where some of the items are no clients, and InvalidResponse.
        """
        await self._decode(self._slices.rest())
        bad = self._slices.bad
        if bad.count and not self._found:
            raise self._no_list(bad.first)
        if bad.count:
            raise BadItems(bad.told(), good=self._found)
        return self._found

    async def hand_on_early(self) -> None:
        """From time to time hand on what has come, until this is cancelled."""
        while True:
            await asyncio.sleep(_EARLY_EVERY)
            if self._beginning and not self._is_decoding:
                self._hand_on(self._slices.early())

    async def _decode(self, pieces: Iterator[list[Client]]) -> None:
        self._is_decoding = True
        try:
            for piece in pieces:
                self._hand_on(piece)
                await asyncio.sleep(0)
            return
        except NotAList as error:
            why = str(error)
        finally:
            self._is_decoding = False
        raise self._no_list(why)

    def _hand_on(self, some: list[Client]) -> None:
        untrack(some)
        self._found += some
        if some and self._on_clients is not None:
            self._on_clients(some)

    def _no_list(self, why: str) -> InvalidResponse:
        return InvalidResponse(
            f"The service answered something that is not a list of clients ({why}).",
            beginning=beginning(bytes(self._beginning), self._call.token),
        )
