"""The clients of the embedded engine in SQLite, in WAL, where an acknowledged write survives a crash.

Whatever is asked for an owner names the owner in its WHERE: another's client is as one that is not there. Nothing
costs more because there are more clients, but a list and what becomes of the clients of one that is deleted.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Lock, RLock
from typing import Final, NamedTuple, Protocol

from butlr_tui.contract import ErrorCode
from butlr_tui.service import activity, additions, audit, editions
from butlr_tui.service.additions import Addition
from butlr_tui.service.schema import migrate
from butlr_tui.service.store import (
    Edition,
    OwnerGone,
    Record,
    StoredClient,
    StoreFailed,
    TooManyClients,
)
from butlr_tui.system.private_files import check_private

_BUSY_SECONDS: Final = 10.0


class Deletion(NamedTuple):
    """A client that its owner wants gone, and the row that tells of it in the audit."""

    owner: str
    client_id: str
    row: audit.AuditRow


Write = Addition | Deletion
Written = bool | None
"""Whether the owner had the client that is deleted; None for one that is added."""


class SqliteStore:
    """Clients in one SQLite file. Any thread may call.

    Writes wait for the disk and for each other: they are for threads. Reads have a connection of their own, which
    sees what is committed and waits for no write: they take microseconds, less than it takes to reach a thread.
    """

    def __init__(self, file: Path, now: Callable[[], float] = time.time) -> None:
        """Open `file`, or create it with mode 0600. `now` gives seconds since 1970.

        Raises sqlite3.Error, OSError, DataFolderError.
        """
        self._lock = RLock()
        self._reading = Lock()
        self._db = open_database(file)
        with closed_if_it_fails(self._db):
            with self.exclusively() as db:
                migrate(db, now())
                for statement in additions.PREPARATION:
                    db.execute(statement)
            self._reads = open_database(file, "PRAGMA query_only = ON")
        self._editions = editions.Editions(self._reads)

    @contextmanager
    def exclusively(self) -> Iterator[sqlite3.Connection]:
        """One durable transaction, alone among all threads and processes; within another, a part of it."""
        with self._lock:
            if self._db.in_transaction:
                yield self._db
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def together(self, writes: Sequence[Write]) -> list[Written | Exception]:
        """What each of `writes` gives or raises, in one durable transaction. One that raises is undone alone.

        Raises sqlite3.Error where the transaction fails, and nothing was written.
        """
        new = [write for write in writes if isinstance(write, Addition)]
        if len(new) == len(writes) <= additions.AT_ONCE:
            # Where one of them can't be, each is for itself.
            with suppress(OwnerGone, TooManyClients, sqlite3.IntegrityError), self._lock:
                additions.add(self._db, new)
                return [None] * len(new)
        with self.exclusively():
            return [self._apart(partial(self._write, write)) for write in writes]

    def _write(self, write: Write) -> Written:
        if isinstance(write, Deletion):
            return self.delete(write.owner, write.client_id, [write.row])
        with failing_as(ErrorCode.CLIENT_CREATE_FAILED):
            additions.add(self._db, [write])
        return None

    def _apart(self, write: Callable[[], Written]) -> Written | Exception:
        self._db.execute("SAVEPOINT one")
        outcome: Written | Exception
        try:
            outcome = write()
        except Exception as error:
            if not self._db.in_transaction:  # SQLite gave up all of it: the disk is full, or fails
                raise error.__cause__ or error from None
            self._db.execute("ROLLBACK TO one")
            outcome = error
        self._db.execute("RELEASE one")
        return outcome

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection for reading, alone among all threads. It sees what is committed."""
        with self._reading:
            yield self._reads

    def add(self, clients: Iterable[StoredClient]) -> None:
        """Keep new clients, all or none. Raises OwnerGone, TooManyClients, StoreFailed."""
        with failing_as(ErrorCode.CLIENT_CREATE_FAILED), self.exclusively() as db:
            additions.add(db, [Addition(client) for client in clients])

    def edition(self, owner: str) -> Edition:
        """Which edition the list of `owner` is in. Raises OwnerGone."""
        with self._reading:
            return self._editions.find(owner)

    def activity_edition(self, owner: str) -> str:
        """Another one as soon as a last sign-in of a client of `owner` is another."""
        with self._reading:
            return f"{editions.activity(self._reads, owner)}-{activity.since(self._reads)}"

    def list(self, owner: str, after: str = "", most: int = -1) -> list[Record]:
        """The clients of `owner` by their ids, those behind `after` alone; `most` of them, or (-1) all."""
        with self._reading:
            rows = self._reads.execute(
                "SELECT client_id, name, description FROM client WHERE owner = ? AND client_id > ? "
                "ORDER BY client_id LIMIT ?",
                (owner, after, most),
            ).fetchall()
        return [Record._make(row) for row in rows]

    def get(self, owner: str, client_id: str) -> Record | None:
        with self._reading:
            row = self._reads.execute(
                "SELECT client_id, name, description FROM client WHERE client_id = ? AND owner = ?",
                (client_id, owner),
            ).fetchone()
        return None if row is None else Record._make(row)

    def delete(self, owner: str, client_id: str, rows: Iterable[audit.AuditRow] = ()) -> bool:
        """Whether `owner` had that client. It is gone, `owner` has its clients, and the audit these rows.

        Raises StoreFailed.
        """
        with failing_as(ErrorCode.CLIENT_DELETE_FAILED), self.exclusively() as db:
            done = self._db.execute(
                "DELETE FROM client WHERE client_id = ? AND owner = ?", (client_id, owner)
            )
            if done.rowcount == 0:
                return False
            # Else they would go on working, and nobody could see or delete them.
            self._db.execute("UPDATE client SET owner = ? WHERE owner = ?", (owner, client_id))
            audit.record(db, rows)
            return True

    def secret_hash(self, client_id: str) -> bytes | None:
        with self._reading:
            row = self._reads.execute(
                "SELECT secret_hash FROM client WHERE client_id = ?", (client_id,)
            ).fetchone()
        return None if row is None else bytes(row[0])

    def replace_root(self, root: StoredClient) -> None:
        """Make `root` the one client that owns itself, and the owner of those whose owner is gone."""
        with self.exclusively():
            self._db.execute("DELETE FROM client WHERE owner = client_id")
            additions.add_root(self._db, root)
            self._db.execute(
                "UPDATE client SET owner = ? WHERE owner NOT IN (SELECT client_id FROM client)",
                (root.client_id,),
            )

    def close(self) -> None:
        """Close the file; whatever is asked afterwards fails."""
        with self._lock, self._reading:
            self._reads.close()
            self._db.close()


