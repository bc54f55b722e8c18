"""Reads the list: rows as soon as they are there, and how far it is where that takes long."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final, TypeVar

from butlr_tui.listing.cooperative import finish, in_turns
from butlr_tui.listing.view import ClientIndex
from butlr_tui.text import counted, received

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from butlr_tui.http.errors import BadItems
    from butlr_tui.listing.cooperative import Steps
    from butlr_tui.listing.view import Listing
    from butlr_tui.models import Client
    from butlr_tui.operations.session import Session

T = TypeVar("T")

TELL_AFTER: Final = 0.3
"""Seconds after which it is said how far a reading is; one that nobody waits for goes by in silence before."""
_TELL_EVERY: Final = 0.25
_LONG: Final = 320 << 10
"""Bytes from which on a first list is shown before it is whole, however fast: a shorter one is whole in 5 ms."""
_GROWN: Final = 1.25
"""So many times the clients that are shown have to be there before more are: showing takes the longer the more."""


class ListLoader:
    """Changes a `Listing`: by reading it anew, or in turns by filter and order; one change after the other."""

    def __init__(
        self, listing: Listing, on_rows: Callable[[], None], on_progress: Callable[[], None]
    ) -> None:
        """`on_rows` hears that rows of a first list are there, or gone; `on_progress` that `progress` is new."""
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
            self._on_rows()  # those of a first list are gone again
            flaw = await self._read(session, is_awaited, {})
        again = session.may_tell_more(self._listing.clients)
        return await self._read(session, is_awaited, {}) if again else flaw

    async def _read(self, session: Session, is_awaited: bool, changes: Mapping[str, bool]) -> BadItems | None:
        """Read all clients anew, or so that the list shows these `changes`: else raises _Outdated."""
        from butlr_tui.http.errors import BadItems

        reading = self._current = _Reading(changes)
        flaw: BadItems | None = None

        def on_clients(some: list[Client]) -> None:
            reading.came(some)
            if self._lock.locked():  # what is being shown must not change meanwhile
                return
            reading.take_in()
            if reading.is_long and not reading.shown and not self._listing.is_whole:
                finish(self._showing(reading))
                self._on_rows()

        if is_awaited:
            reading.is_told = True
            self._on_progress()
        telling = asyncio.create_task(self._tell(reading))
        try:
            try:
                await session.list(reading.on_bytes, on_clients, reading.begin_again, anew=not changes)
            except BadItems as error:
                flaw = error
                error.good = []  # they are in the listing, and an error may be kept for long
            if not reading.shows_the_changes:
                raise _Outdated
            await self.change(self._showing(reading, whole=True))
        except BaseException:
            self._listing.forget_the_partial()
            raise
        finally:
            telling.cancel()
            if self._current is reading:  # else the next one has begun already
                self._current = None
        return flaw

    def _showing(self, reading: _Reading, *, whole: bool = False) -> Steps:
        index = reading.index  # it has another, with less in it, once it begins again
        yield from reading.taking_in()
        reading.shown = len(index.clients)
        yield from self._listing.taking(index, whole=whole)

    async def change(self, steps: Generator[None, None, T]) -> T:
        """Let the listing change, or look through it, with the event loop running in between; what comes of it."""
        async with self._lock:
            return await in_turns(steps)

    async def _tell(self, reading: _Reading) -> None:
        await asyncio.sleep(TELL_AFTER)
        reading.is_told = True
        while True:
            # A refresh leaves the rows as they are until it is whole.
            if reading.has_grown and not self._listing.is_whole:
                await self.change(self._showing(reading))
                self._on_rows()
            self._on_progress()
            await asyncio.sleep(_TELL_EVERY)


class _Outdated(Exception):
    """A list from before a change that was made here."""


class _Reading:
    """One reading of the list: what has come so far, and how far it is."""

    def __init__(self, changes: Mapping[str, bool]) -> None:
        """`changes` says of some clients, by their client ids, whether they are there."""
        self.index = ClientIndex()
        self.is_told = False
        self.shown = 0
        """How many clients are shown, of a list that is not whole yet."""
        self._waiting: deque[list[Client]] = deque()
        """What came and is not in the index yet."""
        self._changes = changes
        self._changed: set[str] = set()
        """Those of the changes that came."""
        self._count = 0
        self._bytes = 0
        self._all_bytes: int | None = None

    def on_bytes(self, so_far: int, in_all: int | None) -> None:
        self._bytes, self._all_bytes = so_far, in_all

    def came(self, some: list[Client]) -> None:
        self._waiting.append(some)
        self._count += len(some)
        if self._changes:
            self._changed.update(one.client_id for one in some if one.client_id in self._changes)

    def begin_again(self) -> None:
        """Forget all: it comes once more. What is shown stays until there is more."""
        self.index = ClientIndex()
        self._waiting.clear()
        self._changed.clear()
        self._count = 0

    def take_in(self) -> None:
        """Take into the index what came, and a little of what had to wait."""
        for _ in range(min(2, len(self._waiting))):
            self.index.add(self._waiting.popleft())

    def taking_in(self) -> Steps:
        """Take all that waits into the index."""
        while self._waiting:
            self.take_in()
            yield

    @property
    def shows_the_changes(self) -> bool:
        """Whether just those came that are there."""
        return all(is_there == (one in self._changed) for one, is_there in self._changes.items())

    @property
    def is_long(self) -> bool:
        return max(self._bytes, self._all_bytes or 0) >= _LONG

    @property
    def has_grown(self) -> bool:
        """Whether a good deal more came than is shown."""
        return self._count > self.shown * _GROWN

    @property
    def progress(self) -> str | None:
        if clients := max(self._count if self.is_told else 0, self.shown):
            return f"{counted(clients, 'client')} so far"
        if not self.is_told:
            return None
        return received(self._bytes, self._all_bytes)
