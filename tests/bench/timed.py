"""A program on a pty of its own, with the moments at which it wrote what."""

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
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Self

from tests.support.looks import Picture

ROOT: Final = Path(__file__).parents[2]
COMMAND: Final = (str(Path(sys.executable).with_name("butlr-tui")),)
"""As it is installed, and as it is typed."""
_PATIENCE: Final = 60.0
_BETWEEN_KEYS: Final = 0.05
"""Seconds without a byte after which all that the last key painted has come."""
_LINES, _COLUMNS = 40, 120


class Timed:
    """Reads all that the program writes, as a terminal does."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        self.output = bytearray()
        self._picture = Picture(_COLUMNS, _LINES)
        self._drawn = 0
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _LINES, _COLUMNS, 0, 0))
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            argv,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            cwd=ROOT,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the program, if it still runs, and hang up."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def until(self, text: str) -> float:
        """Wait until this (a regular expression) is on screen; the moment at which the last of it came."""
        wanted = re.compile(text)
        end = time.perf_counter() + _PATIENCE
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
        os.write(self._ours, keys.encode())
        if text is not None:
            return self.until(text) - started
        if not self._read(_PATIENCE):
            raise RuntimeError(f"{keys!r} writes nothing")
        return time.perf_counter() - started

    @property
    def screen(self) -> str:
        """What is on screen, line by line."""
        if self._drawn < len(self.output):
            self._picture.receive(bytes(self.output[self._drawn :]))
            self._drawn = len(self.output)
        return "\n".join(self._picture.lines)

    def types(self, keys: str) -> None:
        """Type without waiting for anything."""
        os.write(self._ours, keys.encode())

    def written_in(self, seconds: float) -> int:
        """The bytes that are written in that time."""
        at = len(self.output)
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)
        return len(self.output) - at

    def written_for(self, keys: str) -> int:
        """The bytes that a key makes it write: all up to a silence."""
        at = len(self.output)
        self.types(keys)
        self._read(1.0)
        self.rests(0.15)
        return len(self.output) - at

    def rests(self, seconds: float = 1.5) -> None:
        """Read until it has written nothing for so long."""
        while self._read(seconds):
            pass

    def ends(self) -> int:
        """Wait for the end; the exit code."""
        while self.process.poll() is None:
            self._read(0.05)
        return self.process.returncode

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

    def _read(self, seconds: float) -> bool:
        if not select.select([self._ours], [], [], seconds)[0]:
            return False
        try:
            self.output += os.read(self._ours, 1 << 16)
        except OSError:  # it ended
            time.sleep(min(seconds, 0.05))
            return False
        return True
