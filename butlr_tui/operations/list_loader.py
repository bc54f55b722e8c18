"""Reads the list: the first rows as soon as they are there, and how far it is where that takes long."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

from butlr_tui.listing.cooperative import finish, in_turns
from butlr_tui.listing.view import ClientIndex
from butlr_tui.text import counted, received

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from butlr_tui.http.errors import BadItems
    from butlr_tui.listing.view import Listing
    from butlr_tui.models import Client
    from butlr_tui.operations.session import Session

T = TypeVar("T")

TELL_AFTER: Final = 0.3
"""Seconds after which it is said how far a reading is; one that nobody waits for goes by in silence before."""
_TELL_EVERY: Final = 0.25
_LONG: Final = 1 << 20
"""Bytes from which on a first list is shown before it is whole: a shorter one is whole after 10 ms."""
_FIRST_ROWS: Final = 2000
"""Clients up to which it shows what has come so far; the rest comes all at once."""


class ListLoader:
    """Changes a `Listing`: by reading it anew, or in turns by filter and order; one change after the other."""

    def __init__(
        self, listing: Listing, on_rows: Callable[[], None], on_progress: Callable[[], None]
    ) -> None:
        """`on_rows` hears that the first rows of a first list are there, `on_progress` that `progress` is new."""
        self._listing = listing
        self._on_rows = on_rows
        self._on_progress = on_progress
        self._lock = asyncio.Lock()
        self._current: _Reading | None = None

    @property
    def is_reading(self) -> bool:
        """Whether an answer is awaited or taken in."""
        return self._current is not None

    @property
    def progress(self) -> str | None:
        """How far the reading is, such as "3.2 of 17.6 MB"; None where it need not be told."""
        return self._current.progress if self._current is not None else None

    async def read(self, session: Session, *, is_awaited: bool = False) -> BadItems | None:
        """Read all clients into the listing, and return what was wrong with some of them, if so.

        Once more where the service only said with its answer that it knows when clients signed in. Where somebody
        waits for it, that it reads is told at once. Raises ServiceError. A cancelled reading leaves the list as it
        was.

        After a change here, a list will do that the service has read before, as long as it shows that change.
        """
        changes = session.take_changes()
        try:
            flaw = await self._read(session, is_awaited, {} if is_awaited else changes)
        except _Outdated:  # another process of the service answered, which does not know of it yet
            flaw = await self._read(session, is_awaited, {})
        again = session.may_tell_more(self._listing.clients)
        return await self._read(session, is_awaited, {}) if again else flaw

    async def _read(self, session: Session, is_awaited: bool, changes: Mapping[str, bool]) -> BadItems | None:
        """Read all clients anew, or so that the list shows these `changes`: else raises _Outdated."""
        from butlr_tui.http.errors import BadItems

        reading = self._current = _Reading()
        flaw: BadItems | None = None
        found: set[str] = set()

        def on_clients(some: list[Client]) -> None:
            reading.index.add(some)
            if changes:
                found.update(one.client_id for one in some if one.client_id in changes)
            few = len(reading.index.clients) < _FIRST_ROWS
            if few and reading.is_long and not self._listing.clients and not self._lock.locked():
                finish(self._listing.taking(reading.index, whole=False))
                self._on_rows()

        if is_awaited:
            reading.is_told = True
            self._on_progress()
        telling = asyncio.create_task(self._tell(reading))
        try:
            try:
                await session.list(reading.on_bytes, on_clients, anew=not changes)
            except BadItems as error:
                flaw = error
                error.good = []  # they are in the listing, and an error may be kept for long
            if any(is_there != (one in found) for one, is_there in changes.items()):
                raise _Outdated
            await self.change(self._listing.taking(reading.index))
        except BaseException:
            self._listing.forget_the_partial()
            raise
        finally:
            telling.cancel()
            if self._current is reading:  # else the next one has begun already
                self._current = None
        return flaw

    async def change(self, steps: Generator[None, None, T]) -> T:
        """Let the listing change, or look through it, with the event loop running in between; what comes of it."""
        async with self._lock:
            return await in_turns(steps)

    async def _tell(self, reading: _Reading) -> None:
        await asyncio.sleep(TELL_AFTER)
        reading.is_told = True
        while True:
            self._on_progress()
            await asyncio.sleep(_TELL_EVERY)


class _Outdated(Exception):
    """A list from before a change that was made here."""


class _Reading:
    """One reading of the list: what has come so far, and how far it is."""

    def __init__(self) -> None:
        self.index = ClientIndex()
        self.is_told = False
        self._bytes = 0
        self._all_bytes: int | None = None

    def on_bytes(self, so_far: int, in_all: int | None) -> None:
        self._bytes, self._all_bytes = so_far, in_all

    @property
    def is_long(self) -> bool:
        return self._bytes >= _LONG

    @property
    def progress(self) -> str | None:
        if not self.is_told:
            return None
        if clients := len(self.index.clients):
            return f"{counted(clients, 'client')} so far"
        return received(self._bytes, self._all_bytes)
