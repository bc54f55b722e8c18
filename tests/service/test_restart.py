"""Told to stop under load and started again on the same port: nothing acknowledged is lost or made twice."""

import asyncio
import json
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from butlr_tui.contract import CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.service.commands.backup import backup
from butlr_tui.service.commands.restore import restore
from butlr_tui.service.local import ROOT_CREDENTIAL, open_service
from tests.support.figures import figure, times
from tests.support.server import Server
from tests.support.waiting import until

from .conftest import login

pytestmark = pytest.mark.slow

CONNECTIONS = 16


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    running: list[Server] = []
    yield running
    for server in running:
        if server.process.poll() is None:
            server.process.kill()
        with server.process:
            pass


class Counts:
    """What came of all requests."""

    def __init__(self) -> None:
        self.acknowledged: list[str] = []
        self.sign_ins = 0
        self.halves = 0
        self.cut_off = 0
        """Connections that ended before the first byte of an answer, or were refused."""


async def ask(port: int, path: str, token: str | None, body: object) -> tuple[int, bytes] | None:
    """One request on a connection of its own: status and body; None without an answer. Raises on half of one."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return None
    content = json.dumps(body).encode()
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{bearer}"
        f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    )
    answer = b""
    try:
        writer.write(head.encode() + content)
        while part := await reader.read(1 << 16):
            answer += part
    except OSError:
        pass  # what came before it counts
    finally:
        writer.close()
    if not answer:
        return None
    head_bytes, separator, rest = answer.partition(b"\r\n\r\n")
    lengths = [line for line in head_bytes.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    if not separator or len(rest) != int(lengths[0].split(b":")[1]):
        raise AssertionError(answer)
    return int(answer.split()[1]), rest


async def load(port: int, pair: dict[str, str], token: str, counts: Counts, over: asyncio.Event) -> None:
    """Creates and signs in, in turns, until nobody answers or it is over."""
    while not over.is_set():
        for path, body in ((CLIENTS_PATH, {"name": "n"}), (CLIENT_LOGIN_PATH, login(pair))):
            try:
                answer = await ask(port, path, token, body)
            except AssertionError:
                counts.halves += 1
                continue
            if answer is None:
                counts.cut_off += 1
                return
            if path == CLIENTS_PATH:
                assert answer[0] == 201
                counts.acknowledged.append(json.loads(answer[1])["client_id"])
            else:
                assert answer[0] == 200
                counts.sign_ins += 1


async def test_a_restart_under_load_loses_nothing_and_makes_nothing_twice(
    servers: list[Server], data: Path, tmp_path: Path
) -> None:
    """Nor does a backup that is made under that load miss what was acknowledged before it."""
    counts = Counts()
    missing = 0
    restarts = times(1, 50)
    servers.append(Server(data).listening())
    port = httpx.URL(servers[0].url).port or 0
    pair = json.loads((data / ROOT_CREDENTIAL).read_bytes())
    answer = await ask(port, CLIENT_LOGIN_PATH, None, login(pair))
    assert answer
    token = json.loads(answer[1])["access_token"]
    for number in range(restarts):
        before = len(counts.acknowledged)
        over = asyncio.Event()
        callers = [asyncio.create_task(load(port, pair, token, counts, over)) for _ in range(CONNECTIONS)]
        await until(lambda before=before: len(counts.acknowledged) > before + 20, 30)  # type: ignore[misc]
        acknowledged = set(counts.acknowledged)
        await asyncio.to_thread(backup, data, tmp_path / f"{number}.tar", lambda _: None)
        servers[-1].process.send_signal(signal.SIGTERM)
        servers.append(await asyncio.to_thread(Server(data, port=port).listening))  # at once
        over.set()
        await asyncio.gather(*callers)
        ended = await asyncio.to_thread(servers[-2].ended)
        assert (ended[0], ended[2]) == (0, "")
        restore(tmp_path / f"{number}.tar", tmp_path / f"{number}", lambda _: None)
        missing += len(acknowledged - set(clients_of(tmp_path / f"{number}")))
    answer = await ask(port, CLIENT_LOGIN_PATH, None, login(pair))
    assert answer
    assert answer[0] == 200
    assert servers[-1].stop()[0] == 0

    kept = clients_of(data)
    kept.remove(pair["client_id"])
    figure(
        41,
        restarts=restarts,
        acknowledged=len(counts.acknowledged),
        sign_ins=counts.sign_ins,
        acknowledged_lost=len(set(counts.acknowledged) - set(kept)),
        unacknowledged=len(set(kept) - set(counts.acknowledged)),
        missing_in_a_backup=missing,
        halves=counts.halves,
    )
    assert sorted(kept) == sorted(counts.acknowledged)
    assert counts.halves == 0
    assert missing == 0


def clients_of(data: Path) -> list[str]:
    """The root's clients, in a folder that is sound."""
    service = open_service(data)
    kept = [record.client_id for record in service.store.list(service.root.client_id)]
    service.close()
    return kept
