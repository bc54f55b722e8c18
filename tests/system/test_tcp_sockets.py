"""What the kernel tells of the sockets of this machine, by both ways that it is asked."""

import os
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from butlr_tui.system import tcp_sockets
from butlr_tui.system.tcp_sockets import TABLES, TcpSocket, end_of, in_tables, opposite

pytestmark = pytest.mark.skipif(not TABLES[0].exists(), reason="needs Linux")

LISTENERS = {
    "IPv4": (socket.AF_INET, "127.0.0.1", "127.0.0.1"),
    "IPv6": (socket.AF_INET6, "::1", "::1"),
    "any address": (socket.AF_INET6, "::", "127.0.0.1"),
}


@contextmanager
def connected_to(kind: str) -> Iterator[tuple[socket.socket, socket.socket]]:
    """A listener and a connection to it that it has not accepted yet."""
    family, bound, asked = LISTENERS[kind]
    with (
        socket.create_server((bound, 0), family=family, dualstack_ipv6=bound == "::") as listener,
        socket.create_connection((asked, listener.getsockname()[1])) as connection,
    ):
        yield listener, connection


def known_of(connection: socket.socket, sockets: list[TcpSocket] | None) -> set[tuple[bool, int, bool]]:
    """Of each that is at its other end: whether it listens, whose it is, whether a program holds it."""
    own, peer = end_of(connection.getsockname()), end_of(connection.getpeername())
    return {
        (each.is_listening, each.uid, each.inode != 0)
        for each in sockets or []
        if each.serves(peer) or (each.local, each.remote) == (peer, own)
    }


@pytest.mark.parametrize("kind", LISTENERS)
def test_the_kernel_tells_the_same_when_asked_and_in_its_tables(kind: str) -> None:
    with connected_to(kind) as (listener, connection):
        waiting = known_of(connection, opposite(connection))
        assert waiting == known_of(connection, in_tables(TABLES))
        assert (True, os.geteuid(), True) in waiting
        with listener.accept()[0]:
            accepted = known_of(connection, opposite(connection))
            assert accepted == known_of(connection, in_tables(TABLES))
            assert (False, os.geteuid(), True) in accepted


IN_THE_TABLES = TcpSocket(end_of(("127.0.0.1", 1)), end_of(("0.0.0.0", 0)), True, 1234, 1)


class Hurried(socket.socket):
    """Asks the kernel, whose sockets change while it tells of them."""

    def recv(self, size: int, flags: int = 0) -> bytes:
        length, kind, marks, rest = struct.unpack("=IHH8s", (told := super().recv(size, flags))[:16])
        interrupted = 0x10  # NLM_F_DUMP_INTR
        return struct.pack("=IHH8s", length, kind, marks | interrupted, rest) + told[16:]


def not_asked(patch: pytest.MonkeyPatch) -> None:
    patch.delattr(socket, "AF_NETLINK")


def without_an_answer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(socket, "AF_INET6", 44)  # one that has no TCP


def interrupted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(socket, "socket", Hurried)


@pytest.mark.parametrize("hinder", [not_asked, without_an_answer, interrupted])
def test_the_tables_are_read_only_where_the_kernel_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, hinder: Callable[[pytest.MonkeyPatch], None]
) -> None:
    monkeypatch.setattr(tcp_sockets, "in_tables", lambda _: [IN_THE_TABLES])
    with connected_to("IPv4") as (_, connection):
        assert IN_THE_TABLES not in (opposite(connection) or [])
        hinder(monkeypatch)
        assert opposite(connection) == [IN_THE_TABLES]
        monkeypatch.undo()
