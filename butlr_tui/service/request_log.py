"""The log of requests: one line each, on stdout.

No line holds a query, a header, a body, or a path as it was sent: whoever calls may put a secret into each.
"""

import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPMethod
from queue import Full, Queue
from threading import Thread
from typing import Any, Final, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from butlr_tui.text import safe

_STDOUT: Final = 1
_METHODS: Final = frozenset(HTTPMethod)
_MOST_WAITING: Final = 10_000
_END_SECONDS: Final = 2.0
"""In which the last lines have to be read by somebody."""

_log = logging.getLogger(__name__)


class LogForm(StrEnum):
    """What a line of the log looks like."""

    JSON = "json"
    TEXT = "text"
    NONE = "none"


class Answered(NamedTuple):
    """A request and what came of it, in the order of a line."""

    time: str
    """When it came, in ISO 8601."""
    method: str | None
    route: str | None
    """The path's pattern, such as `/api/v1/client/{client_id}`; None where there is no such path."""
    status: int | None
    ms: float
    caller: str | None
    """The client's id, where its token or its secret was good."""
    address: str | None


def as_json(answered: Answered) -> str:
    """One line of JSON."""
    return json.dumps(answered._asdict())


def as_text(answered: Answered) -> str:
    """One line of words, with `-` for what is not known."""
    return " ".join("-" if value is None else safe(str(value)) for value in answered)


FORMS: Final[Mapping[LogForm, Callable[[Answered], str]]] = {LogForm.JSON: as_json, LogForm.TEXT: as_text}


class LineWriter:
    """Writes lines to a descriptor, in a thread: nobody waits for whoever reads them."""

    def __init__(self, descriptor: int = _STDOUT, most: int = _MOST_WAITING) -> None:
        """At most `most` lines wait; those that come then are lost, which the service's own log tells."""
        self._descriptor = descriptor
        self._queue: Queue[str | None] = Queue(most)
        self._thread = Thread(target=self._write_all, name="request log", daemon=True)
        self._thread.start()

    def put(self, line: str) -> None:
        """Have `line` written."""
        try:
            self._queue.put_nowait(line)
        except Full:
            _log.warning("The log of requests is not read: lines are lost")

    def close(self) -> None:
        """Write what waits, unless nobody reads it for 2 seconds."""
        with suppress(Full):
            self._queue.put(None, timeout=_END_SECONDS)
            self._thread.join(_END_SECONDS)

    def _write_all(self) -> None:
        while (line := self._queue.get()) is not None:
            lines = [line]
            while not self._queue.empty() and (line := self._queue.get()) is not None:
                lines.append(line)
            with suppress(OSError):  # nobody will ever read it
                self._write("".join(f"{line}\n" for line in lines).encode())
            if line is None:
                return

    def _write(self, data: bytes) -> None:
        while data:  # past the buffers of Python, whose locks a thread that hangs would keep to the end
            data = data[os.write(self._descriptor, data) :]


class RequestLog:
    """Middleware around the whole app: hands each request to `tell` once its answer has ended."""

    def __init__(
        self,
        app: ASGIApp,
        tell: Callable[[Answered], None],
        *,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`now` gives seconds since 1970, `clock` seconds."""
        self._app = app
        self._tell = tell
        self._now = now
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        came, began = self._now(), self._clock()
        status: int | None = None

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            ms = round((self._clock() - began) * 1000, 1)
            self._tell(_answered(scope, datetime.fromtimestamp(came, UTC), status, ms))


def _answered(scope: Mapping[str, Any], came: datetime, status: int | None, ms: float) -> Answered:
    method = scope["method"]
    route, peer = scope.get("route"), scope.get("client")
    return Answered(
        came.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        method if method in _METHODS else None,
        None if route is None else route.path,
        status,
        ms,
        scope.get("state", {}).get("verified_caller"),
        None if peer is None else peer[0],
    )
