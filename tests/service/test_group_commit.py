"""Writes that wait together are committed together, each of them fails alone, and none is answered before."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.service.local import DATABASE, LocalService

from .conftest import Caller
from .test_clients import FailsAt


@pytest.fixture
def commits(service: LocalService) -> Iterator[list[str]]:
    """The commits of the service from now on: a statement that is alone is a transaction of its own."""
    found: list[str] = []
    db = service.store._db

    def look(said: str) -> None:
        alone = said.startswith("INSERT INTO addition") and not db.in_transaction
        if said == "COMMIT" or (alone and said not in found):  # it is told again for each row
            found.append(said)

    db.set_trace_callback(look)
    yield found
    service.store._db.set_trace_callback(None)


async def test_creates_that_wait_together_are_committed_together(root: Caller, commits: list[str]) -> None:
    for _ in range(3):
        await asyncio.gather(*(root.create(f"client {number}") for number in range(16)))
    print(f"{len(commits)} commits of 48 creates")
    assert len(commits) <= 0.25 * 48
    assert len(await root.names()) == 49


async def test_a_create_that_fails_fails_alone(
    root: Caller, service: LocalService, commits: list[str]
) -> None:
    """One for its own reasons, one because its owner has gone; what they began is undone."""
    ann = await root.become(await root.create("ann"))
    with service.store.exclusively():
        service.store._db.execute(
            "CREATE TRIGGER refused AFTER INSERT ON client WHEN new.name = 'bad' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    del commits[:]

    async def create(caller: Caller, name: str) -> int:
        return (await caller.request("POST", CLIENTS_PATH, json={"name": name})).status_code

    async def delete(client_id: str) -> int:
        return (await root.request("DELETE", f"{CLIENTS_PATH}/{client_id}")).status_code

    one, bad, gone, orphan, two = await asyncio.gather(
        create(root, "one"),
        create(root, "bad"),
        delete(ann.client_id),
        create(ann, "orphan"),
        create(root, "two"),
    )
    assert (one, bad, gone, orphan, two) == (201, 500, 204, 401, 201)
    assert len(commits) == 1
    assert sorted(await root.names()) == ["butlr-tui root", "one", "two"]


async def test_nothing_is_answered_before_it_is_committed(
    root: Caller, data: Path, commits: list[str]
) -> None:
    other = sqlite3.connect(data / DATABASE)
    answered: list[int] = []

    async def create() -> None:
        await root.create()
        answered.append(len(commits))
        (kept,) = other.execute("SELECT count(*) - 1 FROM client").fetchone()
        assert kept >= len(answered)

    await asyncio.gather(*(create() for _ in range(8)))
    assert min(answered) >= 1
    other.close()


async def test_a_commit_that_fails_is_told_to_all_who_waited_for_it(
    root: Caller, service: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = (await root.create("stays"))["client_id"]
    db = service.store._db
    monkeypatch.setattr(service.store, "_db", FailsAt("COMMIT", db))
    creates = [root.request("POST", CLIENTS_PATH, json={"name": "x"}) for _ in range(3)]
    *replies, deleted = await asyncio.gather(*creates, root.request("DELETE", f"{CLIENTS_PATH}/{made}"))
    assert {reply.json()["code"] for reply in replies} == {"CLIENT_CREATE_FAILED"}
    assert deleted.json()["code"] == "CLIENT_DELETE_FAILED"
    monkeypatch.setattr(service.store, "_db", db)
    assert sorted(await root.names()) == ["butlr-tui root", "stays"]
    await root.create("works again")


async def test_whoever_waits_no_more_holds_up_nobody(root: Caller) -> None:
    gone = asyncio.create_task(root.create("gone"))
    stays = asyncio.create_task(root.create("stays"))
    while not gone.done():
        await asyncio.sleep(0)
        gone.cancel()
    assert (await stays)["name"] == "stays"
    await root.create("later")
    assert {"stays", "later"} <= set(await root.names())


async def test_those_that_come_alone_after_many_are_each_committed(root: Caller, commits: list[str]) -> None:
    await asyncio.gather(*(root.create(f"client {number}") for number in range(16)))
    del commits[:]
    for _ in range(3):
        await root.create("alone")
    assert len(commits) == 3
