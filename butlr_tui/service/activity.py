"""When each client last signed in, as the embedded engine keeps it: a moment in the client's own row."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

SCHEMA: Final = (
    "ALTER TABLE client ADD COLUMN last_sign_in INTEGER",
    "CREATE TABLE activity (since INTEGER NOT NULL)",
)
"""The tables, for `schema`."""


def begin(db: sqlite3.Connection, now: float) -> None:
    """Sign-ins are known from `now` (seconds since 1970) on: in a new file, and in one that has missed some.

    In the transaction that is open. Raises sqlite3.Error.
    """
    db.execute("DELETE FROM activity")
    db.execute("INSERT INTO activity (since) VALUES (?)", (int(now),))


def since(db: sqlite3.Connection) -> int:
    """From when on they are known, in seconds since 1970. Raises sqlite3.Error."""
    (moment,) = db.execute("SELECT since FROM activity").fetchone()
    return int(moment)


def stamp(db: sqlite3.Connection, moments: Mapping[str, int]) -> None:
    """These clients signed in then (seconds since 1970). In the transaction that is open. Raises sqlite3.Error."""
    db.executemany(
        "UPDATE client SET last_sign_in = max(?, ifnull(last_sign_in, 0)) WHERE client_id = ?",
        [(moment, client_id) for client_id, moment in moments.items()],
    )


def last_sign_ins(db: sqlite3.Connection, client_ids: Sequence[str]) -> dict[str, int]:
    """When these last signed in, in seconds since 1970; without those that never did. Raises sqlite3.Error."""
    places = ", ".join("?" * len(client_ids))
    rows = db.execute(
        f"SELECT client_id, last_sign_in FROM client WHERE client_id IN ({places}) AND last_sign_in IS NOT NULL",  # noqa: S608
        client_ids,
    )
    return dict(rows)
