"""Figure 30 of the reliability figures: crowds that send half, send nothing or read nothing, and all others."""

import asyncio
import json
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from butlr_tui.contract import CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.service.local import ROOT_CREDENTIAL, open_service
from butlr_tui.service.store import StoredClient
from tests.support.figures import figure, times
from tests.support.proc import proc
from tests.support.server import Server
from tests.support.waiting import until

from .conftest import login

pytestmark = pytest.mark.slow

HALF_OPEN = times(140, 600)
IDLE = times(140, 1100)
GARBAGE = times(50, 2000)
UNREAD = times(2, 25)
CLIENTS = times(15_000, 60_000)
"""In a list: more than the kernel keeps for a reader that is slow."""
WITHIN = times(20, 2)
"""Seconds in which others are answered; a machine that runs other tests beside gets more."""
DESCRIPTORS = 1024
ROOM = 200 << 20
LOG = 100_000


@contextmanager
def descriptors(most: int) -> Iterator[None]:
    """This process's own limit, which a child inherits."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Others:
    """Somebody at the crowd's address and somebody at another, who ask again and again, each time anew."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self.answered = self.late = 0

    async def ask(self, source: str) -> None:
        transport = httpx.AsyncHTTPTransport(local_address=source)
        async with httpx.AsyncClient(transport=transport, base_url=self._url, timeout=WITHIN) as http:
            started = time.monotonic()
            try:
                reply = await http.get(f"{CLIENTS_PATH}/x", headers=self._headers)
            except httpx.TransportError:
                self.late += 1
                return
            assert reply.status_code == 404
            self.answered += 1
            self.late += time.monotonic() - started > WITHIN

    async def go_on(self) -> None:
        while True:
            await asyncio.gather(self.ask("127.0.0.1"), self.ask("127.0.0.2"))

    async def ask_often(self) -> None:
        for _ in range(times(3, 20)):
            await asyncio.gather(self.ask("127.0.0.1"), self.ask("127.0.0.2"))


def dial(port: int, data: bytes = b"", *, reads: bool = True) -> socket.socket:
    wire = socket.socket()
    if not reads:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.settimeout(20)
    wire.connect(("127.0.0.1", port))
    wire.sendall(data)
    return wire


def was_cut(wire: socket.socket) -> bool:
    """Whether the answer has no end."""
    said = bytearray()
    try:
        while some := wire.recv(1 << 20):
            said += some
    except ConnectionError:
        return True
    return not said.endswith(b"0\r\n\r\n")


def memory(process: int) -> int:
    """The most that it ever had in memory, in bytes: proc(5)."""
    status = (proc(process) / "status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) << 10


async def test_a_crowd_keeps_nobody_out(data: Path) -> None:
    service = open_service(data)
    owner = service.root.client_id
    text = "Feeds room occupancy to the air handling units, every 5 minutes"
    service.store.add(
        [StoredClient(f"client_{n:027}", owner, f"n {n}", text, bytes(32)) for n in range(CLIENTS)]
    )
    service.close()
    with descriptors(DESCRIPTORS):
        server = Server(data).listening()
    port = httpx.URL(server.url).port
    assert port is not None
    pair = json.loads((data / ROOT_CREDENTIAL).read_bytes())
    async with httpx.AsyncClient(base_url=server.url) as http:
        token = (await http.post(CLIENT_LOGIN_PATH, json=login(pair))).json()["access_token"]
    crowd: list[socket.socket] = []
    others = Others(server.url, token)
    list_request = f"GET {CLIENTS_PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    unread: list[socket.socket] = []

    def gather_the_crowd() -> None:
        crowd.extend(dial(port, b"GET / HTTP/1.1\r\nHost: ") for _ in range(HALF_OPEN))
        crowd.extend(dial(port) for _ in range(IDLE))
        for _ in range(GARBAGE):
            dial(port, b"\x16\x03\x01 no http\r\n\r\n").close()
        unread.extend(dial(port, list_request, reads=False) for _ in range(UNREAD))

    try:
        with descriptors(2 * (HALF_OPEN + IDLE + UNREAD) + 200):
            asking = asyncio.create_task(others.go_on())
            await asyncio.to_thread(gather_the_crowd)
            await others.ask_often()
            if UNREAD > 2:  # in full: until the service has given them up
                await asyncio.sleep(30)
            asking.cancel()
            cut = sum([await asyncio.to_thread(was_cut, wire) for wire in unread]) if UNREAD > 2 else 0
            await until(lambda: others.answered > 0)
            most = memory(server.process.pid)
            for wire in (*crowd, *unread):
                wire.close()
            code, out, errors = server.stop()
    finally:
        for wire in (*crowd, *unread):
            wire.close()
        if server.process.poll() is None:
            server.process.kill()
        with server.process:
            pass
    logged = len(out) + len(errors)
    print(f"{most >> 20} MiB at most, {logged} bytes logged, {others.answered} answers\n{errors}")
    figure(
        30,
        half_open=HALF_OPEN,
        idle=IDLE,
        unread_lists=UNREAD,
        lists_cut=cut,
        late=others.late,
        over_200_MiB=int(most > ROOM),
        over_100_kB=int(logged > LOG),
    )
    assert code == 0
    assert others.late == 0
    assert most < ROOM
    assert logged < LOG
    assert cut == (UNREAD if UNREAD > 2 else 0)
