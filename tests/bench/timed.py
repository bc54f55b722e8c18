"""A program on a pty of its own, with the moments at which it wrote what."""

import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from tests.support.pty import Pty

ROOT: Final = Path(__file__).parents[2]
COMMAND: Final = (str(Path(sys.executable).with_name("butlr-tui")),)
"""As it is installed, and as it is typed."""


class TimedPty(Pty):
    """Reads all that the program writes, as a terminal does, and takes the time of it."""

    patience: ClassVar[float] = 60.0
    launcher: ClassVar[Sequence[str]] = ()  # its start would be measured, too

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        self.started = time.perf_counter()
        super().__init__(argv, environment, size=(120, 40), folder=ROOT)

    def until(self, text: str, start: int = 0) -> float:
        """Wait until this (a regular expression) is written after the byte `start`; the moment."""
        wanted = re.compile(text.encode())
        end = time.perf_counter() + self.patience
        searched = start
        while True:
            if wanted.search(self._output, searched):
                return time.perf_counter()
            searched = max(start, len(self._output) - 200)
            if not self._read(1.0) and (self.process.poll() is not None or time.perf_counter() > end):
                raise RuntimeError(f"{text!r} did not come; the last was {bytes(self._output[-600:])!r}")

    def press(self, keys: str, text: str) -> float:
        """The seconds from a key to what it writes."""
        at = len(self._output)
        started = time.perf_counter()
        self.types(keys)
        return self.until(text, at) - started

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
