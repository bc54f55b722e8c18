"""Our own stdin, stdout and stderr, any of which may be closed, full or dead."""

import os
import sys
from contextlib import suppress
from errno import EPIPE
from typing import Final, TextIO

from butlr_tui.text import os_error_reason, truncate, width

_STANDARD: Final = (0, 1, 2)


class Unprinted(Exception):
    """stdout did not take what was printed. The text is for the user; "" where its reader wanted no more of it."""


def occupy_closed_ones() -> None:
    """Opens /dev/null in the place of each that was closed: else the next file, such as a secret's, would be it.

    To Python it stays closed: `sys.stdout` is None.
    """
    for number in _STANDARD:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free


def is_terminal() -> bool:
    """Whether both stdin and stdout lead to a terminal."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def tell(words: str) -> None:
    """Writes words for the person to stderr; never data. Where it does not take them nothing else changes."""
    _LAST_LINE.show("")
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(words + "\n")


def tells_a_person() -> bool:
    """Whether stderr leads to a terminal."""
    return sys.stderr is not None and sys.stderr.isatty()


def show_progress(words: str) -> None:
    """Shows on the terminal's last line how far something is, in the place of what was shown there; "" ends it.

    What is told or put comes in its place. Only for a stderr that leads to a terminal.
    """
    _LAST_LINE.show(words)


class _LastLine:
    """What stands on the line of stderr that is not ended."""

    def __init__(self) -> None:
        self._cells = 0

    def show(self, words: str) -> None:
        """Put words in the place of what stands there. Needs nothing of the terminal but a carriage return."""
        if not words and not self._cells:
            return
        with suppress(OSError, ValueError):
            shown = truncate(words, os.get_terminal_size(sys.stderr.fileno()).columns - 1)
            sys.stderr.write("\r" + " " * self._cells + "\r" + shown)
            sys.stderr.flush()
            self._cells = width(shown)


_LAST_LINE: Final = _LastLine()


def put(data: str | bytes) -> None:
    """Writes data to stdout. Raises Unprinted."""
    _LAST_LINE.show("")
    out = _stdout()
    try:
        if isinstance(data, str):
            out.write(data)
        else:
            out.flush()
            out.buffer.write(data)
    except OSError as error:
        raise _unprinted(error) from None


async def take(limit: int) -> bytes:
    """The first `limit` bytes of stdin, once it has ended. Raises OSError.

    Ctrl+C interrupts it: no thread waits.
    """
    if sys.stdin is None:
        return b""
    number, taken = sys.stdin.fileno(), bytearray()
    while len(taken) < limit:
        await until_readable(number)
        if not (chunk := os.read(number, limit - len(taken))):
            break
        taken += chunk
    return bytes(taken)


async def until_readable(number: int) -> None:
    """Waits until a read of this descriptor would not wait, or has ended. Raises OSError."""
    import asyncio  # not before it is needed: a start that shows no more than a help does without

    loop, arrived = asyncio.get_running_loop(), asyncio.Event()
    try:
        loop.add_reader(number, arrived.set)
    except PermissionError:  # a file, which keeps nobody waiting
        return
    try:
        await arrived.wait()
    finally:
        loop.remove_reader(number)


def flush() -> None:
    """Makes sure that stdout has taken all that was put. Raises Unprinted."""
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except OSError as error:
            raise _unprinted(error) from None


def give_up() -> None:
    """Throws away what could not be written: the interpreter would try again at its end, and fail for it."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            try:
                stream.flush()
            except (OSError, ValueError):
                _lead_nowhere(stream)


def _stdout() -> TextIO:
    if sys.stdout is None:
        raise Unprinted("stdout is closed.")
    return sys.stdout


def _unprinted(error: OSError) -> Unprinted:
    return Unprinted(
        "" if error.errno == EPIPE else f"stdout did not take all of it ({os_error_reason(error)})."
    )


def _lead_nowhere(stream: TextIO) -> None:
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
