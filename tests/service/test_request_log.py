"""The log of requests: what a line says, what no line says, and that nobody waits for its reader."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from butlr_tui.contract import CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.service.local import LocalService
from butlr_tui.service.request_log import Answered, LineWriter, RequestLog, as_json, as_text
from tests.support.waiting import until

from .conftest import Caller, Clock, login, root_pair

CAME = "2026-11-26T19:05:41.123Z"
FULL = Answered(CAME, "GET", "/api/v1/client/{client_id}", 200, 3.2, "client_a", "192.0.2.1")
EMPTY = Answered(CAME, None, None, None, 0.1, None, None)


@pytest.fixture
def told() -> list[Answered]:
    return []


@pytest.fixture
async def logged(
    service: LocalService, clock: Clock, told: list[Answered]
) -> AsyncIterator[httpx.AsyncClient]:
    app = RequestLog(service.app, told.append, now=clock)
    transport = httpx.ASGITransport(app, client=("192.0.2.1", 1), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        yield http


def test_a_line_of_json() -> None:
    assert json.loads(as_json(FULL)) == {
        "time": CAME,
        "method": "GET",
        "route": "/api/v1/client/{client_id}",
        "status": 200,
        "ms": 3.2,
        "caller": "client_a",
        "address": "192.0.2.1",
    }
    assert json.loads(as_json(EMPTY))["caller"] is None
    assert "\n" not in as_json(FULL._replace(address="a\nb"))


def test_a_line_of_text() -> None:
    assert as_text(FULL) == f"{CAME} GET /api/v1/client/{{client_id}} 200 3.2 client_a 192.0.2.1"
    assert as_text(EMPTY) == f"{CAME} - - - 0.1 - -"
    assert not {"\n", "\x1b"} & set(as_text(FULL._replace(address="a\n\x1b[2J")))


async def test_each_request_is_told_with_its_caller(
    logged: httpx.AsyncClient, service: LocalService, clock: Clock, told: list[Answered]
) -> None:
    pair = root_pair(service)
    root = await Caller(logged, pair).sign_in()
    made = await root.create()
    await root.request("DELETE", f"{CLIENTS_PATH}/{made['client_id']}")
    await root.request("GET", f"{CLIENTS_PATH}/{made['client_id']}")
    await logged.get("/healthz")
    me, one = pair["client_id"], f"{CLIENTS_PATH}/{{client_id}}"
    assert [line[1:4] + line[5:] for line in told] == [
        ("POST", CLIENT_LOGIN_PATH, 200, me, "192.0.2.1"),
        ("POST", CLIENTS_PATH, 201, me, "192.0.2.1"),
        ("DELETE", one, 204, me, "192.0.2.1"),
        ("GET", one, 404, me, "192.0.2.1"),
        ("GET", "/healthz", 200, None, "192.0.2.1"),
    ]
    at = datetime.fromtimestamp(clock(), UTC).isoformat(timespec="milliseconds")
    assert {line.time for line in told} == {at.replace("+00:00", "Z")}


async def test_nothing_that_a_caller_sends_is_told(
    logged: httpx.AsyncClient, service: LocalService, told: list[Answered]
) -> None:
    canary = "canary-8c1f"
    pair = root_pair(service)
    await logged.get(f"/{canary}")
    await logged.get(f"/healthz?{canary}", headers={"X-Canary": canary, "User-Agent": canary})
    await logged.request(canary.upper(), "/healthz")
    await logged.get(f"{CLIENTS_PATH}/{canary}", headers={"Authorization": f"Bearer {canary}"})
    await logged.post(CLIENT_LOGIN_PATH, json=login(pair) | {"client_id": canary})
    await logged.post(CLIENT_LOGIN_PATH, json=login(pair) | {"client_secret": canary})
    assert [line.status for line in told] == [404, 200, 405, 401, 401, 401]
    lines = "".join(as_json(line) + as_text(line) for line in told)
    assert canary not in lines.lower()
    assert pair["client_secret"] not in lines


async def test_an_address_is_believed_of_a_known_proxy_alone(
    service: LocalService, told: list[Answered]
) -> None:
    app = ProxyHeadersMiddleware(RequestLog(service.app, told.append), ["192.0.2.0/24"])  # type: ignore[arg-type]
    for peer in ("192.0.2.7", "198.51.100.1"):
        transport = httpx.ASGITransport(app, client=(peer, 1))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            await http.get("/healthz", headers={"X-Forwarded-For": "203.0.113.9, 203.0.113.10"})
    assert [line.address for line in told] == ["203.0.113.10", "198.51.100.1"]


async def test_lines_are_written_in_their_order(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as file:
        lines = LineWriter(file.fileno())
        for number in range(100):
            lines.put(f"{number}")
        lines.close()
    assert (tmp_path / "log").read_text().split() == [str(number) for number in range(100)]


async def test_nobody_waits_for_a_reader_that_does_not_read(caplog: pytest.LogCaptureFixture) -> None:
    reader, writer = os.pipe()
    lines = LineWriter(writer, most=10)
    line = "x" * 10_000
    for _ in range(200):  # more than the pipe and the queue take
        lines.put(line)
    assert "lines are lost" in caplog.text
    read = bytearray()
    os.set_blocking(reader, False)

    def the_last_one_comes() -> bool:
        lines.put("last")
        with suppress(BlockingIOError):
            read.extend(os.read(reader, 1 << 20))
        return read.endswith(b"\nlast\n")

    await until(the_last_one_comes)
    assert read.startswith(b"xxx")
    lines.close()
    os.close(reader)
    os.close(writer)


async def test_a_reader_that_is_gone_changes_nothing() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    lines = LineWriter(writer)
    lines.put("x")
    lines.close()
    os.close(writer)
