"""Asks a service again and again, on some connections at once: as little as that takes."""

import re
import selectors
import socket
import time
from typing import Final

_LENGTH: Final = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
_HEAD_END: Final = b"\r\n\r\n"
_LAST_CHUNK: Final = b"0\r\n\r\n"
_BUFFER: Final = memoryview(bytearray(1 << 20))


def request(method: str, path: str, token: str = "", body: bytes = b"") -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + _HEAD_END + body


def rate(url: str, asked: bytes, connections: int, seconds: float) -> float:
    """How many of these requests a second are answered, with a 2xx each, on so many connections."""
    with selectors.DefaultSelector() as selector:
        wires = [_Wire(url, asked) for _ in range(connections)]
        try:
            for wire in wires:
                selector.register(wire.socket, selectors.EVENT_READ, wire)
                wire.ask()
            answered = 0
            started = time.perf_counter()
            while (taken := time.perf_counter() - started) < seconds or not answered:
                for key, _ in selector.select(10):
                    if key.data.hears():
                        answered += 1
                        key.data.ask()
            return answered / taken
        finally:
            for wire in wires:
                wire.socket.close()


class _Wire:
    """One connection."""

    def __init__(self, url: str, asked: bytes) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._asked = asked
        self._head = b""
        self._left: int | None = None

    def ask(self) -> None:
        self._head, self._left = b"", None
        self.socket.sendall(self._asked)

    def hears(self) -> bool:
        """Whether the answer is whole now."""
        count = self.socket.recv_into(_BUFFER)
        if not count:
            raise RuntimeError(f"the service hung up after {self._head!r}")
        if self._left is not None:
            self._left -= count
            return self._left == 0
        if _HEAD_END not in self._head:
            self._head += bytes(_BUFFER[:count])
            if _HEAD_END not in self._head:
                return False
            if not self._head.startswith(b"HTTP/1.1 2"):
                raise RuntimeError(f"the service answered {self._head!r}")
            head, _, body = self._head.partition(_HEAD_END)
            if told := _LENGTH.search(head + b"\r\n"):
                self._left = int(told[1]) - len(body)
                return self._left == 0
            self._head = _HEAD_END + body[-8:]
        else:
            self._head = _HEAD_END + (self._head[4:] + bytes(_BUFFER[max(0, count - 8) : count]))[-8:]
        return self._head.endswith(_LAST_CHUNK)
