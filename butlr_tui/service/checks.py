"""Whether a database is sound: looked at before it is served, and after it was copied."""

from typing import Final

from butlr_tui.service.files import DataFolderError
from butlr_tui.service.sqlite import SqliteStore

_WITHOUT_OWNER: Final = """
    SELECT total(clients) FROM (SELECT owner, count(*) AS clients FROM client GROUP BY owner) AS owners
    WHERE NOT EXISTS (SELECT 1 FROM client WHERE client_id = owners.owner)
"""
"""In the order of the table, with a look for each owner alone."""


def check_database(store: SqliteStore) -> None:
    """Raises DataFolderError where SQLite finds the file damaged, and sqlite3.Error."""
    with store.reading() as db:
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise DataFolderError(
            f"The clients' database is damaged ({found}): restore a backup into another folder, and keep this one."
        )


def has_clients(store: SqliteStore) -> bool:
    """Whether there is any client, as there is from the first start on. Raises sqlite3.Error."""
    with store.reading() as db:
        return db.execute("SELECT 1 FROM client LIMIT 1").fetchone() is not None


def clients_without_owner(store: SqliteStore) -> int:
    """How many clients belong to one that is not there. Raises sqlite3.Error."""
    with store.reading() as db:
        (count,) = db.execute(_WITHOUT_OWNER).fetchone()
    return int(count)
