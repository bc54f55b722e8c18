"""The journal's file: lines are only ever added, and a line that was added is on the disk."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

_OURS: Final = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # to open a FIFO would wait for its other end
_OWNER_ONLY: Final = 0o600


def append(path: Path, line: bytes) -> None:
    """Add `line` to the file, which only its owner can read, and sync it. Raises OSError."""
    make_private(path.parent)
    opened = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | _OURS, _OWNER_ONLY)
    try:
        status = os.fstat(opened)
        _check(status)
        if status.st_mode & 0o077:
            os.fchmod(opened, _OWNER_ONLY)
        torn = status.st_size > 0 and os.pread(opened, 1, status.st_size - 1) != b"\n"
        data = (b"\n" if torn else b"") + line + b"\n"
        if os.write(opened, data) != len(data):  # in one call, so that nobody else's line comes in between
            raise OSError(errno.ENOSPC, "")
        os.fsync(opened)
    finally:
        os.close(opened)
    if status.st_size == 0:  # else a new file's name may be gone after a power cut
        _sync_folder(path.parent)


def read(path: Path) -> bytes:
    """All of it; nothing where there is no file yet. Raises OSError."""
    try:
        opened = os.open(path, os.O_RDONLY | _OURS)
    except FileNotFoundError:
        return b""
    with os.fdopen(opened, "rb") as file:
        _check(os.fstat(opened))
        return file.read()


def make_private(folder: Path) -> None:
    """Make the folder, for its owner only, where it is not there yet. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _check(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
        raise OSError(errno.EPERM, "")


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # some file systems don't sync folders
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
