"""Runs the service on a port until it is told to stop."""

import errno
import ipaddress
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

import uvicorn

from butlr_tui.service.files import DataFolderError
from butlr_tui.service.local import LocalService, open_service

_CONNECTIONS: Final = 512
_HEADER_BYTES: Final = 32 * 1024
_GRACE_SECONDS: Final = 5

Say = Callable[[str], None]


def serve(data: Path, host: str, port: int, say: Say) -> int:
    """Serve the folder `data` until SIGINT or SIGTERM. Call it from the main thread.

    `say` is given sentences for the user. Returns the process's exit code: 1 where the port or the folder
    can't be used.
    """
    try:
        listener = _listen(host, port)
    except OSError as error:
        say(_refusal(error, host, port))
        return 1
    with listener:
        try:
            service = open_service(data)
        except DataFolderError as error:
            say(str(error))
            return 1
        try:
            _run(service, listener, say)
        finally:
            service.close()
    return 0


def _listen(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    return socket.create_server(address[:2], family=family)


def _refusal(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program: stop that one, or choose another port."
    return f"The service can't listen on {host}, port {port}: {error.strerror or error}."


def _run(service: LocalService, listener: socket.socket, say: Say) -> None:
    server = _Server(
        uvicorn.Config(
            service.app,
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_CONNECTIONS,
            h11_max_incomplete_event_size=_HEADER_BYTES,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        ),
        lambda: _greet(service, listener, say),
    )
    # Uvicorn raises the signal again when it is done; to be told to stop is no failure.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.handle_exit)
    server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell()


def _greet(service: LocalService, listener: socket.socket, say: Say) -> None:
    host, port = listener.getsockname()[:2]
    say(f"Listening on http://{f'[{host}]' if ':' in host else host}:{port}. Stop with Ctrl+C.")
    if service.root_is_new:
        say(
            f"Created a root credential in {service.root_file}, which only you can read. "
            "An earlier one, if there was one, works no longer."
        )
    else:
        say(f"The root credential is in {service.root_file}.")
    if not ipaddress.ip_address(host).is_loopback:
        say("This is plain http on an address that others can reach: the network sees tokens and secrets.")
