"""Reads a file with credentials, if nobody but its owner can read it."""

import os
import stat
from pathlib import Path
from typing import Final

from butlr_tui.http.errors import CredentialError
from butlr_tui.text import os_error_reason, safe, truncate

_CAP: Final = 64 << 10


def shown(path: Path) -> str:
    """A path as it may stand in a sentence."""
    return truncate(safe(str(path)), 200)


def read_private(path: Path) -> bytes:
    """The content of a regular file that is ours alone, checked on what was opened and not on its name.

    Blocks. Raises CredentialError.
    """
    try:
        # Not blocking: to open a FIFO would wait for its writer.
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except FileNotFoundError:
        raise CredentialError(f"No credentials at {shown(path)}: there is no such file.") from None
    except (OSError, ValueError) as error:
        raise CredentialError(f"{shown(path)} can't be opened ({_why(error)}).") from None
    try:
        if fault := _fault(os.fstat(file), shown(path)):
            raise CredentialError(fault)
        return os.read(file, _CAP)
    finally:
        os.close(file)


def _fault(status: os.stat_result, told: str) -> str | None:
    if not stat.S_ISREG(status.st_mode):
        return f"{told} is not a regular file."
    if status.st_uid != os.geteuid():
        return f"{told} belongs to someone else."
    if stat.S_IMODE(status.st_mode) & ~0o600:
        return f"Others may read {told} (mode {stat.S_IMODE(status.st_mode):04o}): `chmod 600` it."
    if status.st_size > _CAP:
        return f"{told} is too long to be a credential."
    return None


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in {40, 62}:  # ELOOP on Linux, macOS: O_NOFOLLOW met a link
        return "it is a symbolic link"
    return os_error_reason(error, "no such name")
