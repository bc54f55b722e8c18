"""How the plain commands print, speak and end."""

from collections.abc import Awaitable, Callable

from butlr_tui.http.errors import ServiceError, SignInNeeded, Unreachable
from butlr_tui.listing.export import json_document
from butlr_tui.operations.session import Session
from butlr_tui.plain.exits import Exit
from butlr_tui.system.streams import put, tell


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


def print_line(line: str) -> None:
    """Write a line of data to stdout."""
    put(line + "\n")


def print_json(value: object) -> None:
    """Write a JSON document to stdout."""
    put(json_document(value) + b"\n")
