"""Runs the service on a port until it is told to stop."""

import errno
import ipaddress
import logging
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Final, Protocol

import uvicorn
from starlette.types import ASGIApp

from butlr_tui.http.transport import BadSetting
from butlr_tui.service.connections import (
    AT_ONCE,
    CONNECTIONS,
    Connection,
    Connections,
    Network,
    allowed_descriptors,
    possible_connections,
)
from butlr_tui.service.files import DataFolderError
from butlr_tui.service.local import open_service
from butlr_tui.service.log import RepeatsCounted
from butlr_tui.service.request_log import FORMS, LineWriter, LogForm, RequestLog
from butlr_tui.service.systemd import ALIVE, READY, STOPPING, notify
from butlr_tui.service.tokens import ISSUER
from butlr_tui.service.trail import KEPT_DAYS
from butlr_tui.system.local_socket import LocalListener, socket_path
from butlr_tui.text import os_error_reason

_HEADER_BYTES: Final = 32 * 1024
_GRACE_SECONDS: Final = 5
_QUEUE: Final = 1024
"""Connections that wait in the kernel until they are accepted."""
_TRIES: Final = 20
_BETWEEN_TRIES: Final = 0.05
"""Seconds."""
_TICKS: Final = 10
"""Of uvicorn's main loop in a second."""

Say = Callable[[str], None]


class Service(Protocol):
    """A service that is ready to be called, on whichever engine."""

    @property
    def app(self) -> ASGIApp: ...

    def greeting(self) -> list[str]:
        """What its operator should know at the start."""

    async def start(self) -> None:
        """Begin what runs beside the requests. Called in the server's event loop."""

    async def stop(self) -> None:
        """End what runs beside the requests. Called in the server's event loop, when the last one is done."""

    def close(self) -> None:
        """Close the files, whether or not it was ever started."""


Opener = Callable[[Path], Service]


def opener(
    engine: str, environment: Mapping[str, str], issuer: str = ISSUER, audit_days: float | None = None
) -> Opener:
    """What opens a data folder on the engine of that name, `sqlite` or `auth0`, for `serve`.

    `environment` holds the settings of the tenant; `issuer` is what tokens of our own name as theirs, `audit_days`
    how long SQLite's audit is kept. What is returned raises DataFolderError, BadSetting.
    """
    if engine == "sqlite":
        return partial(open_service, issuer=issuer, audit_days=audit_days or KEPT_DAYS)
    if engine != "auth0":
        raise ValueError(engine)
    from butlr_tui.service.auth0.engine import open_tenant_service

    return lambda data: open_tenant_service(data, environment)


def serve(
    data: Path,
    host: str,
    port: int,
    say: Say,
    open_on: Opener = open_service,
    *,
    log_form: LogForm = LogForm.NONE,
    proxies: Sequence[Network] = (),
) -> int:
    """Serve the folder `data` until SIGINT or SIGTERM. Call it from the main thread.

    `say` is given sentences for the user; `open_on` comes from `opener`; those at `proxies` are believed who sent
    a request. Returns the process's exit code: 1 where the port, the folder, the settings or the process's limits
    can't be used.
    """
    most = possible_connections(allowed_descriptors())
    if most < CONNECTIONS:
        say(_few_descriptors(most))
    if not most:
        return 1
    try:
        listener = _listen_once_free(host, port)
    except OSError as error:
        say(_refusal(error, host, port))
        return 1
    with listener:
        try:
            service = open_on(data)
        except (DataFolderError, BadSetting) as error:
            say(str(error))
            return 1
        try:
            with ExitStack() as stack:
                local = _listen_locally(data, say, stack)
                connections = Connections(most, proxies=proxies)
                config = http_config(_logging(service.app, log_form, stack), proxies)
                _run(service, config, [listener, *local], connections, _log(stack), say)
        finally:
            service.close()
    return 0


def _few_descriptors(most: int) -> str:
    if not most:
        return "This process may not have enough files open to serve anybody: raise its hard limit (`ulimit -Hn`)."
    return (
        f"This process may have few files open: it serves {most} connections at a time instead of {CONNECTIONS}. "
        "With a hard limit of 1024 (`ulimit -Hn`) it serves them all."
    )


