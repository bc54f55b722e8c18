"""Writes that wait together are made durable together: a disk syncs one commit as fast as sixteen."""

import asyncio
from asyncio import Future, Task
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from butlr_tui.service.sqlite import SqliteStore, Write, Written

_PATIENCE: Final = 0.003
"""Seconds that the first one waits for as many as came the last time: about as long as a disk takes to sync."""

_Waiting = tuple[Write, "Future[Written]"]


class GroupCommit:
    """Hands writes to the store, in a thread, as many at a time as there are."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self._waiting: list[_Waiting] = []
        self._committing: Task[None] | None = None
        self._enough = asyncio.Event()
        self._usual = 1
        """How many were committed the last time. Callers that were answered together soon come again."""

    async def run(self, write: Write) -> Written:
        """What `write` gives or raises, once it is durable.

        Raises sqlite3.Error where the transaction fails; then nothing was written.
        """
        done: Future[Written] = asyncio.get_running_loop().create_future()
        self._waiting.append((write, done))
        if self._committing is None or self._committing.done():
            self._enough = asyncio.Event()  # of this loop
            self._committing = asyncio.create_task(self._commit())
        if len(self._waiting) >= self._usual:
            self._enough.set()
        return await done

    async def _commit(self) -> None:
        try:
            while self._waiting:
                await self._all_are_here()
                batch, self._waiting = self._waiting, []
                self._usual = len(batch)
                self._enough.clear()
                await self._commit_together(batch)
        finally:
            self._waiting = []  # the loop ends, and whoever waited with it

    async def _all_are_here(self) -> None:
        """Return once there are as many as usual, or patience ends; and then two turns of the loop, in which a
        request is read and gets here, brought no other.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await self._enough.wait()
        so_far = 0
        while len(self._waiting) > so_far:
            so_far = len(self._waiting)
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async def _commit_together(self, batch: list[_Waiting]) -> None:
        outcomes: Sequence[Written | Exception]
        try:
            outcomes = await asyncio.to_thread(self._store.together, [write for write, _ in batch])
        except Exception as error:  # each of them is told
            outcomes = [error] * len(batch)
        for (_, done), outcome in zip(batch, outcomes, strict=True):
            if done.cancelled():  # nobody waits any more
                continue
            if isinstance(outcome, Exception):
                done.set_exception(outcome)
            else:
                done.set_result(outcome)
