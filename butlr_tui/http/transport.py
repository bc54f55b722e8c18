"""The one way out to the network: where it may go, how it is opened, and the one place that sends.

Whatever answers may be hostile. No redirect is followed, no compression is taken, a body ends at its cap, TLS is
always verified, and plain http goes to this machine only.
"""

import asyncio
import os
import re
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from butlr_tui import __version__
from butlr_tui.addresses import is_loopback, may_be_reached
from butlr_tui.http.connection_errors import NOT_SENT, broke_off, unreachable, where
from butlr_tui.http.deadline import Deadline
from butlr_tui.http.errors import InvalidResponse, NoResponse, NotSent, ServiceError, Unreachable
from butlr_tui.http.loopback import Loopback, NotOurListener

BODY_CAP: Final = 1 << 20
"""Bytes that an answer may have."""
LIST_CAP: Final = 64 << 20
"""Bytes that a list of clients may have."""

# How long an answer may take is what `exchange` is told: a byte now and then must not put it off.
_TIMEOUT: Final = httpx.Timeout(None, connect=10, pool=5)
# Shorter than the 5 s after which uvicorn and others hang up: a POST on a connection that the other side is
# just closing ends as "may or may not exist".
_LIMITS: Final = httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=2)
_EXCHANGE: Final = "butlr_tui.so_far"
_URL: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[^\s/\\@:?#%\[\]]+)(:(?P<port>[0-9]{1,5}))?(/[^\s?#\\]*)?",
    re.IGNORECASE | re.ASCII,
)

Take = Callable[[bytes], Awaitable[None]]
"""Gets a part of a body, and keeps the next one waiting until it is done with that."""


class BadSetting(ValueError):
    """The profile or the environment holds what makes a connection impossible. The text is for the user."""


class BadUrl(BadSetting):
    """An address that credentials must not, or can't, go to."""


def check_url(url: str) -> httpx.URL:
    """The base URL of a service: https, or plain http to this machine alone, spelt literally.

    Raises BadUrl.
    """
    if "@" in url:
        raise BadUrl("An address must not carry a user name or a password.")
    match = _URL.fullmatch(url)
    port = int(match["port"] or 443) if match else 0
    if match is None or not 0 < port < 1 << 16 or not url.isprintable():
        raise BadUrl("An address is https://HOST, https://HOST:PORT or either with a path; nothing else.")
    if match["scheme"].lower() == "http" and not is_loopback(match["host"]):
        raise BadUrl("Plain http may go to this machine only (127.0.0.1, [::1], localhost); use https.")
    try:
        parsed = httpx.URL(url) if may_be_reached(url) else None
    except (httpx.InvalidURL, ValueError):
        parsed = None
    if parsed is None:
        raise BadUrl("The host of this address is not a host's name.")
    return parsed


def open_client(
    base_url: str,
    *,
    auth: httpx.Auth | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    loopback: Loopback = Loopback(),  # noqa: B008 (immutable)
) -> httpx.AsyncClient:
    """A client for one service. `transport` takes the network's place (the demo runs in the process).

    `loopback` says how a service on this machine is reached. Raises BadSetting.
    """
    url = check_url(base_url)
    if transport is None:
        from anyio._backends import _asyncio  # noqa: F401 (else at the first request, in the event loop)
    within = is_loopback(f"[{url.host}]" if ":" in url.host else url.host)
    network = transport is None and not within
    tls = (
        _trusted() if transport is None and url.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    )
    if transport is None and within and url.scheme == "http":
        transport = _within_the_machine(loopback, tls)
    try:
        return httpx.AsyncClient(
            base_url=url,
            auth=auth,
            transport=transport,
            verify=tls,
            trust_env=network,  # proxies, never for this machine
            follow_redirects=False,
            timeout=_TIMEOUT,
            limits=_LIMITS,
            headers={
                "User-Agent": f"butlr-tui/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
            },
            event_hooks={"request": [_note_sending], "response": [_note_status]},
        )
    except (ValueError, ImportError, httpx.InvalidURL):  # their texts hold the proxy's password
        raise BadSetting("HTTPS_PROXY or ALL_PROXY names a proxy that can't be used here.") from None


def _within_the_machine(loopback: Loopback, tls: ssl.SSLContext) -> httpx.AsyncBaseTransport:
    from butlr_tui.http.loopback_backend import LoopbackBackend

    # Without a context of ours httpx reads its whole bundle of certificates, which plain http never looks at.
    transport = httpx.AsyncHTTPTransport(verify=tls, trust_env=False, limits=_LIMITS)
    transport._pool._network_backend = LoopbackBackend(loopback)  # no other way in
    return transport


def within_the_process(app: Any) -> httpx.AsyncBaseTransport:
    """A transport that calls an ASGI app in this process in the network's place."""
    return httpx.ASGITransport(app, raise_app_exceptions=False)


