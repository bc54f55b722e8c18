"""A server on a raw socket that goes wrong in every way that a network and a server can.

    async with FaultServer(reset, reply(200, "[]")) as server:   # 1st request, then all later ones
        session = connect(server.profile(folder))
        …
        assert [seen.line for seen in server.seen] == ["GET /api/v1/client"] * 2

Sign-ins are answered with a token and counted apart (`server.sign_ins`), unless `sign_in` says otherwise.
"""

import asyncio
import contextlib
import json
import os
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from butlr_tui.config.profiles import CredentialFile, Profile
from butlr_tui.contract import CLIENT_LOGIN_PATH

SECRET = "canary-secret-7f3a9c"
TOKEN = "canary.token.1b2c3d"


@dataclass(frozen=True)
class Seen:
    """A request as it was on the wire."""

    method: str
    target: str
    headers: dict[str, str] = field(repr=False)
    body: bytes

    @property
    def line(self) -> str:
        return f"{self.method} {self.target}"


@dataclass
class Wire:
    """One connection, for a behaviour to act on."""

    seen: Seen
    writer: asyncio.StreamWriter
    over: asyncio.Event

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()


Behaviour = Callable[[Wire], Awaitable[None]]


def response(status: int, body: bytes | str | dict[str, Any] | list[Any] = b"", **headers: str) -> bytes:
    """The bytes of an answer; `Content_Length="7"` overrides, underscores stand for hyphens."""
    if isinstance(body, dict | list):
        body = json.dumps(body)
    data = body.encode() if isinstance(body, str) else body
    named = {"Content-Length": str(len(data)), "Content-Type": "application/json"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
    return f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + data


def reply(status: int, body: bytes | str | dict[str, Any] | list[Any] = b"", **headers: str) -> Behaviour:
    """A whole answer."""
    return raw(response(status, body, **headers))


def raw(data: bytes, *, close: bool = False) -> Behaviour:
    """These bytes, then (`close`) an orderly end."""

    async def behave(wire: Wire) -> None:
        await wire.send(data)
        if close:
            wire.writer.close()

    return behave


def chunked(*parts: bytes | asyncio.Event, breaks_off: bool = False) -> Behaviour:
    """A list that comes bit by bit. What stands behind an event is sent once that is set."""

    async def behave(wire: Wire) -> None:
        await wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for part in parts:
            if isinstance(part, asyncio.Event):
                await part.wait()
            else:
                await wire.send(b"%x\r\n%b\r\n" % (len(part), part))
        if breaks_off:
            wire.writer.close()
        else:
            await wire.send(b"0\r\n\r\n")

    return behave


async def hang_up(wire: Wire) -> None:
    """Closes without a word."""
    wire.writer.close()


async def reset(wire: Wire) -> None:
    """A TCP reset without a word."""
    _reset(wire)


def reset_after(data: bytes) -> Behaviour:
    """These bytes, then a TCP reset."""

    async def behave(wire: Wire) -> None:
        await wire.send(data)
        _reset(wire)

    return behave


async def stall(wire: Wire) -> None:
    """Never answers."""
    await wire.over.wait()


def stall_after(data: bytes) -> Behaviour:
    """These bytes, then nothing more."""

    async def behave(wire: Wire) -> None:
        await wire.send(data)
        await wire.over.wait()

    return behave


def drip(data: bytes, every: float = 0.01) -> Behaviour:
    """These bytes one by one, for as long as anybody listens."""

    async def behave(wire: Wire) -> None:
        for byte in data:
            await wire.send(bytes([byte]))
            await asyncio.sleep(every)

    return behave


def endless(head: bytes, chunk: bytes) -> Behaviour:
    """A head, then the same chunk again and again until the other side has enough."""

    async def behave(wire: Wire) -> None:
        await wire.send(head)
        while not wire.over.is_set():
            await wire.send(chunk)

    return behave


def _reset(wire: Wire) -> None:
    at_once = struct.pack("ii", 1, 0)
    wire.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    wire.writer.transport.abort()


def fault_points(whole: bytes) -> dict[str, Behaviour]:
    """Twenty ways in which the answer `whole` to a write fails to arrive as such."""
    head, _, body = whole.partition(b"\r\n\r\n")
    line = head.partition(b"\r\n")[0]
    chunked = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
    return {
        "hang up": hang_up,
        "reset": reset,
        "stall": stall,
        "half a status line": raw(line[:7], close=True),
        "reset in the status line": reset_after(line[:10]),
        "stall in the status line": stall_after(line[:10]),
        "half the headers": raw(head[: len(line) + 20], close=True),
        "reset in the headers": reset_after(head[: len(line) + 20]),
        "stall in the headers": stall_after(head[: len(line) + 20]),
        "not HTTP": raw(b"SSH-2.0-OpenSSH_9.9\r\n", close=True),
        "huge headers": raw(line + b"\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", close=True),
        "100 and no more": raw(b"HTTP/1.1 100 Continue\r\n\r\n", close=True),
        "a 500": reply(500, {"message": "Internal server error"}),
        "a 502 page": reply(502, "<html>Bad gateway</html>"),
        "a redirect": reply(307, "", Location="http://127.0.0.1:9/elsewhere"),
        "a bad redirect": reply(302, "", Location="http://[::1"),
        "no body": raw(head + b"\r\n\r\n", close=True),
        "reset in the body": reset_after(head + b"\r\n\r\n" + body[: len(body) // 2]),
        "stall in the body": stall_after(head + b"\r\n\r\n" + body[: len(body) // 2]),
        "a lie in a chunk": raw(chunked + b"fffff\r\n" + body[:20], close=True),
    }


class FaultServer:
    """Behaves for the first request as the first of `behaviours` says, and so on; the last one stays."""

    def __init__(self, *behaviours: Behaviour, sign_in: Behaviour | None = None) -> None:
        self.behaviours = list(behaviours)
        self.sign_in = sign_in or reply(
            200, {"access_token": TOKEN, "expires_in": 3666, "scope": "read:spaces", "token_type": "Bearer"}
        )
        self.seen: list[Seen] = []
        self.sign_ins: list[Seen] = []
        self._over = asyncio.Event()
        self._news = asyncio.Event()
        self._handlers: set[asyncio.Task[None]] = set()

    @property
    def lines(self) -> list[str]:
        return [seen.line for seen in self.seen]

    async def heard(self, count: int) -> None:
        """Waits until so many requests came in."""
        while len(self.seen) < count:
            self._news.clear()
            await self._news.wait()

    def profile(self, folder: Path) -> Profile:
        """A profile of this server, with credentials in `folder`."""
        path = folder / "credentials.json"
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "w") as out:
            json.dump({"client_id": "client_me", "client_secret": SECRET}, out)
        return Profile("fault", self.url, CredentialFile(path))

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.close()
        for handler in list(self._handlers):
            handler.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handler = asyncio.current_task()
        assert handler is not None
        self._handlers.add(handler)
        try:
            while (seen := await _request(reader)) is not None and not writer.is_closing():
                await self._next(seen)(Wire(seen, writer, self._over))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()
            self._handlers.discard(handler)

    def _next(self, seen: Seen) -> Behaviour:
        if seen.target == CLIENT_LOGIN_PATH:
            self.sign_ins.append(seen)
            return self.sign_in
        self.seen.append(seen)
        self._news.set()
        return self.behaviours[min(len(self.seen), len(self.behaviours)) - 1]


async def _request(reader: asyncio.StreamReader) -> Seen | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    line, *fields = head.rstrip("\r\n").split("\r\n")
    method, target, _ = line.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in fields)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(method, target, headers, body)
