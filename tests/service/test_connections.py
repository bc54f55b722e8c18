"""The bounds of what is connected to the service, with a clock that only moves when it is told to."""

import asyncio
import resource
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from butlr_tui.service import run
from butlr_tui.service.app import ServiceApp
from butlr_tui.service.connections import (
    CONNECTIONS,
    HEADER_SECONDS,
    PER_PEER,
    UNREAD_SECONDS,
    Connection,
    Connections,
    _peer,
    allowed_descriptors,
    possible_connections,
)
from butlr_tui.service.local import LocalService
from butlr_tui.service.run import http_config
from tests.support.waiting import until

from .conftest import Clock

Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Dial = Callable[..., Awaitable[Wire]]
REQUEST = b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers at once; `/hold` never, `/endless` without an end."""
    if scope["path"] == "/hold":
        await asyncio.Future()
    response = StreamingResponse(endless()) if scope["path"] == "/endless" else Response("well")
    await response(scope, receive, send)


async def endless() -> AsyncIterator[bytes]:
    while True:
        yield bytes(1 << 16)
        await asyncio.sleep(0)


@pytest.fixture
async def connections(clock: Clock) -> Connections:
    return Connections(most=4, per_peer=3, proxies=[ip_network("127.0.0.9/32")], clock=clock)


@pytest.fixture(params=["tcp", "unix"])
async def dial(
    request: pytest.FixtureRequest, connections: Connections, service: LocalService, tmp_path: Path
) -> AsyncIterator[Dial]:
    """Connects to a server with these bounds: over TCP from any address of this machine, or over a socket."""
    config = http_config(ServiceApp(app, service.app.engine))
    config.load()
    loop = asyncio.get_running_loop()

    def accept() -> Connection:
        return Connection(config, connections, {}, loop)

    open_wires: list[asyncio.StreamWriter] = []
    if request.param == "tcp":
        server = await loop.create_server(accept, "127.0.0.1", 0)
    else:
        server = await loop.create_unix_server(accept, tmp_path / "s")

    async def connect(data: bytes = b"", source: str = "127.0.0.1", receives: int = 1 << 16) -> Wire:
        """Connects and, where there are data, sends them and waits until they were heard."""
        family = socket.AF_INET if request.param == "tcp" else socket.AF_UNIX
        wire = socket.socket(family)
        wire.setblocking(False)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
        if family == socket.AF_INET:
            wire.bind((source, 0))
        await loop.sock_connect(wire, server.sockets[0].getsockname())
        reader, writer = await asyncio.open_connection(sock=wire)
        open_wires.append(writer)
        writer.write(data)
        return reader, writer

    yield connect
    for writer in open_wires:
        writer.transport.abort()
    for task in list(connections.tasks):
        task.cancel()
    await asyncio.gather(*connections.tasks, return_exceptions=True)
    server.close()
    await server.wait_closed()


async def counted(connections: Connections, count: int) -> None:
    await until(lambda: len(connections.connections) == count)


async def is_over(wire: Wire) -> bool:
    """Whether the service ended it, which it does without a word."""
    try:
        return await wire[0].read() == b""
    except ConnectionError:
        return True


async def answers(wire: Wire) -> bool:
    return (await wire[0].readuntil(b"well")).startswith(b"HTTP/1.1 200")


async def test_a_header_that_is_not_complete_in_time_ends_its_connection(
    dial: Dial, connections: Connections, clock: Clock
) -> None:
    assert HEADER_SECONDS == 10
    silent, half = await dial(), await dial(b"GET / HTTP/1.1\r\nHost")
    await counted(connections, 2)
    clock.ahead(9)
    half[1].write(b": x")  # a byte now and then wins no time
    late = await dial()
    await counted(connections, 3)
    connections.look()
    clock.ahead(2)
    connections.look()
    assert await is_over(silent)
    assert await is_over(half)
    late[1].write(REQUEST % b"/")
    assert await answers(late)


async def test_a_connection_that_is_kept_has_as_long_for_its_next_header(
    dial: Dial, connections: Connections, clock: Clock
) -> None:
    kept = await dial(REQUEST % b"/")
    assert await answers(kept)
    clock.ahead(9)
    connections.look()
    kept[1].write(REQUEST % b"/" + b"GET / HTT")
    assert await answers(kept)
    clock.ahead(11)
    connections.look()
    assert await is_over(kept)


async def test_a_request_takes_as_long_as_the_engine_needs(
    dial: Dial, connections: Connections, clock: Clock
) -> None:
    held = await dial(REQUEST % b"/hold")
    await until(lambda: len(connections.tasks) == 1)
    clock.ahead(100)
    connections.look()
    connections.look()
    assert len(connections.connections) == 1
    assert not held[0].at_eof()


async def test_an_answer_that_nobody_reads_is_given_up(
    dial: Dial, connections: Connections, clock: Clock
) -> None:
    assert UNREAD_SECONDS == 20

    async def all_wait() -> None:
        await until(lambda: connections.connections and all(map(is_stuck, connections.connections)))

    _unread = await dial(REQUEST % b"/endless", receives=4096)
    read = await dial(REQUEST % b"/endless", receives=4096)
    await counted(connections, 2)
    await all_wait()
    connections.look()
    clock.ahead(15)
    await read[0].readexactly(4 << 20)
    await all_wait()
    connections.look()
    clock.ahead(6)
    connections.look()
    assert len(connections.connections) == 1
    await until(lambda: len(connections.tasks) == 1)
    await read[0].readexactly(4 << 20)


def is_stuck(connection: Any) -> bool:
    paused: bool = connection.flow.write_paused
    return paused


@pytest.mark.parametrize("dial", ["tcp"], indirect=True)
async def test_a_known_proxy_may_have_them_all(dial: Dial, connections: Connections) -> None:
    wires = [await dial(REQUEST % b"/", "127.0.0.9") for _ in range(4)]
    assert [await answers(wire) for wire in wires] == [True] * 4
    await counted(connections, 4)


@pytest.mark.parametrize("dial", ["tcp"], indirect=True)
async def test_of_too_many_the_longest_idle_goes_first(
    dial: Dial, connections: Connections, clock: Clock
) -> None:
    held = await dial(REQUEST % b"/hold", "127.0.0.2")
    await until(lambda: len(connections.tasks) == 1)
    clock.ahead(1)
    idle = []
    for source in (3, 4, 5):
        idle.append(await dial(source=f"127.0.0.{source}"))
        clock.ahead(1)
    await counted(connections, 4)
    fifth = await dial(REQUEST % b"/", "127.0.0.6")
    assert await answers(fifth)
    assert await is_over(idle[0])
    idle[1][1].write(REQUEST % b"/")
    assert await answers(idle[1])
    assert not held[0].at_eof()


async def test_a_peer_has_only_a_few(dial: Dial, connections: Connections, clock: Clock) -> None:
    idle = []
    for _ in range(3):
        idle.append(await dial())
        clock.ahead(1)
    await counted(connections, 3)
    fourth = await dial(REQUEST % b"/")
    assert await answers(fourth)
    assert await is_over(idle[0])
    assert len(connections.connections) == 3


async def test_where_all_are_at_work_the_new_one_is_closed(dial: Dial, connections: Connections) -> None:
    for count in (1, 2, 3):
        await dial(REQUEST % b"/hold")
        await until(lambda count=count: len(connections.tasks) == count)  # type: ignore[misc]
    assert await is_over(await dial(REQUEST % b"/"))
    assert len(connections.connections) == 3


async def test_whoever_keeps_the_service_waiting_goes_before_whom_it_works_for(
    dial: Dial, connections: Connections
) -> None:
    """Half a body, as 64 connections could hold for 20 s each."""
    slow = await dial(b"POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
    await until(lambda: len(connections.tasks) == 1)
    for count in (2, 3):
        await dial(REQUEST % b"/hold")
        await until(lambda count=count: len(connections.tasks) == count)  # type: ignore[misc]
    assert await answers(await dial(REQUEST % b"/"))
    assert await is_over(slow)


async def test_a_request_with_two_lengths_is_refused_and_what_follows_it_is_not_read(dial: Dial) -> None:
    lengths = b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    reader, _ = await dial(b"POST / HTTP/1.1\r\nHost: x\r\n" + lengths + REQUEST % b"/")
    said = await reader.read()
    assert said.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert said.endswith(
        b'{"code":"INVALID_REQUEST","message":"content-length and transfer-encoding must not come together"}'
    )
    assert said.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    ("descriptors", "connections"),
    [(resource.RLIM_INFINITY, 512), (65536, 512), (1024, 512), (512, 256), (272, 16), (271, 0), (3, 0)],
)
def test_the_connections_leave_descriptors_for_all_else(descriptors: int, connections: int) -> None:
    assert possible_connections(descriptors) == connections
    assert (CONNECTIONS, PER_PEER) == (512, 128)


@pytest.mark.parametrize(
    ("soft", "hard", "allowed"),
    [
        (1024, 1 << 20, 1024),
        (256, resource.RLIM_INFINITY, 768),
        (256, 1 << 20, 768),
        (256, 512, 512),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, resource.RLIM_INFINITY),
    ],
)
def test_it_asks_for_the_descriptors_that_it_needs(
    soft: int, hard: int, allowed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = [(soft, hard)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: limits.append(new))
    assert allowed_descriptors() == allowed
    assert limits[-1] == (allowed, hard)


def test_too_few_descriptors_are_told_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(run, "allowed_descriptors", lambda: 200)
    assert run.serve(tmp_path / "data", "127.0.0.1", 0, said.append) == 1
    assert said == [
        "This process may not have enough files open to serve anybody: raise its hard limit (`ulimit -Hn`)."
    ]


@pytest.mark.parametrize(
    ("address", "peer"),
    [
        (None, "local socket"),
        (("192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8:1:2:3::4", 1), "2001:db8:1:2::/64"),
    ],
)
def test_who_is_one_peer(address: Any, peer: str) -> None:
    assert _peer(address) == peer
