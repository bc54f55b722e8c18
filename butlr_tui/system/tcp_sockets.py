"""The TCP sockets at the other end of a connection within this machine, and whose they are, as the kernel says.

Linux is asked through sock_diag(7), which looks up the few that matter. Where that is refused, its tables in /proc
are read: for these it walks every connection that the machine could have, some 8 ms here and more on larger ones.
"""

import socket
import struct
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Final, NamedTuple

TABLES: Final = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
"""The kernel's tables of sockets: proc(5)."""
_LISTENING: Final = 0x0A  # in sock_diag and in the tables alike

# linux/netlink.h, linux/sock_diag.h and linux/inet_diag.h
_SOCK_DIAG: Final = 4
_BY_FAMILY: Final = 20
_REQUEST, _DUMP, _INTERRUPTED = 0x01, 0x300, 0x10
_ERROR, _DONE = 2, 3
_HEADER: Final = struct.Struct("=IHHII")  # length, type, flags, sequence, sender
_ASKED: Final = struct.Struct("=BBBxI")  # family, protocol, extensions, states
_PORTS: Final = struct.Struct("!HH")
_WHO: Final = struct.Struct("=II")  # uid, inode
_ANY_STATE: Final = 0xFFFFFFFF
_ANY_ID: Final = bytes(48)
_ID_AT, _WHO_AT = 4, 64
_NO_COOKIE: Final = struct.pack("=III", 0, 0xFFFFFFFF, 0xFFFFFFFF)

Address = IPv4Address | IPv6Address
End = tuple[Address, int]


class TcpSocket(NamedTuple):
    """One socket of the machine. The inode is 0 where no program holds it yet."""

    local: End
    remote: End
    is_listening: bool
    uid: int
    inode: int

    def serves(self, end: End) -> bool:
        """Whether connections to `end` come here."""
        host, port = self.local
        return self.is_listening and port == end[1] and (host == end[0] or host.is_unspecified)


def end_of(address: tuple[str, int]) -> End:
    """A socket's name in plain form: an IPv4 address in IPv6's clothes as what it is."""
    return _plain(ip_address(address[0])), address[1]


def opposite(connected: socket.socket) -> list[TcpSocket] | None:
    """All that listen on this machine, and what is at the other end of `connected` if it is there.

    None where the kernel has no way to tell; empty where it has one and tells of none.
    """
    own, peer = end_of(connected.getsockname()), end_of(connected.getpeername())
    try:
        return [*_asked(socket.AF_INET), *_asked(socket.AF_INET6), *_asked_for(peer, own)]
    except (AttributeError, OSError):  # no Linux, or a sandbox that forbids it
        return in_tables(TABLES)


def in_tables(tables: Iterable[Path]) -> list[TcpSocket] | None:
    """All sockets in these tables; None where none of them is there."""
    texts = []
    for table in tables:
        try:
            texts.append(table.read_text("ascii"))
        except OSError:
            continue
    return [row for text in texts for row in map(_row, text.splitlines()[1:])] if texts else None


def _asked(family: int) -> Iterator[TcpSocket]:
    """All that listen."""
    return _answers(family, 1 << _LISTENING, _ANY_ID, _DUMP)


def _asked_for(local: End, remote: End) -> Iterator[TcpSocket]:
    """The one that is connected so, if there is one."""
    family = socket.AF_INET if local[0].version == 4 else socket.AF_INET6
    wanted = _PORTS.pack(local[1], remote[1]) + b"".join(
        end[0].packed.ljust(16, b"\0") for end in (local, remote)
    )
    return _answers(family, _ANY_STATE, wanted + _NO_COOKIE, 0)


def _answers(family: int, states: int, wanted: bytes, flags: int) -> Iterator[TcpSocket]:
    asked = _ASKED.pack(family, socket.IPPROTO_TCP, 0, states) + wanted
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _SOCK_DIAG) as kernel:
        kernel.settimeout(1)
        kernel.send(_HEADER.pack(_HEADER.size + len(asked), _BY_FAMILY, _REQUEST | flags, 1, 0) + asked)
        while True:
            received = kernel.recv(1 << 16)
            while received:
                length, kind, marks, _, _ = _HEADER.unpack_from(received)
                if marks & _INTERRUPTED:
                    raise InterruptedError("the sockets changed while they were told")
                if kind == _DONE or (kind == _ERROR and not flags):  # that one is not there
                    return
                if kind == _ERROR:
                    raise OSError("the kernel does not tell")
                yield _told(received[_HEADER.size : length])
                received = received[(length + 3) & ~3 :]
            if not flags:
                return


def _told(message: bytes) -> TcpSocket:
    width = 4 if message[0] == socket.AF_INET else 16
    ports = _PORTS.unpack_from(message, _ID_AT)
    at = _ID_AT + _PORTS.size
    local, remote = (_plain(ip_address(message[start : start + width])) for start in (at, at + 16))
    uid, inode = _WHO.unpack_from(message, _WHO_AT)
    return TcpSocket((local, ports[0]), (remote, ports[1]), message[1] == _LISTENING, uid, inode)


def _row(line: str) -> TcpSocket:
    _, local, remote, state, _, _, _, uid, _, inode, *_ = line.split()
    return TcpSocket(_end(local), _end(remote), int(state, 16) == _LISTENING, int(uid), int(inode))


def _end(text: str) -> End:
    host, _, port = text.partition(":")
    words = bytes.fromhex(host)  # 32-bit words in the order of this machine's bytes
    packed = b"".join(
        struct.pack("!I", *struct.unpack("=I", words[at : at + 4])) for at in range(0, len(words), 4)
    )
    return _plain(ip_address(packed)), int(port, 16)


def _plain(address: Address) -> Address:
    return getattr(address, "ipv4_mapped", None) or address
