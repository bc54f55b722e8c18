"""Work that several callers ask for at once, done once."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """At most one run at a time: who asks during a run gets its result. A caller who leaves stops nobody."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._work = work
        self._running: asyncio.Task[T] | None = None

    async def __call__(self) -> T:
        if self._running is None or self._running.done():
            self._running = _start(self._work())
        return await asyncio.shield(self._running)


def _start(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    task = asyncio.create_task(work)
    task.add_done_callback(_look_at)
    return task


def _look_at(task: asyncio.Task[T]) -> None:
    """Look at a failure, which asyncio would report where all who waited have left."""
    if not task.cancelled():
        task.exception()
