"""A program on a pty of its own, with the moments at which it wrote what."""

import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from tests.support.looks import Picture
from tests.support.pty import Pty

ROOT: Final = Path(__file__).parents[2]
COMMAND: Final = (str(Path(sys.executable).with_name("butlr-tui")),)
"""As it is installed, and as it is typed."""
_BETWEEN_KEYS: Final = 0.05
"""Seconds without a byte after which all that the last key painted has come."""
_LINES, _COLUMNS = 40, 120


class TimedPty(Pty):
    """Reads all that the program writes, as a terminal does, and takes the time of it."""

    patience: ClassVar[float] = 60.0
    launcher: ClassVar[Sequence[str]] = ()  # its start would be measured, too

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        self._picture = Picture(_COLUMNS, _LINES)
        self._shown = 0
        self.started = time.perf_counter()
        super().__init__(argv, environment, size=(_COLUMNS, _LINES), folder=ROOT)

    def until(self, text: str) -> float:
        """Wait until this (a regular expression) is on screen; the moment at which the last of it came."""
        wanted = re.compile(text)
        end = time.perf_counter() + self.patience
        came = time.perf_counter()
        while not wanted.search(self.screen):
            if not self._read(1.0) and (self.process.poll() is not None or time.perf_counter() > end):
                raise RuntimeError(f"{text!r} did not come. There is:\n{self.screen}")
            came = time.perf_counter()
        return came

    def press(self, keys: str, text: str | None = None) -> float:
        """The seconds from a key to this on screen, or to the first that it writes."""
        self.rests(_BETWEEN_KEYS)
        started = time.perf_counter()
        self.types(keys)
        if text is not None:
            return self.until(text) - started
        if not self._read(self.patience):
            raise RuntimeError(f"{keys!r} writes nothing")
        return time.perf_counter() - started

    @property
    def screen(self) -> str:
        """What is on screen, line by line."""
        if self._shown < len(self._output):
            self._picture.receive(bytes(self._output[self._shown :]))
            self._shown = len(self._output)
        return "\n".join(self._picture.lines)

    def written_in(self, seconds: float) -> int:
        """The bytes that are written in that time."""
        at = len(self._output)
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)
        return len(self._output) - at

    def written_for(self, keys: str) -> int:
        """The bytes that a key makes it write: all up to a silence."""
        at = len(self._output)
        self.types(keys)
        self._read(1.0)
        self.rests(0.15)
        return len(self._output) - at

    def rests(self, seconds: float = 1.5) -> None:
        """Read until it has written nothing for so long."""
        while self._read(seconds):
            pass

    @property
    def resident(self) -> float:
        """Its memory in MiB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / (1 << 20)

    @property
    def cpu(self) -> float:
        """The seconds of a core that it has used, all threads together."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
