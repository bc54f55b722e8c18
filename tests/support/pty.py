"""A program in a terminal of its own: what it writes is kept, and drawn as a person would see it.

with Terminal([sys.executable, "-m", "butlr_tui", "demo"]) as terminal:
    terminal.shows("1 of 41")
    terminal.types("q")
    assert terminal.ends() == 0
"""

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Self

import pyte

PATIENCE: Final = 20.0
"""Seconds after which what should come will not come any more."""
_WITH_DEV_TTY: Final = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
_IN_A_BOX: Final = re.compile("│(.*)│")
# What pyte does not know and would draw: strings for the terminal (OSC, DCS, APC), and private sequences. And
# marks that enclose a character: it would leave out all that follows them.
NOT_DRAWN: Final = re.compile(
    r"\x1b[\]P_^X].*?(?:\x07|\x1b\\)|\x1b\[[<>=][0-9;:]*[A-Za-z]|\x1b\[[0-9;:?]*\$[a-z]"
    r"|[\u0488\u0489\u20dd-\u20e0\u20e2-\u20e4\u3164]",
    re.DOTALL,
)
# A sequence that has its end.
WHOLE: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]P_^X].*?(?:\x07|\x1b\\)|\\|[^\[\]P_^X])", re.DOTALL)


class Terminal:
    """A pty with a program in it."""

    def __init__(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str] | None = None,
        *,
        size: tuple[int, int] = (120, 36),
    ) -> None:
        columns, lines = size
        self.output = b""
        self._ours, self._theirs = pty.openpty()
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.attributes = termios.tcgetattr(self._theirs)
        self._pyte = pyte.Screen(columns, lines)
        self._stream = pyte.Stream(self._pyte)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._seen = 0
        self._undrawn = ""
        self._drawn = ""
        # Whoever has read `readline` has these, from another terminal: a program believes them first.
        named = os.environ if environment is None else environment
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _WITH_DEV_TTY, *argv],
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            env={name: value for name, value in named.items() if name not in ("COLUMNS", "LINES")},
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def types(self, keys: str) -> None:
        """Type keys, as a terminal sends them."""
        os.write(self._ours, keys.encode())

    def shows(self, text: str) -> None:
        """Wait until a text is on screen. Line breaks count as spaces."""
        self.waits_for(lambda: text in self.text, text)

    def receives(self, data: bytes) -> None:
        """Wait until the program has written these bytes."""
        self.waits_for(lambda: data in self.output, repr(data))

    def ends(self) -> int:
        """Wait for the end; the exit code."""
        self.waits_for(lambda: self.process.poll() is not None, "the end")
        return self.process.returncode

    def is_restored(self) -> bool:
        """Whether the line discipline is what it was before."""
        return termios.tcgetattr(self._theirs) == self.attributes

    @property
    def screen(self) -> str:
        """What is on screen, line by line."""
        if self._seen < len(self.output):
            self._undrawn += self._decoder.decode(self.output[self._seen :])
            self._seen = len(self.output)
            whole = len(self._undrawn)
            start = self._undrawn.rfind("\x1b")
            if start >= 0 and not WHOLE.match(self._undrawn, start):
                whole = start  # a sequence whose end has not come yet
            self._stream.feed(NOT_DRAWN.sub("", self._undrawn[:whole]))
            self._undrawn = self._undrawn[whole:]
            # Not pyte's `display`, which fails where half of a wide character was painted over.
            cells = range(self._pyte.columns)
            self._drawn = "\n".join(
                "".join(self._pyte.buffer[line][cell].data for cell in cells)
                for line in range(self._pyte.lines)
            )
        return self._drawn

    @property
    def text(self) -> str:
        """What is on screen as running text, without borders; what stands in a box once more alone."""
        lines = self.screen.splitlines()
        lines += [found[1] for line in lines if (found := _IN_A_BOX.search(line))]
        bare = "".join(" " if char in "│╭╮╰╯─" else char for char in " ".join(lines))
        return " ".join(bare.split())

    def waits_for(self, holds: Callable[[], object], what: str) -> None:
        """Wait until a condition holds, reading on."""
        end = time.monotonic() + PATIENCE
        while not holds():
            ended = self.process.poll() is not None and not self._read(0)
            if holds():
                break
            state = f"; it ended with {self.process.returncode}" if ended else ""
            assert not ended and time.monotonic() < end, (
                f"{what} did not come{state}. There is:\n{self.screen}"
            )
            self._read(0.05)
        while self._read(0):
            pass

    def _read(self, seconds: float) -> bool:
        if not select.select([self._ours], [], [], seconds)[0]:
            return False
        self.output += os.read(self._ours, 65536)
        return True

    def close(self) -> None:
        """End the program, if it still runs, and hang up."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._ours)
        os.close(self._theirs)
