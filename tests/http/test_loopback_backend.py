"""Who listens on this machine is looked up before a credential goes there; our socket comes before any port."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from butlr_tui.auth.sign_in import SignIn
from butlr_tui.http.loopback import Loopback
from butlr_tui.http.loopback_backend import fault_in_listener
from butlr_tui.models import Credentials
from butlr_tui.system.local_socket import LocalListener
from butlr_tui.system.tcp_sockets import in_tables
from tests.support.figures import figure, times

NOBODY = 65534
PAIR = Credentials("client_x", SecretStr("canary-secret"))

needs_a_second_user = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be a second user")

_THIEF = """
import os, socket, sys
host, port, uid = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
os.setuid(uid)
family = socket.AF_INET6 if ":" in host else socket.AF_INET
listener = socket.create_server((host, port), family=family)
print(listener.getsockname()[1], flush=True)
got = b""
while True:
    connection, _ = listener.accept()
    connection.settimeout(5)
    try:
        while data := connection.recv(4096):
            got += data
            connection.sendall(b"HTTP/1.1 500 no\\r\\ncontent-length: 0\\r\\nconnection: close\\r\\n\\r\\n")
    except OSError:
        pass
    connection.close()
    print(len(got), flush=True)
"""


class Thief:
    """Another user's program on a port; `received` counts the bytes that came."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.port = int(self._line())

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()

    def received(self) -> int:
        """How many bytes came over the next connection to end, and those before."""
        return int(self._line())


@contextmanager
def another_users_listener(host: str, port: int = 0, uid: int = NOBODY) -> Iterator[Thief]:
    argv = [sys.executable, "-c", _THIEF, host, str(port), str(uid)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, cwd="/") as process:
        try:
            yield Thief(process)
        finally:
            process.kill()


async def signs_in(url: str, loopback: Loopback) -> str:
    """What came of it, in the app's words."""
    sign_in = SignIn(url, "https://butlrauth/", loopback=loopback)
    try:
        await sign_in.token_for(PAIR)
    except Exception as error:
        return str(error)
    finally:
        await sign_in.aclose()
    return "signed in"


@contextmanager
def our_listener(family: int, address: str | tuple[str, int]) -> Iterator[socket.socket]:
    with socket.socket(family) as listener:
        listener.bind(address)
        listener.listen()
        listener.settimeout(10)  # a test that waits in vain fails
        yield listener


async def answered(listener: socket.socket) -> bytes:
    """The first bytes of one connection, which is then closed."""
    connection, _ = await asyncio.to_thread(listener.accept)
    with connection:
        return await asyncio.to_thread(connection.recv, 65536)


@needs_a_second_user
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_another_user_on_the_port_gets_nothing(host: str) -> None:
    shown = f"[{host}]" if ":" in host else host
    received = tried = 0
    with another_users_listener(host) as thief:
        for spelling in {shown, "localhost"} if host == "127.0.0.1" else {shown}:
            for _ in range(times(1, 20)):
                said = await signs_in(f"http://{spelling}:{thief.port}", Loopback())
                assert f"Port {thief.port} of {host} is held by another user of this machine (nobody)" in said
                assert "so nothing was sent" in said
                tried += 1
                received = thief.received()
    figure(25, tries=tried, credentials_received=received)
    assert received == 0


@needs_a_second_user
async def test_who_knows_better_may_trust_the_port() -> None:
    with another_users_listener("127.0.0.1") as thief:
        said = await signs_in(f"http://127.0.0.1:{thief.port}", Loopback(trusted=True))
        assert "answered 500" in said
        assert thief.received() > 0


async def a_sign_in_reaches(ours: socket.socket, url: str, path: Path) -> None:
    """Of an app that is told of a service at `url`, and at the socket `path`."""
    asked = asyncio.create_task(signs_in(url, Loopback(path)))
    assert (await answered(ours)).startswith(b"POST /api/v2/clients/login")
    await asked


@needs_a_second_user
async def test_our_socket_comes_before_a_port_that_another_user_has(tmp_path: Path) -> None:
    path = tmp_path / "serve.sock"
    with another_users_listener("127.0.0.1") as thief, our_listener(socket.AF_UNIX, str(path)) as ours:
        await a_sign_in_reaches(ours, f"http://127.0.0.1:{thief.port}", path)


@needs_a_second_user
async def test_a_socket_that_is_not_ours_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "serve.sock"
    with (
        our_listener(socket.AF_UNIX, str(path)) as theirs,
        our_listener(socket.AF_INET, ("127.0.0.1", 0)) as ours,
    ):
        os.chown(path, NOBODY, -1)
        await a_sign_in_reaches(ours, f"http://127.0.0.1:{ours.getsockname()[1]}", path)
        theirs.settimeout(0)
        with pytest.raises(BlockingIOError):
            theirs.accept()


def left_behind(path: Path) -> None:
    with our_listener(socket.AF_UNIX, str(path)):
        pass  # closed, and its name still there


