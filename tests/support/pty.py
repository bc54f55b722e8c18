"""A program in a terminal of its own: what it writes is kept, and drawn as a person would see it.

with Pty([sys.executable, "-m", "butlr_tui", "demo"]) as terminal:
    terminal.shows("1 of 41")
    terminal.types("q")
    assert terminal.ends() == 0

It is read whenever somebody looks at it or waits for something; nothing runs in the background.
"""

import codecs
import fcntl
import grp
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
from pathlib import Path
from typing import ClassVar, Final, Self

import pyte

# What a terminal does for its shell: it is the controlling one (/dev/tty), and Ctrl+C and hanging up mean
# something, also where `nohup` or a `&` in a script has taken that from whoever runs the tests.
_AS_A_TERMINAL_STARTS_IT: Final = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
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


class Pty:
    """A pseudo-terminal with a program in it."""

    patience: ClassVar[float] = 20.0
    """Seconds after which what should come will not come any more."""
    launcher: ClassVar[Sequence[str]] = (sys.executable, "-I", "-S", "-c", _AS_A_TERMINAL_STARTS_IT)
    """What starts the program, on the terminal."""

    def __init__(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str] | None = None,
        *,
        size: tuple[int, int] = (120, 36),
        folder: Path | None = None,
    ) -> None:
        columns, lines = size
        self._output = bytearray()
        self._ours, self._theirs = pty.openpty()
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.device = os.ttyname(self._theirs)
        """Where a program opens this terminal."""
        self._attributes = termios.tcgetattr(self._theirs)
        self._pyte = pyte.Screen(columns, lines)
        self._stream = pyte.Stream(self._pyte)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._seen = 0
        self._undrawn = ""
        self._drawn = ""
        # Whoever has read `readline` has these, from another terminal: a program believes them first.
        named = os.environ if environment is None else environment
        self.process = subprocess.Popen(
            [*self.launcher, *argv],
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            env={name: value for name, value in named.items() if name not in ("COLUMNS", "LINES")},
            cwd=folder,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def types(self, keys: str) -> None:
        """Type keys, as a terminal sends them; a byte that is no text is a lone surrogate (U+DCFF for 255)."""
        os.write(self._ours, keys.encode(errors="surrogateescape"))

    def shows(self, text: str) -> None:
        """Wait until a text is on screen. Line breaks count as spaces."""
        self.waits_for(lambda: text in self.text, text)

    def receives(self, data: bytes) -> None:
        """Wait until the program has written these bytes."""
        self.waits_for(lambda: data in self._output, repr(data))

    def ends(self) -> int:
        """Wait for the end; the exit code."""
        self.waits_for(lambda: self.process.poll() is not None, "the end")
        return self.process.returncode

    def is_restored(self) -> bool:
        """Whether the line discipline is what it was before."""
        return termios.tcgetattr(self._theirs) == self._attributes

    @property
    def output(self) -> bytes:
        """All that was written to this terminal so far."""
        while self._read(0):
            pass
        return bytes(self._output)

    @property
    def screen(self) -> str:
        """What is on screen, line by line."""
        if self._seen < len(self._output):
            self._undrawn += self._decoder.decode(bytes(self._output[self._seen :]))
            self._seen = len(self._output)
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
        end = time.monotonic() + self.patience
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
        """Whether something more was written within that time."""
        if self._ours < 0 or not select.select([self._ours], [], [], seconds)[0]:
            return False
        self._output += os.read(self._ours, 1 << 16)
        return True

    def hangs_up(self) -> int:
        """Take the terminal away, and wait for the end; the exit code."""
        self._hang_up()
        return self.process.wait(self.patience)

    def close(self) -> None:
        """End the program, if it still runs, and hang up. What was written stays."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._ours >= 0:
            os.close(self._ours)
            os.close(self._theirs)
        self._ours = self._theirs = -1


def sshd_may_give_terminals() -> bool:
    """Whether an sshd of this user can open a terminal.

    It wants it to belong to the group tty. Where the system does not see to that, only root can.
    """
    ours, theirs = pty.openpty()
    try:
        return os.geteuid() == 0 or os.fstat(theirs).st_gid == grp.getgrnam("tty").gr_gid
    finally:
        os.close(ours)
        os.close(theirs)
