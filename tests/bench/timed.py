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

ROOT: Final = Path(__file__).parents[2]
COMMAND: Final = (str(Path(sys.executable).with_name("butlr-tui")),)
"""As it is installed, and as it is typed."""
_PATIENCE: Final = 60.0
_LINES, _COLUMNS = 40, 120


class Timed:
    """Reads all that the program writes, as a terminal does."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        self.output = bytearray()
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

    def until(self, text: str, start: int = 0) -> float:
        """Wait until this (a regular expression) is written after the byte `start`; the moment."""
        wanted = re.compile(text.encode())
        end = time.perf_counter() + _PATIENCE
        searched = start
        while True:
            if wanted.search(self.output, searched):
                return time.perf_counter()
            searched = max(start, len(self.output) - 200)
            if not self._read(1.0) and (self.process.poll() is not None or time.perf_counter() > end):
                raise RuntimeError(f"{text!r} did not come; the last was {bytes(self.output[-600:])!r}")

    def press(self, keys: str, text: str) -> float:
        """The seconds from a key to what it writes."""
        at = len(self.output)
        started = time.perf_counter()
        os.write(self._ours, keys.encode())
        return self.until(text, at) - started

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
