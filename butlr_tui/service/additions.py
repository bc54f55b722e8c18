"""New clients, each with the row that tells of it in the audit, in one statement for many of them.

Each statement lets go of the interpreter and waits for it again: while the event loop is busy, that takes longer
than what the statement does. And one that is alone is a transaction of its own.
"""

import sqlite3
from collections.abc import Sequence
from typing import Final, NamedTuple

from butlr_tui.service.audit import AuditRow
from butlr_tui.service.store import CLIENTS_LIMIT, OwnerGone, StoredClient, TooManyClients

AT_ONCE: Final = 100
"""Clients in one statement, at most: SQLite takes 32,766 values, and compiles one for each length."""

PREPARATION: Final = (
    """CREATE TEMP VIEW addition AS
        SELECT client_id, owner, name, description, secret_hash, audit.*, 0 AS most
        FROM main.client, main.audit""",
    """CREATE TEMP TRIGGER added INSTEAD OF INSERT ON addition BEGIN
        SELECT RAISE (ABORT, 'the owner is gone')
            WHERE NOT EXISTS (SELECT 1 FROM main.client WHERE client_id = new.owner);
        SELECT RAISE (ABORT, 'the owner has too many')
            WHERE (SELECT clients FROM main.owned WHERE owner = new.owner) >= new.most;
        INSERT INTO client (client_id, owner, name, description, secret_hash)
            VALUES (new.client_id, new.owner, new.name, new.description, new.secret_hash);
        INSERT INTO audit (at, event, outcome, status, caller, client, address, times)
            SELECT new.at, new.event, new.outcome, new.status, new.caller, new.client, new.address, new.times
            WHERE new.at IS NOT NULL;
    END""",
)
"""What `add` needs of a connection, which keeps it to itself: nothing of it gets into the file."""

_ADD: Final = (
    "INSERT INTO addition (client_id, owner, name, description, secret_hash, "
    "at, event, outcome, status, caller, client, address, times, most) VALUES "
)
_ONE: Final = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_NO_ROW: Final = (None,) * len(AuditRow._fields)
_REFUSALS: Final = {"the owner is gone": OwnerGone, "the owner has too many": TooManyClients}


class Addition(NamedTuple):
    """A client to be kept, and the row that tells of it in the audit, where one does."""

    client: StoredClient
    row: AuditRow | None = None


def add(db: sqlite3.Connection, additions: Sequence[Addition]) -> None:
    """Keep new clients, `AT_ONCE` in each statement.

    Raises OwnerGone, TooManyClients, sqlite3.Error; then nothing of that statement is kept.
    """
    for first in range(0, len(additions), AT_ONCE):
        some = additions[first : first + AT_ONCE]
        values = [
            value for client, row in some for value in (*_values(client), *(row or _NO_ROW), CLIENTS_LIMIT)
        ]
        try:
            db.execute(_ADD + ", ".join([_ONE] * len(some)), values)
        except sqlite3.IntegrityError as error:
            if refusal := _REFUSALS.get(str(error)):
                raise refusal from None
            raise


def add_root(db: sqlite3.Connection, root: StoredClient) -> None:
    """Keep the client that owns itself. Raises sqlite3.Error."""
    db.execute(
        "INSERT INTO client (client_id, owner, name, description, secret_hash) VALUES (?, ?, ?, ?, ?)",
        _values(root),
    )


def _values(client: StoredClient) -> tuple[str, str, str, str, bytes]:
    return client.client_id, client.owner, client.name, client.description, client.secret_hash