def open_database(
    file: Path,
    *begin_with: str,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> sqlite3.Connection:
    """A connection that any thread may use, one at a time, to a file with mode 0600 in which an acknowledged
    write survives a crash. It has executed the statements `begin_with`, such as a schema.

    Raises sqlite3.Error, OSError, NotPrivate.
    """
    for beside in ("", "-wal", "-shm", "-journal"):
        check_private(file.with_name(file.name + beside))
    file.touch(mode=0o600)  # SQLite gives its WAL the mode of the database
    db = sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    with closed_if_it_fails(db):
        _enter_wal(db, monotonic, sleep)
        for statement in ("PRAGMA synchronous = FULL", *begin_with):
            db.execute(statement)
    return db


class _Closable(Protocol):
    def close(self) -> None: ...


@contextmanager
def closed_if_it_fails(database: _Closable) -> Iterator[None]:
    """Where what is done inside fails, the database is closed: nobody has it yet who would."""
    try:
        yield
    except BaseException:
        database.close()
        raise


def write_nothing(db: sqlite3.Connection) -> None:
    """Write, durably, what is there already, to see whether the file can be written. Raises sqlite3.Error."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    db.execute(f"PRAGMA user_version = {version}")


def _enter_wal(
    db: sqlite3.Connection, monotonic: Callable[[], float], sleep: Callable[[float], None]
) -> None:
    # SQLite does not wait for others here, as it does elsewhere: two first starts at once would collide.
    deadline = monotonic() + _BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if monotonic() > deadline:
                raise
            sleep(0.02)


@contextmanager
def failing_as(code: ErrorCode) -> Iterator[None]:
    """What SQLite raises inside becomes StoreFailed with that code."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreFailed(code) from error
