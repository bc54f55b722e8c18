"""Who did what: the rows of the audit, in the same file as the clients. Never a secret or a token.

A create, a deletion and a rotation is recorded in the transaction that does it: `record` is handed the connection
that `SqliteStore.exclusively` gives. What only answers a caller is recorded a moment later (see `trail`).
"""

import sqlite3
from collections.abc import Iterable
from contextvars import ContextVar
from enum import StrEnum
from typing import Final, NamedTuple

from butlr_tui.ids import ksuid_of

SCHEMA: Final = (
    """CREATE TABLE audit (
        id INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        event TEXT NOT NULL,
        outcome TEXT NOT NULL,
        status INTEGER,
        caller TEXT,
        client TEXT,
        address TEXT NOT NULL,
        times INTEGER NOT NULL
    )""",
    "CREATE INDEX audit_at ON audit (at)",
)
"""The tables, for `schema`."""

ADDRESS: ContextVar[str] = ContextVar("ADDRESS", default="")
"""Where the request comes from that is being answered; "" where it is none."""

_ID_LENGTH: Final = len("client_") + 27
_INSERT: Final = (
    "INSERT INTO audit (at, event, outcome, status, caller, client, address, times) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


class AuditEvent(StrEnum):
    """What was done, or asked for."""

    START = "start"
    """The service began to listen."""
    SIGN_IN = "sign-in"
    READ = "read"
    """A list, or one client. Recorded only where it is refused or fails."""
    CREATE = "create"
    DELETE = "delete"
    ROTATE_ROOT = "rotate-root"
    """There is a new root client, which has the clients of the former one."""
    ROTATE_KEY = "rotate-key"
    """New tokens are signed with a new key."""


class AuditOutcome(StrEnum):
    """What became of it."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    """By no fault of the caller. A create or a deletion may have happened all the same."""


class AuditRow(NamedTuple):
    """One thing that was done or asked for."""

    at: float
    """Seconds since 1970."""
    event: AuditEvent
    outcome: AuditOutcome = AuditOutcome.DONE
    status: int | None = None
    """The HTTP status of what was refused or failed."""
    caller: str | None = None
    """The client that asked, or that signed in; None where that is not known, or nobody did."""
    client: str | None = None
    """The client that it is about."""
    address: str = ""
    """Of the caller; "" for what was done on this machine without a request."""
    times: int = 1
    """How often it came, the first time at `at`."""


def record(db: sqlite3.Connection, rows: Iterable[AuditRow]) -> None:
    """Write rows in the transaction that is open. Raises sqlite3.Error."""
    db.executemany(_INSERT, rows)


def count_on(db: sqlite3.Connection, row: AuditRow, recorded: int | None) -> int:
    """Add to the row with the id `recorded`, or write a new one; its id. Raises sqlite3.Error."""
    if recorded is not None:
        done = db.execute("UPDATE audit SET times = times + ? WHERE id = ?", (row.times, recorded))
        if done.rowcount:
            return recorded
    new = db.execute(_INSERT, row)
    return int(new.lastrowid or 0)


def forget(db: sqlite3.Connection, before: float, most: int) -> None:
    """Delete the oldest rows of before that moment (seconds since 1970), `most` of them. Raises sqlite3.Error."""
    db.execute(
        "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? ORDER BY at LIMIT ?)",
        (before, most),
    )


def read(
    db: sqlite3.Connection, *, after: int = 0, since: float = 0, client: str | None = None
) -> list[tuple[int, AuditRow]]:
    """Rows with their ids, the oldest first: those behind the id `after`, from the moment `since` on, and where
    `client` is given, those that it asked for or that are about it. Raises sqlite3.Error.
    """
    rows = db.execute(
        "SELECT id, at, event, outcome, status, caller, client, address, times FROM audit "
        "WHERE id > ? AND at >= ? AND (? IN (caller, client) OR ? IS NULL) ORDER BY at, id",
        (after, since, client, client),
    )
    return [
        (number, AuditRow(at, AuditEvent(event), AuditOutcome(outcome), *rest))
        for number, at, event, outcome, *rest in rows
    ]


def told_id(text: object) -> str | None:
    """An id that a caller names, where it has the form of one of ours: anything else may be a secret."""
    if isinstance(text, str) and len(text) == _ID_LENGTH and text.startswith("client_") and ksuid_of(text):
        return text
    return None
