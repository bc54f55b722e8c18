"""Which entries somebody works on. A lock ends with its process, however that ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from butlr_tui.system.private_files import open_own
from butlr_tui.system.private_folders import make_private_folder


class EntryLocks:
    """A lock for each entry that somebody works on, on a file of its name in `folder`.

    Where files can't be made or locked (some network file systems), an entry is nobody's: two instances may
    then offer the same one, which is better than that none does.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._locks: dict[str, int | None] = {}
        """None where there is nothing to lock with."""

    def is_free(self, attempt: str) -> bool:
        """Whether nobody works on the entry of `attempt`, neither this process nor another. Locks nothing."""
        if attempt in self._locks:
            return False
        try:
            opened = open_own(self._file(attempt), os.O_RDONLY)
        except OSError:
            return True
        try:
            # Shared, so that two who look at the same moment do not take each other for its owner.
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as error:
            return not isinstance(error, BlockingIOError)
        finally:
            os.close(opened)
        return True

    def is_held(self, attempt: str) -> bool:
        """Whether another process works on the entry of `attempt`. Locks nothing."""
        return attempt not in self._locks and not self.is_free(attempt)

    def take(self, attempt: str) -> bool:
        """Locks the entry of `attempt`. True where it is ours from here on, False where another process has it."""
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

    @contextmanager
    def taken(self, attempt: str) -> Iterator[bool]:
        """Locks the entry of `attempt` meanwhile, or longer where it was ours before. See `take`."""
        was_ours = attempt in self._locks
        try:
            yield self.take(attempt)
        finally:
            if not was_ours:
                self._release(attempt)

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