def _trusted() -> ssl.SSLContext:
    """The system's certificates, and those of SSL_CERT_FILE."""
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if named := os.environ.get("SSL_CERT_FILE"):
        try:
            context.load_verify_locations(named)
        except OSError:
            raise BadSetting(f"SSL_CERT_FILE names no readable certificates: {named}") from None
    return context


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. `incomplete` says why the body is not all of it (cut short, too long, compressed)."""

    status: int
    headers: httpx.Headers
    body: bytes = field(repr=False)
    incomplete: ServiceError | None = None

    @property
    def whole(self) -> bool:
        return self.incomplete is None


@dataclass(slots=True)
class _Exchange:
    """How far an exchange got. Noted in hooks, since httpx hides a status whose body does not follow."""

    deadline: Deadline
    timeout: asyncio.Timeout
    sent: bool = False
    status: int | None = None
    headers: httpx.Headers = field(default_factory=httpx.Headers)
    body: list[bytes] = field(default_factory=list)

    def put_off(self) -> None:
        """Lets the deadline hold as it is now."""
        self.timeout.reschedule(asyncio.get_running_loop().time() + self.deadline.left)


async def _note_sending(request: httpx.Request) -> None:
    if (so_far := request.extensions.get(_EXCHANGE)) is not None:
        so_far.sent, so_far.status = True, None  # the status of a 401 that is answered by a second sending
        so_far.deadline.sent()
        so_far.put_off()


async def _note_status(response: httpx.Response) -> None:
    if (so_far := response.request.extensions.get(_EXCHANGE)) is not None:
        so_far.status, so_far.headers = response.status_code, response.headers


async def exchange(
    client: httpx.AsyncClient,
    request: httpx.Request,
    *,
    cap: int,
    deadline: float | Deadline,
    on_bytes: Callable[[int, int | None], None] | None = None,
    is_progress: Callable[[bytes], bool] | None = None,
    take: Take | None = None,
    auth: httpx.Auth | None = None,
) -> Response:
    """Sends `request` and reads at most `cap` bytes of the answer, until `deadline` (or so many seconds).

    An answer whose first line came is returned, whatever became of the rest: look at `Response.incomplete`.
    `on_bytes` hears the bytes so far and, where known, in all; `is_progress` says which pieces of the body are
    progress to the deadline; `take` gets the body of a success as it comes, which is not in the response then;
    `auth` takes the place of the client's. Raises NotSent, NoResponse, and what `take` and the auth raise.
    """
    if client.is_closed:
        raise NotSent(f"The connection to {where(request.url)} is closed.")
    if not isinstance(deadline, Deadline):
        deadline = Deadline(deadline)
    timeout = asyncio.timeout(deadline.left)
    so_far = _Exchange(deadline, timeout)
    request.extensions[_EXCHANGE] = so_far
    fault: ServiceError | None
    try:
        async with timeout:
            fault = await _receive(client, request, cap, so_far, on_bytes, is_progress, take, auth)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        fault = _fault(error, so_far, request.url)
    if so_far.status is not None:
        return Response(so_far.status, so_far.headers, b"".join(so_far.body), fault)
    assert fault is not None
    raise fault  # out here, so that it carries no context: the library's exception holds the request


async def _receive(
    client: httpx.AsyncClient,
    request: httpx.Request,
    cap: int,
    so_far: _Exchange,
    on_bytes: Callable[[int, int | None], None] | None,
    is_progress: Callable[[bytes], bool] | None,
    take: Take | None,
    auth: httpx.Auth | None,
) -> ServiceError | None:
    response = await client.send(request, stream=True, follow_redirects=False, auth=auth or client.auth)
    try:
        if response.headers.get("content-encoding", "").strip().lower() not in {"", "identity"}:
            return InvalidResponse(
                f"{where(request.url)} compressed its answer, which was not asked for.", so_far.status
            )
        told = response.headers.get("content-length", "")
        total = int(told) if told.isdecimal() else None
        size = 0
        taken = take if response.is_success else None
        async for chunk in response.aiter_raw():
            if taken is None:
                so_far.body.append(chunk[: cap - size])
            size += len(chunk)
            if size > cap:
                return InvalidResponse(f"{where(request.url)} sent more than {cap >> 20} MiB.", so_far.status)
            if on_bytes is not None:
                on_bytes(size, total)
            if is_progress is not None and is_progress(chunk):
                so_far.deadline.progress()
                so_far.put_off()
            if taken is not None:
                await taken(chunk)
        return None
    finally:
        await response.aclose()


def _fault(error: Exception, so_far: _Exchange, url: httpx.URL) -> ServiceError:
    if so_far.status is not None:
        return NoResponse(f"{where(url)} broke off in its answer ({broke_off(error)}).", so_far.status)
    if isinstance(error, NotOurListener):
        return Unreachable(str(error))
    if isinstance(error, NOT_SENT):
        return unreachable(error, url)
    if not so_far.sent:
        return Unreachable(f"No connection to {where(url)} in time.")
    return NoResponse(f"{where(url)} gave no answer ({broke_off(error)}).")
