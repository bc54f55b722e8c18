"""Does something for each of several, one after the other, and stops where it is not clearly good."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from butlr_tui.plain.exits import Exit
from butlr_tui.system.streams import tell
from butlr_tui.text import counted

T = TypeVar("T")


async def one_by_one(several: Sequence[T], do: Callable[[T], Awaitable[Exit]], what: str) -> Exit:
    """Do it for `several`, until one does not end with DONE: its code then. `what` is what one is called."""
    for number, one in enumerate(several, 1):
        try:
            code = await do(one)
        except asyncio.CancelledError:
            tell_not_begun(len(several) - number, what)
            raise
        if code is not Exit.DONE:
            tell_not_begun(len(several) - number, what)
            return code
    return Exit.DONE


def tell_not_begun(count: int, what: str) -> None:
    """Say how many were not begun, where any was not."""
    if count:
        tell(f"Stopped there: {counted(count, what)} {'is' if count == 1 else 'are'} not begun.")
