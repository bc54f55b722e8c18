"""Asks the person at the terminal for a line."""

import sys

from butlr_tui.system.streams import tell
from butlr_tui.system.typed_lines import TypedLines


def somebody_is_there() -> bool:
    """Whether there is a terminal to ask at."""
    return sys.stdin is not None and sys.stdin.isatty()


async def ask(question: str) -> str:
    """What is typed in answer; "" at the end of the input. Ctrl+C interrupts it as everything else."""
    tell(question)
    try:
        return (await TypedLines().read()).strip()
    except EOFError:
        return ""
