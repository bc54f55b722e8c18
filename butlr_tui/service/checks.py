"""Whether a database is sound: looked at before it is served, and after it was copied."""

from butlr_tui.service.files import DataFolderError
from butlr_tui.service.sqlite import SqliteStore


def check_database(store: SqliteStore) -> None:
    """Raises DataFolderError where SQLite finds the file damaged, and sqlite3.Error."""
    with store.connection() as db:
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise DataFolderError(
            f"The clients' database is damaged ({found}): restore a backup into another folder, and keep this one."
        )


def has_clients(store: SqliteStore) -> bool:
    """Whether there is any client, as there is from the first start on. Raises sqlite3.Error."""
    with store.connection() as db:
        return db.execute("SELECT 1 FROM client LIMIT 1").fetchone() is not None


def clients_without_owner(store: SqliteStore) -> int:
    """How many clients belong to one that is not there. Raises sqlite3.Error."""
    with store.connection() as db:
        (count,) = db.execute(
            "SELECT count(*) FROM client WHERE owner NOT IN (SELECT client_id FROM client)"
        ).fetchone()
    return int(count)
