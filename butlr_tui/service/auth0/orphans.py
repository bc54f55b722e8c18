"""A durable record of the creates on the tenant that are not finished, so that no client is left behind unknown.

A create is written down before its first call and struck out before its secret is handed over. What a crash
or a failure leaves in here is a client that nobody has a secret of: the sweep deletes it.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

from butlr_tui.service.files import DataFolderError
from butlr_tui.service.sqlite import open_database, write_nothing

_SCHEMA: Final = """CREATE TABLE IF NOT EXISTS unfinished (
    mark TEXT PRIMARY KEY,         -- as in the client's metadata
    client_id TEXT,                -- once it is known
    due REAL NOT NULL,             -- seconds since 1970, when the sweep may take it
    taken INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID"""


class Orphan(NamedTuple):
    """A create that was not finished. Without an id its client, if there is one, is found by the mark."""

    mark: str
    client_id: str | None


class Orphans:
    """The record of orphans in one SQLite file, which several processes may share. Blocking; for many threads.

    All methods raise sqlite3.Error.
    """

    def __init__(self, file: Path) -> None:
        """Open `file`, or create it with mode 0600. Raises DataFolderError, too."""
        self._lock = Lock()
        try:
            self._db = open_database(file, _SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise DataFolderError(
                f"The record of unfinished creates {file} can't be used: {error}."
            ) from error

    def begin(self, mark: str, due: float) -> None:
        """Write down that a create begins; it will be over before `due`."""
        self._change("INSERT INTO unfinished (mark, due) VALUES (?, ?)", mark, due)

    def finish(self, mark: str) -> bool:
        """Strike out a create that leaves nothing behind. False where the sweep has taken it already."""
        return self._change("DELETE FROM unfinished WHERE mark = ? AND NOT taken", mark) == 1

    def leave(self, mark: str, client_id: str, due: float) -> None:
        """Write down the client that a create left behind, which the sweep may take from `due` on."""
        self._change("UPDATE unfinished SET client_id = ?, due = ? WHERE mark = ?", client_id, due, mark)

    def take(self, now: float) -> Sequence[Orphan]:
        """Take the orphans that are due by `now`: from here on no create can finish them."""
        with self._lock:
            self._db.execute("UPDATE unfinished SET taken = 1 WHERE due <= ?", (now,))
            rows = self._db.execute(
                "SELECT mark, client_id FROM unfinished WHERE taken ORDER BY due"
            ).fetchall()
        return [Orphan._make(row) for row in rows]

    def forget(self, mark: str) -> None:
        """Strike out an orphan whose client is there no more."""
        self._change("DELETE FROM unfinished WHERE mark = ?", mark)

    def write_nothing(self) -> None:
        """See whether the file can be written."""
        with self._lock:
            write_nothing(self._db)

    def all(self) -> Sequence[Orphan]:
        """All creates that are not finished, due or not."""
        with self._lock:
            rows = self._db.execute("SELECT mark, client_id FROM unfinished ORDER BY due").fetchall()
        return [Orphan._make(row) for row in rows]

    def close(self) -> None:
        """Close the file; whatever is asked afterwards fails."""
        with self._lock:
            self._db.close()

    def _change(self, statement: str, *values: object) -> int:
        with self._lock:  # each statement is its own durable transaction
            return self._db.execute(statement, values).rowcount
