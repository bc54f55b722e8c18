"""Figure 40, the store's part: each of SQLite's calls of the system that can fail, one at a time, for real."""

import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import which

import pytest

from butlr_tui.service.sqlite import SqliteStore
from tests.service.adding import OWNER
from tests.support.figures import figure, times

ERRORS = {
    "openat": ("EIO", "ENOSPC"),
    "pwrite64": ("EIO", "ENOSPC", "EINTR"),
    "pread64": ("EIO", "EINTR"),
    "fdatasync": ("EIO", "ENOSPC"),
    "ftruncate": ("EIO", "ENOSPC"),
    "unlink": ("EIO",),
    "fcntl": ("EIO",),
}
pytestmark = pytest.mark.slow

_WORDS = ("added", "not added", "deleted", "not deleted")
STEP = times(100, 1)
"""In CI a few calls stand for all."""
LONGEST = range(4_000, 80_000, times(40_000, 1_000))
"""At these bytes a write is cut short, and the next one fails."""


def strace(file: Path, *more: str) -> list[str]:
    """The words that have a program's calls on the database's files watched."""
    if which("strace") is None:
        pytest.skip("needs strace")
    files = [word for end in ("", "-wal", "-shm", "-journal") for word in ("-P", f"{file}{end}")]
    return ["strace", "-f", "-qq", "-o", str(file.with_name("calls")), *files, *more]


def added(file: Path, *before: str, longest: int = 0) -> list[list[str]]:
    """What a run says of what it did."""
    ended = subprocess.run(
        [*before, sys.executable, "-m", "tests.service.adding", str(file), str(longest)],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert ended.returncode == 0
    return [line.rsplit(" ", 1) for line in ended.stdout.splitlines()]


@dataclass
class Counts:
    """What the next start finds that was not so told."""

    failures: int = 0
    false_stored: int = 0
    false_nothing_happened: int = 0
    broken_files: int = 0

    def look(self, file: Path, told: list[list[str]]) -> None:
        """Open the database again, and hold it against what was said of it."""
        self.failures += 1
        try:
            store = SqliteStore(file)
            there = {record.client_id for record in store.list(OWNER)}
            store.close()
            with sqlite3.connect(file) as db:
                (check,) = db.execute("PRAGMA integrity_check").fetchone()
        except sqlite3.Error:
            self.broken_files += 1
            return
        self.broken_files += check != "ok"
        said = {what: {name for word, *names in told if word == what for name in names} for what in _WORDS}
        self.false_stored += len(said["added"] - said["deleted"] - said["not deleted"] - there)
        self.false_stored += len(said["deleted"] & there)
        self.false_nothing_happened += len(said["not added"] & there)
        self.false_nothing_happened += len((said["not deleted"] & said["added"]) - there)


def failures(folder: Path) -> Iterator[str]:
    """What strace is told to let fail: each call of a run without failures once with each of its errors."""
    folder.mkdir()
    file = folder / "clients.sqlite"
    assert len(added(file, *strace(file))) == 4
    calls = Counter(re.findall(r"^\d+ +(\w+)\(", (folder / "calls").read_text(), re.MULTILINE))
    for call, errors in ERRORS.items():
        for error in errors:
            for number in range(1, calls[call] + 1):
                yield f"inject={call}:error={error}:when={number}"


def test_no_failing_call_loses_what_was_acknowledged(tmp_path: Path) -> None:
    counts = Counts()
    for failure in [*failures(tmp_path / "whole")][::STEP]:
        file = tmp_path / str(counts.failures) / "clients.sqlite"
        file.parent.mkdir()
        counts.look(file, added(file, *strace(file, "-e", failure)))
    figure(40, **asdict(counts))
    assert counts == Counts(counts.failures)


def test_no_write_that_is_cut_short_loses_what_was_acknowledged(tmp_path: Path) -> None:
    counts = Counts()
    for longest in LONGEST:
        file = tmp_path / f"{longest}.sqlite"
        counts.look(file, added(file, longest=longest))
    figure(40, **asdict(counts))
    assert counts == Counts(len(LONGEST))
