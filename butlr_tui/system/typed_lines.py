"""LineSource that a person types at our terminal, while the event loop runs on. What is typed ahead is kept."""

import os
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from typing import Final, Protocol

from butlr_tui.system.streams import until_readable

_STDIN: Final = 0
_AT_ONCE: Final = 1 << 16
_LOCAL_MODES: Final = 3
_CONTROL_CHARACTERS: Final = 6
"""Where `tcgetattr` has them."""
_ERASE: Final = ("\x7f", "\x08")
_KILL: Final = "\x15"
_END: Final = b"\x04"
"""What Backspace, Ctrl+U and Ctrl+D send, for a line that the terminal itself does not edit."""


class LineSource(Protocol):
    """Where lines come from."""

    async def read(self, *, hidden: bool = False) -> str:
        """The next line, without its end; `hidden` is not shown as it is typed. Raises EOFError at the end."""
        ...

    def forget(self) -> None:
        """What was typed ahead was for something that will not come."""
        ...


class TypedLines:
    """Those of stdin, which is a terminal: nothing waits in a thread that would keep the process from ending."""

    def __init__(self) -> None:
        self._ahead = bytearray()

    async def read(self, *, hidden: bool = False) -> str:
        """The next line. Raises EOFError at the end of the input, which a terminal has at each Ctrl+D."""
        try:
            if not hidden:
                await self._whole_line()
                return _text(self._taken())
            with _unedited():
                await self._whole_line(ends_at=_END)
            return _text(_edited(self._taken()))
        except BaseException:  # half of one is no beginning of the next
            self._ahead.clear()
            raise

    def forget(self) -> None:
        """What was typed ahead was for something that will not come."""
        self._ahead.clear()
        with suppress(termios.error):  # it has hung up
            termios.tcflush(_STDIN, termios.TCIFLUSH)

    async def _whole_line(self, ends_at: bytes | None = None) -> None:
        """Wait for one. Raises EOFError, also for `ends_at` at its beginning."""
        while b"\n" not in self._ahead:
            self._ahead += await _some()
            end = self._ahead.find(ends_at) if ends_at is not None else -1
            if end >= 0 and not _edited(self._ahead[:end]):
                raise EOFError

    def _taken(self) -> bytearray:
        line, _, self._ahead = self._ahead.partition(b"\n")
        return line


async def _some() -> bytes:
    """What was typed meanwhile: the terminal gives whole lines, unless they are hidden. Raises EOFError."""
    data = b""
    with suppress(OSError), FileIO(_opened(), "r") as terminal:  # it has hung up, or is no terminal
        while True:
            await until_readable(terminal.fileno())
            with suppress(BlockingIOError):  # Ctrl+C has taken away what was there
                data = os.read(terminal.fileno(), _AT_ONCE)
                break
    if not data:
        raise EOFError
    return data


def _opened() -> int:
    """The terminal, opened once more for reading that does not wait. Raises OSError.

    That it does not wait would hold for the shell, too, if it were said of stdin itself.
    """
    modes = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        return os.open(os.ttyname(_STDIN), modes)
    except PermissionError:  # it is another user's, as after su
        return os.open("/dev/tty", modes)


@contextmanager
def _unedited() -> Iterator[None]:
    """Has the terminal show nothing of what is typed, and edit nothing: it would cut a line at 4,095 bytes."""
    before = termios.tcgetattr(_STDIN)
    now = termios.tcgetattr(_STDIN)
    now[_LOCAL_MODES] &= ~(termios.ECHO | termios.ICANON)
    now[_CONTROL_CHARACTERS][termios.VMIN] = 1
    now[_CONTROL_CHARACTERS][termios.VTIME] = 0
    now[_CONTROL_CHARACTERS][termios.VSUSP] = b"\0"  # a shell may bring it back with what is typed shown
    # Not TCSAFLUSH: what is typed ahead is meant.
    termios.tcsetattr(_STDIN, termios.TCSADRAIN, now)
    try:
        yield
    finally:
        termios.tcsetattr(_STDIN, termios.TCSADRAIN, before)


def _edited(line: bytearray) -> bytearray:
    """The line as it is once what was typed to correct it has done so."""
    edited: list[str] = []
    for char in line.decode(sys.stdin.encoding, "surrogateescape"):
        if char in _ERASE:
            del edited[-1:]
        elif char == _KILL:
            edited.clear()
        else:
            edited.append(char)
    return bytearray("".join(edited).encode(sys.stdin.encoding, "surrogateescape"))


def _text(line: bytearray) -> str:
    return line.decode(sys.stdin.encoding, "replace").rstrip("\r")