def _log(stack: ExitStack) -> RepeatsCounted:
    """What is logged anywhere, on stderr, until the stack is left."""
    log = RepeatsCounted(_to_stderr)
    root = logging.getLogger()
    root.addHandler(log)
    stack.callback(root.removeHandler, log)
    stack.callback(log.tell)
    return log


def _logging(app: ASGIApp, form: LogForm, stack: ExitStack) -> ASGIApp:
    """`app`, and a line of each request, until the stack is left."""
    if form is LogForm.NONE:
        return app
    lines, line_of = LineWriter(), FORMS[form]
    stack.callback(lines.close)
    return RequestLog(app, lambda answered: lines.put(line_of(answered)))


def _to_stderr(line: str) -> None:
    with suppress(OSError, ValueError):  # nobody reads it, or it is closed
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def _listen_locally(data: Path, say: Say, stack: ExitStack) -> list[socket.socket]:
    """The Unix socket beside the port, by which this user's app is sure to reach this service."""
    path = socket_path(data)
    if path is None:
        say(
            "The data folder's path is too long for a Unix socket: the app looks who listens on the port instead."
        )
        return []
    try:
        local = LocalListener(path)
    except BlockingIOError:
        say(f"Another service on this data folder has {path}; this one is reached by its port alone.")
        return []
    except OSError as error:
        say(
            f"No Unix socket at {path} ({os_error_reason(error)}): the app looks who listens on the port instead."
        )
        return []
    stack.callback(local.close)
    return [local.socket]


def _listen_once_free(host: str, port: int, sleep: Callable[[float], None] = time.sleep) -> socket.socket:
    """The same as `_listen`; one that was told to stop just now may have the port for a moment yet."""
    for _ in range(_TRIES):
        try:
            return _listen(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
        sleep(_BETWEEN_TRIES)
    return _listen(host, port)


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens there, and that says it is TCP: its connections inherit that.

    asyncio sends small writes at once on such a connection alone. `socket.create_server` leaves the protocol
    open, and then each answer, a head and a body, waits 40 ms for the caller's delayed acknowledgement.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:  # an address of one family serves that family alone
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address[:2])
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def _refusal(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program: stop that one, or choose another port."
    return f"The service can't listen on {host}, port {port}: {error.strerror or error}."


def http_config(app: ASGIApp, proxies: Sequence[Network] = ()) -> uvicorn.Config:
    """How uvicorn is to serve `app`, with `Connections` as its state; `proxies` say who sent a request."""
    return uvicorn.Config(
        app,
        loop="asyncio",
        http=Connection,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=[str(proxy) for proxy in proxies],
        server_header=False,
        backlog=AT_ONCE,  # asyncio accepts as many before it turns to anything else
        h11_max_incomplete_event_size=_HEADER_BYTES,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def _run(
    service: Service,
    config: uvicorn.Config,
    listeners: list[socket.socket],
    connections: Connections,
    log: RepeatsCounted,
    say: Say,
) -> None:
    server = _Server(service, config, connections, log, lambda: _greet(service, listeners[0], say))
    # Uvicorn raises the signal again when it is done; to be told to stop is no failure.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.handle_exit)
    server.run(sockets=listeners)


class _Server(uvicorn.Server):
    """Starts and stops what runs beside the requests, looks after connections, and tells when it listens."""

    def __init__(
        self,
        service: Service,
        config: uvicorn.Config,
        connections: Connections,
        log: RepeatsCounted,
        started: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self.server_state = self._connections = connections
        self._service = service
        self._log = log
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(_QUEUE)  # uvicorn said `backlog`, which is for asyncio
        await self._service.start()
        self._started()
        notify(READY)

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS == 0:
            self._connections.look()
            notify(ALIVE)
        if counter % (60 * _TICKS) == 0:
            self._log.tell()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        notify(STOPPING)
        await super().shutdown(sockets)
        await self._service.stop()


def _greet(service: Service, listener: socket.socket, say: Say) -> None:
    host, port = listener.getsockname()[:2]
    say(f"Listening on http://{f'[{host}]' if ':' in host else host}:{port}. Stop with Ctrl+C.")
    for line in service.greeting():
        say(line)
    if not ipaddress.ip_address(host).is_loopback:
        say("This is plain http on an address that others can reach: the network sees tokens and secrets.")
