"""Shows on a terminal how far something is that takes long. A pipe and a file never see it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from butlr_tui.models import Client
from butlr_tui.operations.session import Session
from butlr_tui.system import streams
from butlr_tui.text import received

TELL_AFTER: Final = 1.0
"""Seconds; what is faster goes by in silence."""
_TELL_EVERY: Final = 0.2


@asynccontextmanager
async def progress(how_far: Callable[[], str]) -> AsyncIterator[None]:
    """Show on stderr what `how_far` says, as long as this lasts and where stderr is a terminal."""
    if not streams.tells_a_person():
        yield
        return
    telling = asyncio.create_task(_tell(how_far))
    try:
        yield
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling
        streams.show_progress("")


async def read_list(session: Session) -> list[Client]:
    """All clients, showing how much of the list has come. Raises ServiceError, BadItems among others."""
    if not streams.tells_a_person():
        return await session.list()
    came: tuple[int, int | None] = (0, None)

    def on_bytes(so_far: int, in_all: int | None) -> None:
        nonlocal came
        came = so_far, in_all

    async with progress(lambda: f"Reading the list… {received(*came)}"):
        return await session.list(on_bytes)


async def _tell(how_far: Callable[[], str]) -> None:
    await asyncio.sleep(TELL_AFTER)
    while True:
        streams.show_progress(how_far())
        await asyncio.sleep(_TELL_EVERY)