@pytest.mark.parametrize("make", [left_behind, Path.touch, lambda path: None], ids=["left", "a file", "none"])
async def test_where_no_service_is_at_the_socket_it_gives_way_to_the_port(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "serve.sock"
    make(path)
    with our_listener(socket.AF_INET, ("127.0.0.1", 0)) as ours:
        await a_sign_in_reaches(ours, f"http://127.0.0.1:{ours.getsockname()[1]}", path)


@needs_a_second_user
async def test_another_user_who_listens_at_our_socket_gets_nothing(tmp_path: Path) -> None:
    path = tmp_path / "serve.sock"
    with socket.socket(socket.AF_UNIX) as theirs, our_listener(socket.AF_INET, ("127.0.0.1", 0)) as ours:
        theirs.bind(str(path))
        theirs.settimeout(10)
        os.seteuid(NOBODY)  # whose it is says who listened first
        try:
            theirs.listen()
        finally:
            os.seteuid(0)
        got = asyncio.create_task(answered(theirs))
        said = await signs_in(f"http://127.0.0.1:{ours.getsockname()[1]}", Loopback(path))
        assert said.startswith(
            "The service's socket is held by another user of this machine (nobody), so nothing"
        )
        assert await got == b""


async def test_where_the_kernel_does_not_tell_who_listens_at_our_socket_its_owner_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on macOS."""
    monkeypatch.delattr(socket, "SO_PEERCRED", raising=False)
    path = tmp_path / "serve.sock"
    with (
        our_listener(socket.AF_UNIX, str(path)) as ours,
        our_listener(socket.AF_INET, ("127.0.0.1", 0)) as port,
    ):
        await a_sign_in_reaches(ours, f"http://127.0.0.1:{port.getsockname()[1]}", path)


@pytest.fixture
def connection() -> Iterator[socket.socket]:
    with (
        our_listener(socket.AF_INET, ("127.0.0.1", 0)) as ours,
        socket.create_connection(ours.getsockname()) as connected,
    ):
        yield connected


HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"


def line(local: str, remote: str, state: str, uid: int, inode: int) -> str:
    return (
        f"   0: {local} {remote} {state} 00000000:00000000 00:00000000 00000000 {uid:5} 0 {inode} 1 0 100 0\n"
    )


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        (lambda port, own: [line(f"0100007F:{port}", "00000000:0000", "0A", os.geteuid(), 1)], False),
        (lambda port, own: [line(f"00000000:{port}", "00000000:0000", "0A", 0, 1)], False),
        (lambda port, own: [line(f"00000000:{port}", "00000000:0000", "0A", 1234, 1)], True),
        (lambda port, own: [line(f"0200007F:{port}", "00000000:0000", "0A", 0, 1)], True),
        (lambda port, own: [line(f"0100007F:{port}", "00000000:0000", "01", 0, 1)], True),
        (lambda port, own: [], True),
        (
            lambda port, own: [
                line(f"0100007F:{port}", "00000000:0000", "0A", 0, 1),
                line(f"00000000:{port}", "00000000:0000", "0A", 1234, 1),
            ],
            True,
        ),
        (
            lambda port, own: [
                line(f"0100007F:{port}", "00000000:0000", "0A", 0, 1),
                line(f"0100007F:{port}", f"0100007F:{own}", "01", 1234, 77),
            ],
            True,
        ),
        (
            lambda port, own: [
                line(f"0100007F:{port}", "00000000:0000", "0A", 0, 1),
                line(f"0100007F:{port}", f"0100007F:{own}", "01", 1234, 0),
            ],
            False,
        ),
    ],
    ids=[
        "ours",
        "root's",
        "theirs",
        "elsewhere",
        "no listener",
        "none",
        "one of two",
        "accepted",
        "not accepted",
    ],
)
def test_what_the_kernels_table_says_decides(
    connection: socket.socket, tmp_path: Path, rows: Callable[[str, str], list[str]], refused: bool
) -> None:
    port, own = (f"{address[1]:04X}" for address in (connection.getpeername(), connection.getsockname()))
    other = line("0100007F:0016", "00000000:0000", "0A", 4321, 9)
    table = tmp_path / "tcp"
    table.write_text(HEAD + other + "".join(rows(port, own)))
    assert (fault_in_listener(connection, lambda _: in_tables([table])) is not None) == refused


def test_the_kernels_own_table_knows_us(connection: socket.socket) -> None:
    assert fault_in_listener(connection) is None


def test_where_there_is_no_such_table_nothing_is_refused(connection: socket.socket, tmp_path: Path) -> None:
    assert fault_in_listener(connection, lambda _: in_tables([tmp_path / "none"])) is None


async def test_a_refusal_is_told_as_nobody_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("butlr_tui.http.loopback_backend._may_be_trusted", lambda uid: False)
    with our_listener(socket.AF_INET, ("127.0.0.1", 0)) as ours:
        sign_in = SignIn(f"http://127.0.0.1:{ours.getsockname()[1]}", "a")
        with pytest.raises(Exception, match=r"^Port \d+ of 127.0.0.1 is held by another user") as caught:
            await sign_in.token_for(PAIR)
        await sign_in.aclose()
    assert not isinstance(caught.value, httpx.HTTPError)


async def test_the_listener_takes_over_what_was_left_and_gives_way_to_one_that_runs(tmp_path: Path) -> None:
    path = tmp_path / "new" / "serve.sock"
    first = LocalListener(path)
    with pytest.raises(BlockingIOError):
        LocalListener(path)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    first.socket.close()
    os.close(first._lock)  # as a service that was killed leaves it
    second = LocalListener(path)
    second.close()
    assert not path.exists()
