"""Asks the person at the terminal for a line."""

import asyncio
import sys

from butlr_tui.system.streams import tell


def somebody_is_there() -> bool:
    """Whether there is a terminal to ask at."""
    return sys.stdin is not None and sys.stdin.isatty()


async def ask(question: str) -> str:
    """What is typed in answer; "" at the end of the input. Ctrl+C interrupts it as everything else."""
    tell(question)
    loop = asyncio.get_running_loop()
    typed = asyncio.Event()
    # No thread: one that waits for a line would keep the process from ending.
    loop.add_reader(sys.stdin, typed.set)
    try:
        await typed.wait()
        return sys.stdin.readline().strip()
    finally:
        loop.remove_reader(sys.stdin)
