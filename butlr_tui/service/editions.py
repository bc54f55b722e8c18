"""How many clients an owner has, and which edition its list is in, so that nobody has to read the list for that.

Triggers keep them right, whatever changes a client. Editions are drawn by lot rather than counted: one of a file
that was restored from a backup is never taken for a later one.
"""

import sqlite3
from typing import Final

from butlr_tui.service.store import Edition, OwnerGone

_EMPTY: Final = Edition("empty", 0)
_REMEMBERED: Final = 1024

SCHEMA: Final = (
    """CREATE TABLE owned (
        owner TEXT NOT NULL PRIMARY KEY,
        clients INTEGER NOT NULL,
        edition BLOB NOT NULL,
        activity BLOB NOT NULL DEFAULT x''
    ) WITHOUT ROWID""",
    "INSERT INTO owned (owner, clients, edition) SELECT owner, count(*), randomblob(8) FROM client GROUP BY owner",
    """CREATE TRIGGER client_added AFTER INSERT ON client BEGIN
        INSERT INTO owned (owner, clients, edition) VALUES (new.owner, 1, randomblob(8))
            ON CONFLICT (owner) DO UPDATE SET clients = clients + 1, edition = excluded.edition;
    END""",
    """CREATE TRIGGER client_removed AFTER DELETE ON client BEGIN
        UPDATE owned SET clients = clients - 1, edition = randomblob(8) WHERE owner = old.owner;
        DELETE FROM owned WHERE owner = old.owner AND clients = 0;
    END""",
    """CREATE TRIGGER client_changed AFTER UPDATE OF owner, name, description ON client BEGIN
        UPDATE owned SET clients = clients - 1, edition = randomblob(8) WHERE owner = old.owner;
        DELETE FROM owned WHERE owner = old.owner AND clients = 0;
        INSERT INTO owned (owner, clients, edition) VALUES (new.owner, 1, randomblob(8))
            ON CONFLICT (owner) DO UPDATE SET clients = clients + 1, edition = excluded.edition;
    END""",
    """CREATE TRIGGER client_signed_in AFTER UPDATE OF last_sign_in ON client BEGIN
        UPDATE owned SET activity = randomblob(8) WHERE owner = new.owner;
    END""",
)
"""The table and what keeps it right, for a file that has clients with their last sign-ins."""


class Editions:
    """The editions of owners' lists, read again only where anybody has written meanwhile.

    SQLite tells that, of this process and of others, in half the time that it takes to find one.
    Source: sqlite.org/pragma.html#pragma_data_version.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        """`db` reads the file and writes nothing: of what a connection writes itself, SQLite tells it nothing."""
        self._cursor = db.cursor()
        self._version = 0
        self._known: dict[str, Edition] = {}
        """Of this version of the file, or of a later one: then they are read again."""

    def find(self, owner: str) -> Edition:
        """Which edition the list of `owner` is in. Raises OwnerGone, sqlite3.Error."""
        (version,) = self._cursor.execute("PRAGMA data_version").fetchone()
        if version != self._version or len(self._known) > _REMEMBERED:
            self._known = {}
            self._version = version
        known = self._known.get(owner)
        if known is None:
            known = self._known[owner] = _read(self._cursor, owner)
        return known


def _read(cursor: sqlite3.Cursor, owner: str) -> Edition:
    row = cursor.execute(
        "SELECT edition, clients FROM client LEFT JOIN owned ON owned.owner = client_id WHERE client_id = ?",
        (owner,),
    ).fetchone()
    if row is None:
        raise OwnerGone
    mark, clients = row
    return _EMPTY if mark is None else Edition(mark.hex(), clients)


def activity(db: sqlite3.Connection, owner: str) -> str:
    """Which edition the last sign-ins of the clients of `owner` are in. Raises sqlite3.Error."""
    row = db.execute("SELECT activity FROM owned WHERE owner = ?", (owner,)).fetchone()
    return "" if row is None else str(row[0].hex())
