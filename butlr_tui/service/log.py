"""The service's log: lines on stderr, each of which is written once and counted when it comes again."""

import logging
import traceback
from collections.abc import Callable
from pathlib import PurePath
from typing import Final

from butlr_tui.text import counted, safe

_LINES: Final = 100
"""Different lines between two tellings; beyond them they are only counted: they may quote what a caller sent."""


def where_it_failed(error: BaseException) -> str:
    """What failed and where; never the error's text, which may quote a body, a token or a secret."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {PurePath(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


class RepeatsCounted(logging.Handler):
    """Hands each line to `write` once. `tell` says how often it came again."""

    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__()
        self._write = write
        self._repeats: dict[str, int] = {}
        self._others = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Writes or counts a line. Of an exception there is its kind and its place alone."""
        line = safe(record.getMessage().strip())
        if record.exc_info and record.exc_info[1] is not None:
            line = f"{line} ({where_it_failed(record.exc_info[1])})"
        if line in self._repeats:
            self._repeats[line] += 1
        elif len(self._repeats) < _LINES:
            self._repeats[line] = 0
            self._write(line)
        else:
            self._others += 1

    def tell(self) -> None:
        """Writes what was counted since the last time. To be called every minute, and at the end."""
        self.acquire()
        try:
            for line, times in self._repeats.items():
                if times:
                    self._write(f"{line} ({counted(times, 'more time')})")
            if self._others:
                self._write(f"{counted(self._others, 'other line')} left out")
            self._repeats = {line: 0 for line, times in self._repeats.items() if times}
            self._others = 0
        finally:
            self.release()
