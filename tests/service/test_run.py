"""`serve` as a process: starts, answers, stops, and survives being killed."""

import asyncio
import json
import random
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from butlr_tui.contract import CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.service.local import DATABASE, ROOT_CREDENTIAL, open_service
from butlr_tui.service.minting import matches
from butlr_tui.service.run import _listen, _listen_once_free
from tests.support.figures import figure, times
from tests.support.server import ROOM, Server

from .conftest import Caller, login

pytestmark = pytest.mark.slow


@pytest.fixture
def start(data: Path) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def run(host: str = "127.0.0.1", port: int = 0) -> Server:
        servers.append(Server(data, host, port))
        return servers[-1]

    yield run
    for server in servers:
        if server.process.poll() is None:
            server.process.kill()
        with server.process:  # closes the pipes
            pass


def test_it_starts_answers_and_ends_with_0(start: Callable[..., Server], data: Path) -> None:
    server = start().listening()
    file = data / ROOT_CREDENTIAL
    assert server.said == [
        f"Listening on {server.url}. Stop with Ctrl+C.",
        f"Created a root credential in {file}, which only you can read.",
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first = file.read_bytes()

    with httpx.Client(base_url=server.url, trust_env=False) as http:
        reply = http.post(CLIENT_LOGIN_PATH, json=login(json.loads(first)))
        bearer = {"Authorization": f"Bearer {reply.json()['access_token']}"}
        made = http.post(CLIENTS_PATH, json={"name": "hvac-sync"}, headers=bearer)
        assert made.status_code == 201
        reply = http.get(CLIENTS_PATH, headers=bearer)
        assert [client["name"] for client in reply.json()] != []
        assert "server" not in reply.headers
        assert "date" in reply.headers
        deleted = http.delete(f"{CLIENTS_PATH}/{made.json()['client_id']}", headers=bearer)
        assert (deleted.status_code, deleted.content) == (204, b"")
        assert http.get("/healthz/").status_code == 404
        assert http.head("/healthz").status_code == 200
        assert server.stop() == (0, "", "")  # with the connection still open

    again = start().listening()
    assert again.said[1] == f"The root credential is in {file}."
    assert file.read_bytes() == first
    assert again.stop(signal.SIGINT) == (0, "", "")


def test_told_to_stop_as_soon_as_it_listens(start: Callable[..., Server]) -> None:
    server = start()
    assert server.process.stdout
    server.process.stdout.readline()
    assert server.stop()[0] == 0


def test_a_port_that_is_taken(start: Callable[..., Server], data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, errors = start(port=port).ended()
    assert (code, errors) == (1, "")
    assert out == (
        f"Port {port} on 127.0.0.1 is taken by another program: stop that one, or choose another port.\n"
    )
    assert not data.exists()


def test_a_port_that_is_let_go_of_in_a_moment_is_waited_for() -> None:
    """As one that was told to stop does: the next start may come at once."""
    taken = socket.create_server(("127.0.0.1", 0))
    port = taken.getsockname()[1]
    with _listen_once_free("127.0.0.1", port, lambda _: taken.close()) as listener:
        assert listener.getsockname()[1] == port


@pytest.mark.parametrize("host", ["203.0.113.1", "no-such-host.invalid"])
def test_a_host_that_is_not_here(start: Callable[..., Server], host: str) -> None:
    code, out, errors = start(host=host).ended()
    assert (code, errors) == (1, "")
    assert out.startswith(f"The service can't listen on {host}, port 0: ")
    assert out.count("\n") == 1


def test_a_folder_that_can_not_be_used(start: Callable[..., Server], data: Path) -> None:
    data.write_text("")
    code, out, errors = start().ended()
    assert (code, errors) == (1, "")
    assert out.startswith(f"The data folder {data} can't be used: ")


def test_a_host_that_others_can_reach_is_warned_about(start: Callable[..., Server]) -> None:
    code, out, _ = start(host="0.0.0.0").listening().stop()
    assert code == 0
    assert out.startswith("This is plain http on an address that others can reach")


@pytest.mark.skipif(not socket.has_ipv6, reason="needs IPv6")
def test_ipv6_loopback(start: Callable[..., Server]) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("needs IPv6")
    server = start(host="::1").listening()
    assert server.url.startswith("http://[::1]:")
    assert httpx.get(f"{server.url}/healthz", trust_env=False).json() == {"status": "ok"}
    assert server.stop() == (0, "", "")


def test_a_secret_is_on_neither_stream(start: Callable[..., Server], data: Path) -> None:
    server = start().listening()
    pair = json.loads((data / ROOT_CREDENTIAL).read_bytes())
    with socket.create_connection(
        ("127.0.0.1", httpx.URL(server.url).port)
    ) as wire:  # what is no http at all
        wire.sendall(f"canary {pair['client_secret']}\r\n\r\n".encode())
        assert b"400" in wire.recv(4096)
    httpx.post(server.url + CLIENT_LOGIN_PATH, json=login(pair) | {"client_id": "x"}, trust_env=False)
    _, out, errors = server.stop()
    assert pair["client_secret"] not in "".join([*server.said, out, errors])


async def test_each_answer_is_sent_at_once() -> None:
    """Head and body are two writes, and the second waited for the caller to acknowledge the first."""
    options: list[int] = []

    async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        options.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    listener = _listen("127.0.0.1", 0)
    async with await asyncio.start_server(accept, sock=listener):
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        await reader.read()
        writer.close()
    assert [bool(option) for option in options] == [True]


async def _create_until_killed(server: Server, pair: dict[str, str], kill_after: int) -> dict[str, str]:
    """The secrets, by id, of the creates that were acknowledged before the connection broke."""
    acknowledged: dict[str, str] = {}
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        caller = await Caller(http, pair).sign_in()

        async def create() -> None:
            while True:
                try:
                    made = await caller.create()
                except httpx.TransportError:
                    return
                acknowledged[made["client_id"]] = made["client_secret"]
                if len(acknowledged) == kill_after:
                    server.process.kill()

        await asyncio.gather(*(create() for _ in range(8)))
    return acknowledged


async def test_kill_9_during_creates_loses_nothing_acknowledged(
    start: Callable[..., Server], data: Path
) -> None:
    everything: dict[str, str] = {}
    lost = broken = 0
    kills = times(3, 200)
    chance = random.Random(18)
    for kill_after in (1, 9, *(chance.randint(1, 25) for _ in range(kills - 2))):
        server = start().listening()
        pair = json.loads((data / ROOT_CREDENTIAL).read_bytes())
        acknowledged = await _create_until_killed(server, pair, kill_after)
        assert server.ended()[0] == -signal.SIGKILL
        assert len(acknowledged) >= kill_after
        everything |= acknowledged

        service = open_service(data)
        assert not service.root_is_new
        kept = {record.client_id for record in service.store.list(service.root.client_id)}
        for client_id, secret in everything.items():
            lost += client_id not in kept or not matches(secret, service.store.secret_hash(client_id))
        service.close()
        db = sqlite3.connect(data / DATABASE)
        broken += db.execute("PRAGMA integrity_check").fetchone() != ("ok",)
        db.close()
    figure(18, kills=kills, acknowledged=len(everything), acknowledged_lost=lost, broken_databases=broken)
    assert (lost, broken) == (0, 0)


def test_only_run_imports_uvicorn() -> None:
    """The demo has the service in its own process, and needs no server."""
    program = (
        "import sys, butlr_tui.service.local, butlr_tui.service.samples\n"
        "print(sorted({'uvicorn', 'textual', 'httpx'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOM, check=True
    )
    assert run.stdout == "[]\n"
