"""`/readyz`: whether the engine answers a write, however often it is asked."""

import asyncio
import sqlite3
from pathlib import Path

import httpx
import pytest

from butlr_tui.service.files import DATABASE
from butlr_tui.service.readiness import Readiness

from .conftest import ENGINES, Clock


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_it_is_ready(http: httpx.AsyncClient) -> None:
    reply = await http.get("/readyz")
    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})


async def test_a_store_that_can_not_be_written_is_not_ready(
    http: httpx.AsyncClient, engine: str, request: pytest.FixtureRequest
) -> None:
    opened = request.getfixturevalue("service" if engine == "sqlite" else "tenant_service")
    opened.close()
    reply = await http.get("/readyz")
    assert (reply.status_code, reply.json()) == (503, {"status": "not ready"})
    assert (await http.get("/healthz")).status_code == 200


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_it_really_writes_and_changes_nothing(http: httpx.AsyncClient, data: Path) -> None:
    other = sqlite3.connect(data / DATABASE)

    def seen() -> tuple[int, list[tuple[object, ...]]]:
        (changes,) = other.execute("PRAGMA data_version").fetchone()
        return changes, other.execute("SELECT * FROM client").fetchall()

    version, rows = seen()
    assert (await http.get("/readyz")).status_code == 200
    assert seen()[0] != version
    assert seen()[1] == rows
    other.close()


async def test_it_is_tried_once_a_second_however_often_it_is_asked(clock: Clock) -> None:
    writes: list[float] = []
    fails = False

    async def write() -> None:
        writes.append(clock())
        await asyncio.sleep(0)
        if fails:
            raise sqlite3.OperationalError("disk I/O error")

    readiness = Readiness(write, clock)
    assert await asyncio.gather(*(readiness.is_ready() for _ in range(50))) == [True] * 50
    assert len(writes) == 1
    fails = True
    assert await readiness.is_ready()
    clock.ahead(1)
    assert not await readiness.is_ready()
    fails = False
    assert not await readiness.is_ready()
    clock.ahead(1)
    assert await readiness.is_ready()
    assert len(writes) == 3
