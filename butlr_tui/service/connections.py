"""Who is connected to the service: counted, and cut off where they are too many, too slow, or do not read."""

import resource
import time
from asyncio import Transport
from collections.abc import Callable, Sequence
from enum import IntEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

CONNECTIONS: Final = 512
PER_PEER: Final = 128
"""Of them from one address, unless it is that of a known proxy, behind which there are many."""
HEADER_SECONDS: Final = 10.0
"""In which the header of a request has to be complete, from the connection or the last answer on."""
UNREAD_SECONDS: Final = 20.0
"""After which an answer of which nothing more is read is given up."""
AT_ONCE: Final = 64
"""Connections that are accepted before anybody can look at them."""

_LEAST: Final = 16
_OTHER_DESCRIPTORS: Final = 3 * AT_ONCE + 64
"""For those that are being accepted or closed, the listeners, the databases, and the connections to a tenant."""
_IPV6_NETWORK: Final = 64
"""Bits of an address that one peer has to itself."""

Network = IPv4Network | IPv6Network


def allowed_descriptors() -> int:
    """How many file descriptors this process may have, after it asked for as many as it needs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = CONNECTIONS + _OTHER_DESCRIPTORS
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return soft
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))  # macOS begins with 256
    return allowed


def possible_connections(descriptors: int) -> int:
    """How many connections there may be with so many file descriptors; 0 where they are too few to serve."""
    if descriptors == resource.RLIM_INFINITY:
        return CONNECTIONS
    possible = min(CONNECTIONS, descriptors - _OTHER_DESCRIPTORS)
    return possible if possible >= _LEAST else 0


class _Waits(IntEnum):
    """For whom a connection waits: the earlier it stands here, the sooner it is given up."""

    FOR_A_REQUEST = 0
    FOR_ITS_PEER = 1
    FOR_US = 2


class Connections(ServerState):
    """All connections of the service. The surplus is closed: idle ones first, the longest idle before others."""

    def __init__(
        self,
        most: int = CONNECTIONS,
        per_peer: int = PER_PEER,
        proxies: Sequence[Network] = (),
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` gives seconds."""
        super().__init__()
        self.clock = clock
        self._most = most
        self._per_peer = per_peer
        self._proxies = proxies
        self._all: set[Connection] = self.connections  # type: ignore[assignment]  # no other protocol is used

    def admit(self, new: "Connection") -> None:
        """Takes `new` in. Where they are too many now, one that waits for its peer goes, or else `new` itself."""
        crowd = [one for one in self._all if one.peer == new.peer]
        if len(crowd) <= self._per_peer or self._is_proxy(new.client):
            if len(self._all) <= self._most:
                return
            crowd = list(self._all)
        crowd.remove(new)
        first = min(crowd, key=lambda one: (one.waits, one.since))
        (new if first.waits is _Waits.FOR_US else first).end()

    def _is_proxy(self, address: tuple[str, int] | None) -> bool:
        return address is not None and any(ip_address(address[0]) in proxy for proxy in self._proxies)

    def look(self) -> None:
        """Ends those that are overdue. To be called every second."""
        now = self.clock()
        for one in [one for one in self._all if one.is_overdue(now)]:
            one.end()


class Connection(H11Protocol):
    """One connection, as uvicorn serves it. `server_state` has to be `Connections`."""

    server_state: Connections

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(
            0
        )  # paused while anything is unread: no more of it is made meanwhile
        self.peer = _peer(self.client)
        self.since = self.server_state.clock()
        """When it was made, or its last answer was."""
        self._unread = 0
        self._unread_since = self.since
        self.server_state.admit(self)

    def resume_writing(self) -> None:
        self._unread = 0  # all was read; what comes next may happen to be as long
        super().resume_writing()

    def on_response_complete(self) -> None:
        self.since = self.server_state.clock()
        super().on_response_complete()

    @property
    def waits(self) -> _Waits:
        """For whom it waits."""
        if self.cycle is None or self.cycle.response_complete:
            return _Waits.FOR_A_REQUEST
        for_peer = self.transport.get_write_buffer_size() or self.cycle.more_body
        return _Waits.FOR_ITS_PEER if for_peer else _Waits.FOR_US

    def is_overdue(self, now: float) -> bool:
        """Whether its peer should have sent a header by now, or have read something."""
        unread = self.transport.get_write_buffer_size()
        if unread and unread == self._unread:
            return now - self._unread_since > UNREAD_SECONDS
        self._unread, self._unread_since = unread, now
        return not unread and self.waits is _Waits.FOR_A_REQUEST and now - self.since > HEADER_SECONDS

    def end(self) -> None:
        """Ends it at once; what is unread is given up."""
        self.connections.discard(self)  # it counts no more, though it is only closed a little later
        self.transport.abort()


def _peer(address: tuple[str, int] | None) -> str:
    """Who is at the other end, as far as they are counted together."""
    if address is None:
        return "local socket"
    if ip_address(address[0]).version == 4:
        return address[0]
    return str(ip_network(f"{address[0]}/{_IPV6_NETWORK}", strict=False))
