"""How the plain commands print, speak and end."""

import sys
from collections.abc import Awaitable, Callable, Sequence
from enum import IntEnum

from pydantic_core import to_json

from butlr_tui.http.errors import ServiceError, SignInNeeded, Unreachable
from butlr_tui.operations.session import Session
from butlr_tui.text import width


class Exit(IntEnum):
    """What the exit code of a command says."""

    DONE = 0
    FAILED = 1
    """Refused or failed."""
    USAGE = 2
    UNKNOWN = 3
    """It may or may not have happened."""
    NOBODY_ANSWERS = 4
    SIGN_IN = 5
    """The credentials are not, or no longer, accepted."""
    ONLY_IN_A_CLIPBOARD = 6
    """Created, and its secret is copied or sent to a clipboard, which is no storage."""
    SECRET_NOWHERE = 7
    """Created, but its secret is stored nowhere, or never came."""


def code_for(error: ServiceError) -> Exit:
    """The exit code that tells this error."""
    if isinstance(error, Unreachable):
        return Exit.NOBODY_ANSWERS
    if isinstance(error, SignInNeeded):
        return Exit.SIGN_IN
    return Exit.FAILED


async def run(session: Session, command: Callable[[Session], Awaitable[Exit]]) -> Exit:
    """Run one command and close the session, telling what went wrong on stderr."""
    try:
        return await command(session)
    except ServiceError as error:
        tell(error.message)
        return code_for(error)
    finally:
        await session.aclose()


def tell(words: str) -> None:
    """Write words for the person to stderr; never data."""
    sys.stderr.write(words + "\n")


def print_line(line: str) -> None:
    """Write a line of data to stdout."""
    sys.stdout.write(line + "\n")


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Write rows of data to stdout, their cells below each other. All of it is safe text."""
    columns = map(_aligned, zip(*rows, strict=True))
    for cells in zip(*columns, strict=True):
        print_line("  ".join(cells).rstrip())


def _aligned(column: Sequence[str]) -> list[str]:
    widths = [*map(width, column)]
    widest = max(widths)
    return [cell + " " * (widest - taken) for cell, taken in zip(column, widths, strict=True)]


def print_json(value: object) -> None:
    """Write a JSON document to stdout. Escapes what is not ASCII, so that nothing in it acts on a terminal."""
    sys.stdout.flush()
    # As bytes, and not by the json module: a long list takes a fourth of the time. Escaping doubles it.
    document = to_json(value)
    sys.stdout.buffer.write(document if document.isascii() else to_json(value, ensure_ascii=True))
    sys.stdout.buffer.write(b"\n")
