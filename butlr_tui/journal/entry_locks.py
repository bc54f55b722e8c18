"""Which entries this process works on. A lock ends with the process, however that ends."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from butlr_tui.system.private_files import make_private_folder, open_own


class EntryLocks:
    """A lock for each entry, on a file of its name in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._locks: dict[str, int | None] = {}
        """None where there is nothing to lock with."""

    def take(self, attempt: str) -> bool:
        """Locks the entry of `attempt`. True where it is ours from here on, False where another process has it.

        Where files can't be made or locked (some network file systems), it is nobody's: two instances may
        then offer the same entry, which is better than that none does.
        """
        if attempt in self._locks:
            return True
        opened: int | None = None
        try:
            make_private_folder(self._folder)
            opened = open_own(self._file(attempt), os.O_RDWR | os.O_CREAT)
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if opened is not None:
                os.close(opened)
            if isinstance(error, BlockingIOError):
                return False
            opened = None
        self._locks[attempt] = opened
        return True

    def drop(self, attempt: str) -> None:
        """Ends the lock of `attempt` and takes its file away: the entry is closed."""
        if attempt in self._locks:
            with suppress(OSError):
                self._file(attempt).unlink()  # while it is ours
        self._release(attempt)

    def release(self) -> None:
        """Ends all locks: the entries are for another process to work on."""
        for attempt in list(self._locks):
            self._release(attempt)

    def _release(self, attempt: str) -> None:
        opened = self._locks.pop(attempt, None)
        if opened is not None:
            os.close(opened)

    def _file(self, attempt: str) -> Path:
        return self._folder / f"{attempt}.lock"
