"""Saves a secret to a new file that only its owner can read, and makes sure that it is there."""

import asyncio
import hmac
import os
from contextlib import suppress
from io import FileIO
from pathlib import Path

from pydantic import SecretStr

from butlr_tui.delivery.formats import to_bytes
from butlr_tui.delivery.results import NotStored, Stored
from butlr_tui.system.private_files import NewPrivateFile, NotPrivate, open_own
from butlr_tui.text import describe_path, os_error_reason


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
        new = NewPrivateFile(file)
    except (OSError, ValueError) as error:
        return NotStored(
            f"{describe_path(file)} could not be made: {os_error_reason(error)}. Nothing was saved."
        )
    try:
        new.write(to_bytes(text))
        reason = _differs(new, text)
    except NotPrivate as error:
        reason = error.reason
    except OSError as error:
        reason = os_error_reason(error)
    finally:
        new.close()
    if reason is None:
        return Stored(f"saved to {describe_path(file)} (only you can read it), read back and equal")
    new.remove()
    return NotStored(f"{describe_path(file)} could not be saved: {reason}. {_what_is_left(file)}")


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


def _expanded(path: str | Path) -> Path:
    return Path(path).expanduser().absolute()
