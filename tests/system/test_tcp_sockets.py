"""What the kernel tells of the sockets of this machine, by both ways that it is asked."""

import os
import socket
from collections.abc import Iterator
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


def test_the_tables_are_read_only_where_the_kernel_is_not_to_be_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listener = TcpSocket(end_of(("127.0.0.1", 1)), end_of(("0.0.0.0", 0)), True, 1234, 1)
    monkeypatch.setattr(tcp_sockets, "in_tables", lambda _: [listener])
    with connected_to("IPv4") as (_, connection):
        assert listener not in (opposite(connection) or [])
        monkeypatch.delattr(socket, "AF_NETLINK")
        assert opposite(connection) == [listener]
