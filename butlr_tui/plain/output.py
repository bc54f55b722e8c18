"""How the plain commands print, speak and end."""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from pydantic_core import to_json

from butlr_tui.http.errors import ServiceError, SignInNeeded, Unreachable
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
    """Write a JSON document to stdout. Escapes what is not ASCII, so that nothing in it acts on a terminal."""
    put(_document(value) + b"\n")


def print_json_array(slices: Iterable[Sequence[object]]) -> None:
    """Write one JSON array of all items to stdout, slice by slice: of a long list not all has to exist at once."""
    between = b"["
    for items in slices:
        put(between + _document(items)[1:-1])
        between = b","
    put(b"[]\n" if between == b"[" else b"]\n")


def _document(value: object) -> bytes:
    # As bytes, and not by the json module: a long list takes a fourth of the time. Escaping doubles it.
    document = to_json(value)
    return document if document.isascii() else to_json(value, ensure_ascii=True)
