"""Saves a secret to a new file that only its owner can read, and makes sure that it is there."""

import asyncio
import errno
import hmac
import os
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from butlr_tui.delivery.formats import to_bytes
from butlr_tui.delivery.results import NotStored, Stored
from butlr_tui.text import os_error_reason, safe

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_OWNER_ONLY: Final = 0o600
_NO_FOLDER_SYNC: Final = (errno.EINVAL, errno.ENOTSUP, errno.EACCES)
"""What some file systems say to the fsync of a folder, and any to one that can be written but not read."""


async def check(path: str | Path) -> str | None:
    """Why a secret could not be saved to `path` (`~` is the home), or None. To be asked before a create."""
    return await asyncio.to_thread(_fault, path)


async def save(path: str | Path, text: SecretStr) -> Stored | NotStored:
    """Writes `text` to a new file, 0600, synced to the disk with its folder, and reads it back.

    Never overwrites and never follows a link. A file that it could not finish is removed again.
    """
    return await asyncio.to_thread(_save, path, text)


def _fault(path: str | Path) -> str | None:
    try:
        return _fault_in(_expanded(path), is_folder=str(path).endswith(os.sep))
    except (OSError, RuntimeError, ValueError) as fault:
        return f"{describe_path(path)} can't be written: {os_error_reason(fault, 'no such path')}."


def _fault_in(file: Path, *, is_folder: bool) -> str | None:
    folder = file.parent
    if is_folder or not file.name or file.is_dir():
        return f"{describe_path(file)} is a folder; name a file in it."
    if not folder.exists():
        return f"The folder {describe_path(folder)} does not exist; make it, or choose another."
    if not folder.is_dir():
        return f"{describe_path(folder)} is not a folder."
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"You may not write in the folder {describe_path(folder)}; choose another."
    with suppress(FileNotFoundError):
        os.lstat(file)  # a link that leads nowhere exists too
        return f"{describe_path(file)} exists already and is never overwritten; choose another name."
    return None


def _save(path: str | Path, text: SecretStr) -> Stored | NotStored:
    fault = _fault(path)
    if fault is not None:
        return NotStored(fault)
    file = _expanded(path)
    try:
        opened = os.open(file, _NEW, _OWNER_ONLY)
    except (OSError, ValueError) as error:
        return NotStored(
            f"{describe_path(file)} could not be made: {os_error_reason(error)}. Nothing was saved."
        )
    try:
        ours = os.fstat(opened)
        try:
            reason = _write(opened, file, text)
        finally:
            os.close(opened)
        reason = reason or _differs(file, ours, text)
    except OSError as error:
        reason = os_error_reason(error)
    if reason is None:
        return Stored(f"saved to {describe_path(file)} (only you can read it), read back and equal")
    return NotStored(f"{describe_path(file)} could not be saved: {reason}. {_remove(file, ours)}")


def _write(opened: int, file: Path, text: SecretStr) -> str | None:
    os.fchmod(opened, _OWNER_ONLY)  # whatever the umask took away
    if os.fstat(opened).st_mode & 0o077:  # before the secret is in it
        return "that file system does not keep it from other users"
    left = memoryview(to_bytes(text))
    while left:
        left = left[os.write(opened, left) :]
    os.fsync(opened)
    _sync_folder(file.parent)
    return None


def _sync_folder(folder: Path) -> None:
    """Else the file's name may be gone after a power cut, though its contents are on the disk."""
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise


def _differs(file: Path, ours: os.stat_result, text: SecretStr) -> str | None:
    with FileIO(os.open(file, _READ)) as opened:
        if not os.path.samestat(os.fstat(opened.fileno()), ours):
            return "another file took its place"
        equal = hmac.compare_digest(opened.read(), to_bytes(text))
    return None if equal else "what was read back is not what was written"


def _remove(file: Path, ours: os.stat_result) -> str:
    with suppress(OSError):
        if os.path.samestat(os.lstat(file), ours):
            file.unlink()
    with suppress(OSError):
        os.lstat(file)
        return "Look at what is there now: it may hold a part of the secret."
    return "Nothing is left of it."


def _expanded(path: str | Path) -> Path:
    return Path(path).expanduser().absolute()


def describe_path(path: str | Path) -> str:
    """`path` as the user would write it, safe to show."""
    with suppress(RuntimeError, ValueError):
        inside = Path(path).relative_to(Path.home())
        return safe(str(Path("~") / inside))
    return safe(str(path))
