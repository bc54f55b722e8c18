"""Saves a secret to a new file that only its owner can read, and makes sure that it is there.

The file is reserved before there is a secret: it is made with zeros in it, so that a full disk is found in time.
The secret is then written in their place.
"""

import asyncio
import fcntl
import hmac
import os
import secrets
from contextlib import suppress
from io import FileIO
from pathlib import Path
from threading import Lock
from typing import Final

from pydantic import SecretStr

from butlr_tui.delivery.formats import to_bytes
from butlr_tui.delivery.results import NotStored, Stored
from butlr_tui.system.private_files import (
    PASSING_NAME,
    NewPrivateFile,
    NotPrivate,
    open_own,
)
from butlr_tui.system.private_folders import others_may_exchange
from butlr_tui.text import describe_path, os_error_reason

ROOM: Final = 4096
"""Zeros in a file that waits for its secret: a block of most file systems, and more than any pair takes."""
MOST_ROOM: Final = 64 * ROOM
"""Zeros in one that waits for what is sealed, at most."""


async def check(path: str | Path) -> str | None:
    """Why a secret could not be saved to `path` (`~` is the home), or None. Makes nothing there."""
    return await asyncio.to_thread(_fault, path)


async def save(path: str | Path, text: SecretStr) -> Stored | NotStored:
    """Writes `text` to a new file, 0600, synced to the disk with its folder, and reads it back.

    Never overwrites and never follows a link. A file that it could not finish is removed again.
    """
    place = ReservedFile(path)
    fault = await place.reserve()
    return NotStored(fault) if fault is not None else await place.write(text)


async def remove_unused(path: Path) -> bool:
    """Takes away the file at `path` where it was reserved, and its program ended before a secret was in it.

    That is: it is ours, as private as a reserved file and no longer, holds nothing but zeros, and nobody has it
    reserved any more. True where that was so.
    """
    return await asyncio.to_thread(_remove_unused, path)


class ReservedFile:
    """A new file that waits for its secret. Meanwhile it is locked (flock): no other instance takes it for one
    that was left behind.
    """

    def __init__(self, path: str | Path, *, named_later: bool = False, is_sealed: bool = False) -> None:
        """`path` as it was given (`~` is the home). Where it is `named_later`, the file has a name of its own in
        the same folder until `write`. `is_sealed`: what it is to hold is no secret any more.
        """
        self._given = path
        self._named_later = named_later
        self._for_whom = "" if is_sealed else " (only you can read it)"
        self._new: NewPrivateFile | None = None
        self._lock = Lock()
        self.path = absolute(path)
        """Where it is."""
        if named_later:
            self.path = self.path.with_name(f"{PASSING_NAME}{secrets.token_hex(8)}")

    async def reserve(self, room: int = ROOM) -> str | None:
        """Makes the file, with so many zeros. Why that can't be, as a sentence, or None.

        Nothing is left of a failure.
        """
        return await asyncio.to_thread(self._reserve, min(room, MOST_ROOM))

    async def write(self, text: SecretStr, path: str | Path | None = None) -> Stored | NotStored:
        """Writes `text` in the place of the zeros, synced, and reads it back. What can't be finished is removed.

        A file that was to be named later gets the name `path`; where it can't, it keeps the one that it has.
        """
        # The thread finishes what it writes, also when whoever waits here is cancelled.
        return await asyncio.to_thread(self._write, text, path)

    async def release(self) -> str:
        """Takes the file away, unless its secret was written. What is left, as a sentence; "" where nothing is."""
        return await asyncio.to_thread(self._release)

    def _reserve(self, room: int) -> str | None:
        with self._lock:
            if (fault := _fault(self._given)) is not None:
                return fault
            try:
                new = NewPrivateFile(self.path)
            except (OSError, ValueError) as error:
                return f"{describe_path(self.path)} can't be made: {os_error_reason(error)}."
            fault = _fault_in_filling(new, room) or (
                _fault_in_naming(self.path) if self._named_later else None
            )
            if fault is not None:
                return f"{fault} {_without(new)}".rstrip()
            self._new = new
        return None

    def _write(self, text: SecretStr, path: str | Path | None) -> Stored | NotStored:
        with self._lock:
            new, self._new = self._new, None
            if new is None:
                return NotStored(f"{describe_path(self.path)} is not kept for it any more")
            try:
                return self._written(new, text, path)
            finally:
                new.close()

    def _written(self, new: NewPrivateFile, text: SecretStr, path: str | Path | None) -> Stored | NotStored:
        but = ""
        try:
            new.write(to_bytes(text))
            if path is not None:
                but = _renamed(new, absolute(path))
                self.path = new.path
            reason = _differs(new, text)
        except OSError as error:
            reason = _reason(error)
        if reason is None:
            return Stored(f"saved to {describe_path(new.path)}{self._for_whom}, read back and equal{but}")
        new.remove()
        return NotStored(f"{describe_path(new.path)} could not be saved: {reason}. {_what_is_left(new.path)}")

    def _release(self) -> str:
        with self._lock:
            new, self._new = self._new, None
            return "" if new is None else _without(new)


