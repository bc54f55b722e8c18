"""Makes, checks, reads and writes files that are ours alone. Everything in here blocks.

No private file is reached by a link, since somebody else may have put it there; none waits for the other end
of a FIFO. What is written is on the disk, with its name, before a function returns.
"""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from butlr_tui.text import describe_path

PASSING_NAME: Final = ".butlr-tui-"
"""How the name of a file begins that will be given another one."""
_NO_WAITING: Final = os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_SAFELY: Final = _NO_WAITING | os.O_NOFOLLOW
_FILE_MODE: Final = 0o600
_NO_FOLDER_SYNC: Final = (errno.EINVAL, errno.ENOTSUP, errno.EACCES)
"""What some file systems say to the fsync of a folder, and any to one that can be written but not read."""


class NotPrivate(OSError):
    """A file is not ours alone. Its text says why: safe to show, without a full stop."""

    def __init__(self, reason: str, number: int = errno.EPERM) -> None:
        super().__init__(number, reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


def open_own(path: Path, flags: int) -> int:
    """Opens the regular file at `path`, which has to be ours to write; O_CREAT makes it with mode 0600.

    Returns its descriptor. Raises OSError, NotPrivate.
    """
    opened = os.open(path, flags | _SAFELY, _FILE_MODE)
    try:
        _check_own(path, os.fstat(opened))  # of what was opened: what its name leads to may change
    except BaseException:
        os.close(opened)
        raise
    return opened


def check_private(path: Path) -> None:
    """Raises NotPrivate where something is at `path` that is not a regular file of ours, closed to everybody else.

    For what another library opens by its name. Raises OSError.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    _check_own(path, status)
    _check_closed(path, status)


def _check_own(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        number = errno.EISDIR if stat.S_ISDIR(status.st_mode) else errno.EPERM
        raise NotPrivate(f"{describe_path(path)} is not a regular file", number)
    if status.st_uid != os.geteuid():
        raise NotPrivate(f"{describe_path(path)} belongs to someone else")
    if status.st_mode & 0o022:
        mode = stat.S_IMODE(status.st_mode)
        raise NotPrivate(f"Others may write {describe_path(path)} (mode {mode:04o}): `chmod 600` it")
    if status.st_nlink > 1:
        raise NotPrivate(f"{describe_path(path)} has a second name elsewhere: put a copy of it in its place")


def _check_closed(path: Path, status: os.stat_result) -> None:
    mode = stat.S_IMODE(status.st_mode)
    if mode & ~_FILE_MODE:
        raise NotPrivate(f"Others may read {describe_path(path)} (mode {mode:04o}): `chmod 600` it")


def read_own(path: Path) -> bytes:
    """The content of the file at `path`, which has to be ours; others may perhaps read it too.

    Raises OSError, NotPrivate.
    """
    with os.fdopen(open_own(path, os.O_RDONLY), "rb") as file:
        return file.read()


def read_private(path: Path, limit: int) -> bytes:
    """The first `limit` bytes of the file at `path`, which has to be ours and closed to everybody else.

    Raises OSError, NotPrivate.
    """
    with os.fdopen(open_own(path, os.O_RDONLY), "rb") as file:
        _check_closed(path, os.fstat(file.fileno()))
        return file.read(limit)


class NewPrivateFile:
    """A file that was not there before, with mode 0600. It stays open until it is closed."""

    def __init__(self, path: Path) -> None:
        """Makes the empty file. Raises OSError, FileExistsError also for a link that leads nowhere."""
        self.path = path
        self._opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFELY, _FILE_MODE)
        self.status = os.fstat(self._opened)

    def fileno(self) -> int:
        """The descriptor, for a lock on the file."""
        return self._opened

    def write(self, content: bytes) -> None:
        """Makes `content` all that is in the file, in the place of what was there, and syncs it with its folder.

        Raises OSError, NotPrivate.
        """
        os.fchmod(self._opened, _FILE_MODE)  # whatever the umask took away
        if os.fstat(self._opened).st_mode & 0o077:  # before anything is in it
            raise NotPrivate("that file system does not keep it from other users")
        done = 0
        while done < len(content):
            done += os.pwrite(self._opened, content[done:], done)
        os.ftruncate(self._opened, len(content))
        os.fsync(self._opened)
        sync_folder(self.path.parent)

    def move(self, path: Path) -> None:
        """Gives it another name in the same folder, never that of another file.

        Raises OSError, FileExistsError where anything is there: it then has the name that it had.
        """
        path.hardlink_to(self.path)
        try:
            sync_folder(path.parent)
            self.path.unlink()
        except BaseException:
            path.unlink()
            raise
        self.path = path

    def is_same(self, status: os.stat_result) -> bool:
        """Whether `status` is that of this file, and not of another that took its place."""
        return os.path.samestat(status, self.status)

    def close(self) -> None:
        """Closes the file, which stays where it is."""
        os.close(self._opened)

    def remove(self) -> None:
        """Takes the file away, unless another one has taken its place."""
        with suppress(OSError):
            if self.is_same(os.lstat(self.path)):
                self.path.unlink()


def create_private(path: Path, content: bytes) -> None:
    """Writes `content` to a new file with mode 0600. What can't be finished is removed again.

    Raises OSError, FileExistsError where anything is there, NotPrivate.
    """
    new = NewPrivateFile(path)
    try:
        new.write(content)
    except BaseException:
        new.remove()
        raise
    finally:
        new.close()


def replace_private(path: Path, content: bytes) -> None:
    """Puts `content` at `path` with mode 0600, whole or not at all. Raises OSError, NotPrivate.

    One process at a time: the new file stands beside the old one for a moment, under a name of its own.
    """
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)  # what a crash left
    create_private(new, content)
    new.replace(path)
    sync_folder(path.parent)


def append_private(path: Path, line: bytes) -> None:
    """Adds `line` and a line break to the file at `path`, which is made, or closed to others, where needed.

    A line that was torn before (a power cut, a full disk) is ended first. Raises OSError, NotPrivate.
    """
    opened = open_own(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
    try:
        if stat.S_IMODE(os.fstat(opened).st_mode) != _FILE_MODE:
            os.fchmod(opened, _FILE_MODE)
        _append(opened, line, path.parent)
    finally:
        os.close(opened)


def append_shared(path: Path, line: bytes) -> None:
    """Adds `line` and a line break to a file that holds nothing secret: a link may lead to it, and it keeps its
    owner and mode. It is made with mode 0600 where it is missing. Raises OSError.
    """
    opened = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | _NO_WAITING, _FILE_MODE)
    try:
        _append(opened, line, path.parent)
    finally:
        os.close(opened)


def _append(opened: int, line: bytes, folder: Path) -> None:
    size = os.fstat(opened).st_size
    is_torn = size > 0 and os.pread(opened, 1, size - 1) != b"\n"
    data = (b"\n" if is_torn else b"") + line + b"\n"
    if os.write(opened, data) != len(data):  # in one call, so that nobody else's line comes in between
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(opened)
    if size == 0:
        sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Puts the names in `folder` on the disk: else a new file's may be gone after a power cut, though its
    content is there. Raises OSError, but not where a file system can't do it.
    """
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
