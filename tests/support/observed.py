"""The app on a pty, with what Textual wrote in it beside what came out."""

import fcntl
import json
import os
import re
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.looks import Picture
from tests.support.observed_app import PAUSES, SETTLE, WRITTEN
from tests.support.proc import proc
from tests.support.pty import Pty

_MARK = re.compile(rb"\x1b_(\d+)\x1b\\")
_AGREES_WITHIN = 10.0
_QUIET = 0.3
"""Seconds without a byte after which nothing more comes."""


class Observed(Pty):
    """Two screens: of a terminal that was sent what our driver sends, and of one that got what Textual wrote."""

    def __init__(
        self,
        folder: Path,
        arguments: Sequence[str] = ("demo", "--fresh"),
        *,
        size: tuple[int, int] = (120, 36),
        revealed_for: float = 30.0,
        term: str = "xterm-256color",
        under: Sequence[str] = (),
        named: Mapping[str, str] | None = None,
    ) -> None:
        """`under`: what starts it. `named`: more of its environment."""
        self._folder = folder
        self._ours_fed = self._textual_fed = 0
        self.ours, self.textual = Picture(*size), Picture(*size)
        environment = {**os.environ, "XDG_DATA_HOME": str(folder), "TERM": term, **(named or {})}
        argv = [
            *under,
            sys.executable,
            "-m",
            "tests.support.observed_app",
            str(folder),
            str(revealed_for),
            *arguments,
        ]
        super().__init__(argv, environment, size=size)

    @property
    def written(self) -> bytes:
        """What Textual wrote so far."""
        path = self._folder / WRITTEN
        return path.read_bytes() if path.exists() else b""

    def pauses(self, since: float, until: float) -> list[tuple[float, float]]:
        """Those of the event loop between two moments of the monotonic clock; known after the end.

        How long each was, and for how much of that the app worked: the rest it waited, for the terminal, say,
        or for a core that others had.
        """
        all_of_them = json.loads((self._folder / PAUSES).read_text())
        return [(length, worked) for at, length, worked in all_of_them if since < at - length and at < until]

    def stalls(self) -> None:
        """Let the terminal take nothing any more, as after Ctrl+S."""
        termios.tcflow(self._theirs, termios.TCOOFF)

    def goes_on(self) -> None:
        """Let it take what there is."""
        termios.tcflow(self._theirs, termios.TCOON)

    def rests(self, quiet: float = _QUIET) -> float:
        """Read until nothing is written any more, by nobody; the moment at which the last byte came."""
        since, before = time.perf_counter(), (len(self._output), len(self.written))
        while time.perf_counter() - since < quiet:
            self._read(0.02)
            if (now := (len(self._output), len(self.written))) != before:
                since, before = time.perf_counter(), now
        return since

    def reads_for(self, seconds: float) -> None:
        """Read what comes within that time."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)

    def settles(self) -> None:
        """Wait until all that was typed is done, drawn and sent, and draw both screens as they were then."""
        self.types(SETTLE)
        self.waits_for(lambda: _MARK.search(self._output), "the mark")
        mark = _MARK.search(self._output)
        assert mark is not None
        written = int(mark[1])
        before, after = mark.span()
        del self._output[before:after]
        self._draw(before, written)

    def is_the_same(self) -> bool:
        """Whether both terminals come to show the same."""
        try:
            self.agrees()
        except AssertionError as difference:
            print(difference)
            return False
        return True

    def agrees(self) -> None:
        """Both terminals come to show the same."""
        end = time.monotonic() + _AGREES_WITHIN
        self.settles()
        while self.ours.looks != self.textual.looks and time.monotonic() < end:
            self.settles()  # a signal may be later than the key
        assert self._textual_fed
        assert self.ours.lines == self.textual.lines
        assert self.ours.looks == self.textual.looks
        assert self.ours.cursor == self.textual.cursor

    def resizes(self, size: tuple[int, int]) -> None:
        """Give the terminal another size, and wait until the app has drawn for it."""
        self.settles()
        before = len(self.written)
        width, height = size
        for picture in (self.ours, self.textual):
            picture.resize(width, height)
        self._pyte.resize(height, width)
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.waits_for(lambda: len(self.written) > before, "a frame for the new size")

    def stops(self, which: signal.Signals) -> None:
        """Send a signal after which the app stands still, and wait until it does."""
        self.settles()
        self.process.send_signal(which)
        stat = proc(self.process.pid) / "stat"
        self.waits_for(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T", "the stop")

    def comes_to_the_foreground(self) -> None:
        """Go on with the job that stands still, and wait until it draws."""
        before = len(self.written)
        self.types("fg\n")
        self.waits_for(lambda: len(self.written) > before, "a frame of the job that goes on")

    def scribbles(self, text: str) -> None:
        """Write to the terminal, as any other program in it."""
        os.write(self._theirs, text.encode())

    def _draw(self, sent: int, written: int) -> None:
        """Show both screens what they got so far: so many bytes."""
        self.ours.feed(self._output[self._ours_fed : sent].decode())
        self.textual.feed(self.written[self._textual_fed : written].decode())
        self._ours_fed, self._textual_fed = sent, written
