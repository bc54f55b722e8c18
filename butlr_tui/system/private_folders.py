"""Makes and checks folders that are ours alone. Everything in here blocks."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from butlr_tui.system.private_files import NotPrivate
from butlr_tui.text import describe_path

_MODE: Final = 0o700
_MOST_LINKS: Final = 40
"""Links that are followed on one way, as Linux does: path_resolution(7)."""


def make_folder(folder: Path) -> None:
    """Makes `folder` and each missing folder above it with mode 0700, whatever the umask. Raises OSError.

    One that is there already keeps its mode.
    """
    missing = [ancestor for ancestor in (folder, *folder.parents) if not ancestor.exists()]
    for ancestor in reversed(missing):
        with suppress(FileExistsError):  # another process was faster
            ancestor.mkdir(_MODE)
            ancestor.chmod(_MODE)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def make_private_folder(folder: Path) -> None:
    """Makes `folder` as `make_folder` does, and checks it. Raises OSError, NotPrivate."""
    make_folder(folder)
    check_private_folder(folder)


def check_private_folder(folder: Path) -> None:
    """Raises NotPrivate unless `folder` is ours, closed to everybody else, and not to be exchanged by them.

    Folders and links on the way may be root's, as systemd makes them (`StateDirectory=` with `DynamicUser=`).
    Raises OSError.
    """
    for step in _way_to(folder):
        status = step.lstat()
        if status.st_uid not in {0, os.geteuid()}:
            raise NotPrivate(f"{_named(step)} belongs to another user, who may exchange what is in it")
        if stat.S_ISDIR(status.st_mode) and _may_be_exchanged_in(status):
            raise NotPrivate(f"Others may exchange what is in {_named(step)}: `chmod go-w` it")
    status = folder.stat()
    if status.st_uid != os.geteuid():
        raise NotPrivate(f"{_named(folder)} belongs to another user")
    if status.st_mode & 0o077:
        mode = stat.S_IMODE(status.st_mode)
        raise NotPrivate(f"Others may look into {_named(folder)} (mode {mode:04o}): `chmod 700` it")


def others_may_exchange(folder: Path) -> bool:
    """Whether other users may take our files out of `folder`, or put theirs in their place. Raises OSError."""
    return _may_be_exchanged_in(folder.stat())


def _may_be_exchanged_in(status: os.stat_result) -> bool:
    """The same of a folder with this status.

    The sticky bit keeps each user's own. A group that bears our own number has nobody else in it, as a rule: it is
    what goes with a umask of 002.
    """
    if status.st_mode & stat.S_ISVTX:
        return False
    group_is_ours = status.st_gid == os.getegid() == os.geteuid()
    return bool(status.st_mode & (0o002 if group_is_ours else 0o022))


def _way_to(folder: Path) -> Iterator[Path]:
    """All folders and links that lead to `folder`, and the folder, from the root of the file system on."""
    reached = Path("/")
    yield reached
    left = [*reversed(folder.absolute().parts[1:])]
    links = 0
    while left:
        part = left.pop()
        step = reached / part
        if part == "..":
            reached = reached.parent
            continue
        yield step
        if not step.is_symlink():
            reached = step
            continue
        links += 1
        if links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(folder))
        target = step.readlink()
        if target.is_absolute():
            reached = Path("/")
        left.extend(reversed(target.parts[target.is_absolute() :]))


def _named(folder: Path) -> str:
    return f"the folder {describe_path(folder)}"
