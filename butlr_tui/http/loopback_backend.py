"""Plain http within this machine: over the service's own socket where there is one, else to a port that is ours.

Another user of the machine may take a port before the service does, also at the other address that `localhost`
stands for: so it is looked up who listens, after the connection and before the first byte is sent.

Read where there is a network to open alone: the demo starts without what is imported here.
"""

import os
import socket
import stat
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import httpcore
from httpcore import AsyncNetworkStream

from butlr_tui.http.loopback import Loopback, NotOurListener
from butlr_tui.system.tcp_sockets import TcpSocket, end_of, opposite

_ROOT: Final = 0

Options = Iterable[Any] | None


class LoopbackBackend(httpcore.AsyncNetworkBackend):
    """Opens connections within this machine, for httpx, which asks for no other kind here, nor tries again."""

    def __init__(self, loopback: Loopback) -> None:
        self._loopback = loopback
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Options = None,
    ) -> AsyncNetworkStream:
        """Raises NotOurListener, and what httpcore raises."""
        if (path := self._loopback.socket) is not None and _is_our_socket(path):
            try:
                stream = await self._network.connect_unix_socket(str(path), timeout)
            except httpcore.ConnectError:  # it was left behind by a service that was killed
                pass
            else:
                return await _checked(stream, fault_in_peer)
        stream = await self._network.connect_tcp(host, port, timeout, local_address, socket_options)
        return stream if self._loopback.trusted else await _checked(stream, fault_in_listener)


async def _checked(
    stream: AsyncNetworkStream, fault_in: Callable[[socket.socket], str | None]
) -> AsyncNetworkStream:
    # In the event loop: the kernel answers in less time than a thread takes to start.
    fault = fault_in(stream.get_extra_info("socket"))
    if fault:
        await stream.aclose()
        raise NotOurListener(fault)
    return stream


def _is_our_socket(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISSOCK(status.st_mode) and status.st_uid == os.geteuid()


def fault_in_peer(connected: socket.socket) -> str | None:
    """Why the other end of a Unix socket is not to be trusted, or None."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    size = struct.calcsize("3i")
    _, uid, _ = struct.unpack("3i", connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return (
        None
        if _may_be_trusted(uid)
        else f"The service's socket is held by {_user(uid)}, so nothing was sent."
    )


def fault_in_listener(
    connected: socket.socket, opposite: Callable[[socket.socket], list[TcpSocket] | None] = opposite
) -> str | None:
    """Why whoever listens at the other end of a loopback connection is not to be trusted, or None.

    None also where the kernel can't tell.
    """
    sockets = opposite(connected)
    if sockets is None:
        return None
    own, peer = end_of(connected.getsockname()), end_of(connected.getpeername())
    host, port = connected.getpeername()[:2]
    listeners = [each for each in sockets if each.serves(peer)]
    accepted = [each for each in sockets if each.local == peer and each.remote == own and each.inode]
    if not listeners:
        return _refusal(host, port, "nobody we see")
    for each in (*listeners, *accepted):
        if not _may_be_trusted(each.uid):
            return _refusal(host, port, _user(each.uid))
    return None


def _may_be_trusted(uid: int) -> bool:
    return uid in (os.geteuid(), _ROOT)


def _refusal(host: str, port: int, who: str) -> str:
    return (
        f"Port {port} of {host} is held by {who}, not by you, so nothing was sent: it may not be your service. "
        "Start the service on another port, or set trust_loopback = true in the profile if you know who that is."
    )


def _user(uid: int) -> str:
    import pwd

    try:
        return f"another user of this machine ({pwd.getpwuid(uid).pw_name})"
    except KeyError:
        return f"another user of this machine (uid {uid})"
