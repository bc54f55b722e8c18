"""The tables of the embedded engine's file, and how a file of an earlier version becomes one of this version."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from butlr_tui.service import activity, audit, editions
from butlr_tui.service.files import DataFolderError

_CLIENTS: Final = (
    """CREATE TABLE client (
        client_id TEXT NOT NULL UNIQUE,
        owner TEXT NOT NULL,
        name TEXT NOT NULL,
        description TEXT NOT NULL,
        secret_hash BLOB NOT NULL,
        PRIMARY KEY (owner, client_id)  -- an owner's list lies in one piece, in order
    ) WITHOUT ROWID""",
)
_STEPS: Final[Sequence[Sequence[str]]] = (_CLIENTS, (*activity.SCHEMA, *audit.SCHEMA, *editions.SCHEMA))
"""What leads from each version to the next; the number of the version is how many of them were taken."""


def migrate(db: sqlite3.Connection, now: float) -> None:
    """Bring the tables to this version, in the transaction that is open. `now` is in seconds since 1970.

    Raises sqlite3.Error, and DataFolderError where they are of a later version.
    """
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > len(_STEPS):
        raise DataFolderError("The clients were saved by a newer butlr-tui: this one can't read them.")
    if version == len(_STEPS):
        return
    for step in _STEPS[version:]:
        for statement in step:
            db.execute(statement)
    activity.begin(db, now)
    db.execute(f"PRAGMA user_version = {len(_STEPS)}")
