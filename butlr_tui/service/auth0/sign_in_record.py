"""What was read of the tenant's logs, and how far: one SQLite file, which several processes may share."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

from butlr_tui.service.files import DataFolderError
from butlr_tui.service.sqlite import open_database

_SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS last_sign_in (
        client_id TEXT PRIMARY KEY,
        at REAL NOT NULL  -- seconds since 1970
    ) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS place (log_id TEXT NOT NULL, since REAL NOT NULL)",
)
_AT_ONCE: Final = 500
"""Clients that one statement asks for."""


class LogPlace(NamedTuple):
    """How far the logs were read: to this entry, and without a gap from `since` (seconds since 1970) on."""

    log_id: str
    since: float


class SignInRecord:
    """The last sign-in of each client. Blocking; for many threads. All methods raise sqlite3.Error."""

    def __init__(self, file: Path) -> None:
        """Open `file`, or create it with mode 0600. Raises DataFolderError, too."""
        self._lock = Lock()
        try:
            self._db = open_database(file, *_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise DataFolderError(f"The record of sign-ins {file} can't be used: {error}.") from error

    def place(self) -> LogPlace | None:
        """How far the logs were read; None before the first time, and after a gap."""
        with self._lock:
            row = self._db.execute("SELECT log_id, since FROM place").fetchone()
        return None if row is None else LogPlace._make(row)

    def note(self, place: LogPlace, moments: Mapping[str, float]) -> None:
        """The logs were read to `place`, and these clients signed in then."""
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(
                "INSERT INTO last_sign_in (client_id, at) VALUES (?, ?) "
                "ON CONFLICT (client_id) DO UPDATE SET at = max(at, excluded.at)",
                moments.items(),
            )
            self._db.execute("DELETE FROM place")
            self._db.execute("INSERT INTO place (log_id, since) VALUES (?, ?)", place)

    def lose(self) -> None:
        """The tenant no longer has the entry to which its logs were read: there is a gap."""
        with self._lock:
            self._db.execute("DELETE FROM place")

    def last(self, client_ids: Sequence[str]) -> dict[str, float]:
        """When these last signed in; without those of whom that is not known."""
        found: dict[str, float] = {}
        with self._lock:
            for start in range(0, len(client_ids), _AT_ONCE):
                some = client_ids[start : start + _AT_ONCE]
                places = ", ".join("?" * len(some))
                found.update(
                    self._db.execute(
                        f"SELECT client_id, at FROM last_sign_in WHERE client_id IN ({places})",  # noqa: S608
                        some,
                    )
                )
        return found

    def close(self) -> None:
        """Close the file; whatever is asked afterwards fails."""
        with self._lock:
            self._db.close()
