"""What a call costs does not depend on how many clients there are. Counted: a stopwatch would measure the disk.

In full, with a million of them: `python -m tests.bench --only million-create`.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import SecretStr

from butlr_tui.models import Credentials
from butlr_tui.service.embedded import Embedded
from butlr_tui.service.local import open_service
from butlr_tui.service.minting import digest
from butlr_tui.service.store import StoredClient

SECRET = "nobody's"
EACH = 20
"""Clients of an owner."""


class Counted:
    """An engine with so many owners, who are the root's clients. Counts SQLite's steps, and its statements."""

    def __init__(self, data: Path, owners: int) -> None:
        self._service = open_service(data)
        store = self._service.store
        root = self._service.root.client_id
        store.add([StoredClient(f"owner_{n:05}", root, "n", "", digest(SECRET)) for n in range(owners)])
        for n in range(owners):
            of_it = [f"client_{n:05}_{one:02}" for one in range(EACH)]
            store.add([StoredClient(one, f"owner_{n:05}", "n", "", digest(SECRET)) for one in of_it])
        self.root = root
        assert isinstance(self._service.app.engine.store, Embedded)
        self.engine = self._service.app.engine.store
        self.statements: set[str] = set()
        self._connections = (store._db, store._reads)

    async def steps_of(self, call: Callable[["Counted"], Awaitable[object]]) -> int:
        """How many instructions of SQLite's machine the call takes."""
        steps = 0

        def count() -> int:
            nonlocal steps
            steps += 1
            return 0

        for db in self._connections:
            db.set_progress_handler(count, 1)
            db.set_trace_callback(self.statements.add)
        try:
            await call(self)
        finally:
            for db in self._connections:
                db.set_progress_handler(None, 0)
                db.set_trace_callback(None)
        return steps

    def plans(self) -> list[str]:
        """How SQLite finds what these calls asked for."""
        read = [one for one in self.statements if one.split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"}]
        return [
            step[3]
            for statement in read
            for step in self._connections[0].execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        ]

    def close(self) -> None:
        self._service.close()


async def create(counted: Counted) -> None:
    await counted.engine.create(counted.root, "new", "")


async def sign_in(counted: Counted) -> None:
    assert await counted.engine.token_for(Credentials("client_00003_07", SecretStr(SECRET)))


async def list_all(counted: Counted) -> None:
    assert [len(piece) async for piece in counted.engine.list("owner_00003")] == [EACH]


async def delete(counted: Counted) -> None:
    assert await counted.engine.delete("owner_00003", "client_00003_07")


async def test_a_call_takes_as_many_steps_with_many_clients_as_with_few(tmp_path: Path) -> None:
    few, many = Counted(tmp_path / "few", 5), Counted(tmp_path / "many", 200)
    for call in (create, sign_in, list_all, delete):
        before, after = await few.steps_of(call), await many.steps_of(call)
        print(f"{call.__name__}: {before} steps with {5 * EACH} clients, {after} with {200 * EACH}")
        assert 0 < after <= before + 5  # a first statement on a connection reads the schema
    plans = many.plans()
    assert len(plans) >= 4
    assert [plan for plan in plans if plan.startswith("SCAN") and plan != "SCAN CONSTANT ROW"] == []
    few.close()
    many.close()
