"""Says in a sentence why a connection or an answer did not come, from what the libraries raised.

Nothing here quotes a library's text on HTTP: httpx and h11 print what they choke on, tokens included.
"""

import socket
import ssl
from collections.abc import Iterator
from typing import Final

import httpx

from butlr_tui.http.errors import Unreachable
from butlr_tui.text import os_error_reason, safe, truncate

NOT_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
"""What httpx raises before a byte of the request left."""

_CERTIFICATE: Final = {
    10: "it has expired",
    18: "self-signed",
    19: "self-signed",
    20: "its issuer is unknown",
}
"""OpenSSL's verify codes, x509_vfy.h."""
_WRONG_NAME: Final = frozenset({62, 64})  # of a host, of an IP address


def where(url: httpx.URL) -> str:
    """`host:port`, the port always told."""
    port = url.port or (443 if url.scheme == "https" else 80)
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{truncate(safe(host), 80)}:{port}"


def unreachable(error: BaseException, url: httpx.URL) -> Unreachable:
    """The error for an exception of NOT_SENT, in a sentence that says why nobody was reached."""
    host = truncate(safe(url.host), 80)
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Unreachable(_certificate(cause, host))
        if isinstance(cause, ssl.SSLError):
            return Unreachable(f"No secure connection to {where(url)}: it does not speak TLS as we do.")
        if isinstance(cause, socket.gaierror):
            return Unreachable(f"{host} has no address (DNS).")
    return Unreachable(f"Nobody answers at {where(url)} ({_no_connection(error, causes)}).")


def broke_off(error: BaseException) -> str:
    """Why no whole answer came, in a few words."""
    if isinstance(error, (httpx.TimeoutException, TimeoutError)):
        return "it took too long"
    if isinstance(error, httpx.RemoteProtocolError) and not str(error).startswith(
        ("Server disc", "peer closed")
    ):
        return "what came was not HTTP"
    return "the connection was closed"


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> str:
    code = getattr(error, "verify_code", 0)
    if code in _WRONG_NAME:
        return f"The certificate that came is not for {host}."
    reason = _CERTIFICATE.get(code) or truncate(safe(getattr(error, "verify_message", "")), 80) or "unknown"
    return f"The certificate of {host} is not trusted here ({reason}). SSL_CERT_FILE can name your company's."


def _no_connection(error: BaseException, causes: list[BaseException]) -> str:
    if isinstance(error, httpx.ProxyError):
        return "the proxy on the way refused"
    if isinstance(error, httpx.PoolTimeout):
        return "all our connections are busy"
    if isinstance(error, httpx.ConnectTimeout):
        return "no connection in time"
    told = [cause for cause in causes if isinstance(cause, OSError) and cause.errno]
    return os_error_reason(told[-1] if told else None, "no connection")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what it stands for, and the members of groups (one per address that was tried)."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from _causes(member)
        error = error.__cause__ or error.__context__
