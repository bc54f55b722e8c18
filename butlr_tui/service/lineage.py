"""Who made whom: all clients of a database, whoever owns them. For the local administrator alone.

All functions raise sqlite3.Error.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from butlr_tui.service.sqlite import SqliteStore

_TREE: Final = """
    WITH RECURSIVE tree (depth, client_id, owner, name) AS (
        SELECT 0, client_id, owner, name FROM client
        WHERE owner = client_id OR owner NOT IN (SELECT client_id FROM client)
        UNION ALL
        SELECT depth + 1, client.client_id, client.owner, client.name
        FROM tree JOIN client ON client.owner = tree.client_id WHERE client.client_id <> client.owner
        ORDER BY 1 DESC, 2  -- the deepest first: each is followed by those below it
    )
    SELECT * FROM tree
"""
_DELETE: Final = """
    DELETE FROM client WHERE client_id IN (
        WITH RECURSIVE below (client_id) AS (
            SELECT ? UNION SELECT client.client_id FROM below JOIN client ON client.owner = below.client_id
        )
        SELECT client_id FROM below
    )
    RETURNING client_id
"""


class Owned(NamedTuple):
    """A client, and who owns it."""

    client_id: str
    owner: str
    name: str


def find(store: SqliteStore, client_id: str) -> Owned | None:
    """The client of that id."""
    with store.reading() as db:
        row = db.execute(
            "SELECT client_id, owner, name FROM client WHERE client_id = ?", (client_id,)
        ).fetchone()
    return None if row is None else Owned._make(row)


def count(store: SqliteStore) -> int:
    """How many clients there are."""
    with store.reading() as db:
        (number,) = db.execute("SELECT count(*) FROM client").fetchone()
    return int(number)


def everybody(store: SqliteStore) -> Iterator[Owned]:
    """All clients, by their ids."""
    with store.reading() as db:
        yield from map(
            Owned._make, db.execute("SELECT client_id, owner, name FROM client ORDER BY client_id")
        )


def tree(store: SqliteStore) -> Iterator[tuple[int, Owned]]:
    """All clients, each after its owner, with how far it is from one that has none but itself."""
    with store.reading() as db:
        for depth, *owned in db.execute(_TREE):
            yield depth, Owned._make(owned)


def delete_with_descendants(store: SqliteStore, client_id: str) -> list[str]:
    """Which clients are gone: that one, and all below it."""
    with store.exclusively() as db:
        return [gone for (gone,) in db.execute(_DELETE, (client_id,))]