def _fault_in_filling(new: NewPrivateFile, room: int) -> str | None:
    with suppress(OSError):  # a file system without locks: what is left behind there is never taken away
        fcntl.flock(new.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        new.write(bytes(room))
    except OSError as error:
        return f"{describe_path(new.path)} can't be written: {_reason(error)}."
    return None


def _fault_in_naming(path: Path) -> str | None:
    """Finds out before there is a secret whether the file can be given a name later."""
    try:
        _second_name(path).hardlink_to(path)
        _second_name(path).unlink()
    except OSError as error:
        return (
            f"No file in {describe_path(path.parent)} can be given its name later ({os_error_reason(error)}); "
            "choose a name without the client's id."
        )
    return None


def _second_name(path: Path) -> Path:
    return path.with_name(f"{path.name}-2")


def _renamed(new: NewPrivateFile, path: Path) -> str:
    """What to add to what is told, where it could not get the name."""
    try:
        new.move(path)
    except OSError as error:
        return f"; it could not be named {describe_path(path)}: {os_error_reason(error)}"
    return ""


def _fault(path: str | Path) -> str | None:
    try:
        return _fault_in(_expanded(path), is_folder=str(path).endswith(os.sep))
    except (OSError, RuntimeError, ValueError) as fault:
        return f"{describe_path(path)} can't be written: {os_error_reason(fault, 'no such path')}."


def _fault_in(file: Path, *, is_folder: bool) -> str | None:
    if is_folder or not file.name or file.is_dir():
        return f"{describe_path(file)} is a folder; name a file in it."
    if (fault := _fault_in_folder(file.parent)) is not None:
        return fault
    with suppress(FileNotFoundError):
        os.lstat(file)  # a link that leads nowhere exists too
        return f"{describe_path(file)} exists already and is never overwritten; choose another name."
    return None


def _fault_in_folder(folder: Path) -> str | None:
    if not folder.exists():
        return f"The folder {describe_path(folder)} does not exist; make it, or choose another."
    if not folder.is_dir():
        return f"{describe_path(folder)} is not a folder."
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"You may not write in the folder {describe_path(folder)}; choose another."
    if others_may_exchange(folder):
        return (
            f"Others may write in the folder {describe_path(folder)}, so they could take the file away: "
            "`chmod go-w` it, or choose another."
        )
    return None


def _remove_unused(path: Path) -> bool:
    with suppress(OSError, ValueError), FileIO(open_own(path, os.O_RDONLY)) as file:
        status = os.fstat(file.fileno())
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        content = file.read(MOST_ROOM + 1)
        is_unused = len(content) <= MOST_ROOM and not any(content) and status.st_mode & 0o7777 == 0o600
        if is_unused and os.path.samestat(status, path.lstat()):
            path.unlink()
            return True
    return False


def _differs(new: NewPrivateFile, text: SecretStr) -> str | None:
    with FileIO(open_own(new.path, os.O_RDONLY)) as file:
        if not new.is_same(os.fstat(file.fileno())):
            return "another file took its place"
        equal = hmac.compare_digest(file.read(), to_bytes(text))
    return None if equal else "what was read back is not what was written"


def _what_is_left(file: Path) -> str:
    with suppress(OSError):
        os.lstat(file)
        return "Look at what is there now: it may hold a part of the secret."
    return "Nothing is left of it."


def _without(new: NewPrivateFile) -> str:
    """Takes away a file that no secret was written to. What to say where that can't be."""
    new.remove()
    new.close()
    left = [describe_path(path) for path in (new.path, _second_name(new.path)) if os.path.lexists(path)]
    return f"{' and '.join(left)} could not be taken away again, and holds no secret." if left else ""


def _reason(error: OSError) -> str:
    return error.reason if isinstance(error, NotPrivate) else os_error_reason(error)


def _expanded(path: str | Path) -> Path:
    return Path(path).expanduser().absolute()


def absolute(path: str | Path) -> Path:
    """The whole path (`~` is the home). Never raises: `reserve` says what is wrong with one."""
    with suppress(OSError):  # the folder that we are in is gone
        return Path(os.path.abspath(os.path.expanduser(path)))  # noqa: PTH100, PTH111 (Path's own raises)
    return Path(path)
