"""Each reason for which nothing was sent has its sentence, and no library's text is quoted."""

import errno
import socket
import ssl

import httpx
import pytest

from butlr_tui.http.connection_errors import broke_off, unreachable, where

URL = httpx.URL("https://host.example:8443/x")
NOBODY = "Nobody answers at host.example:8443 ({})."
UNTRUSTED = "The certificate of host.example is not trusted here ({}). SSL_CERT_FILE can name your company's."


def certificate(code: int | None, message: str | None = None) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("canary")
    if code is not None:
        error.verify_code = code
    if message is not None:
        error.verify_message = message
    return error


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (certificate(10), UNTRUSTED.format("it has expired")),
        (certificate(18), UNTRUSTED.format("self-signed")),
        (certificate(19), UNTRUSTED.format("self-signed")),
        (certificate(20), UNTRUSTED.format("its issuer is unknown")),
        (certificate(62), "The certificate that came is not for host.example."),
        (certificate(64), "The certificate that came is not for host.example."),
        (certificate(23, "certificate revoked"), UNTRUSTED.format("certificate revoked")),
        (certificate(23, "\x1b[2J"), UNTRUSTED.format("␛[2J")),
        (certificate(1, "x" * 80), UNTRUSTED.format("x" * 80)),
        (certificate(1, "x" * 81), UNTRUSTED.format("x" * 79 + "…")),
        (certificate(None), UNTRUSTED.format("unknown")),
        (
            ssl.SSLError("canary"),
            "No secure connection to host.example:8443: it does not speak TLS as we do.",
        ),
        (socket.gaierror(-2, "canary"), "host.example has no address (DNS)."),
        (OSError(errno.ENETUNREACH, "canary"), NOBODY.format("network is unreachable")),
        (
            ExceptionGroup("canary", [OSError(errno.ETIMEDOUT, ""), OSError(errno.ECONNREFUSED, "")]),
            NOBODY.format("connection refused"),
        ),
        (OSError("canary"), NOBODY.format("no connection")),
    ],
)
def test_what_stands_behind_a_failed_connection(cause: Exception, said: str) -> None:
    error = httpx.ConnectError("canary")
    error.__cause__ = cause
    assert unreachable(error, URL).message == said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (httpx.ProxyError("canary"), "the proxy on the way refused"),
        (httpx.PoolTimeout("canary"), "all our connections are busy"),
        (httpx.ConnectTimeout("canary"), "no connection in time"),
        (httpx.ConnectError("canary"), "no connection"),
    ],
)
def test_no_connection(error: Exception, said: str) -> None:
    assert unreachable(error, URL).message == NOBODY.format(said)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (httpx.ReadTimeout("canary"), "it took too long"),
        (TimeoutError("canary"), "it took too long"),
        (httpx.RemoteProtocolError("canary"), "what came was not HTTP"),
        (httpx.RemoteProtocolError("Server disconnected"), "the connection was closed"),
        (httpx.RemoteProtocolError("peer closed connection"), "the connection was closed"),
        (httpx.ReadError("canary"), "the connection was closed"),
        (ConnectionResetError(), "the connection was closed"),
    ],
)
def test_no_whole_answer(error: Exception, said: str) -> None:
    assert broke_off(error) == said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://a", "a:443"),
        ("http://a", "a:80"),
        ("http://[::1]:4010", "[::1]:4010"),
        (f"https://{'h' * 80}", f"{'h' * 80}:443"),
        (f"https://{'h' * 81}", f"{'h' * 79}…:443"),
    ],
)
def test_where(url: str, said: str) -> None:
    assert where(httpx.URL(url)) == said
    if len(url) > 80:
        gaierror = socket.gaierror()
        assert (
            unreachable(gaierror, httpx.URL(url)).message == f"{said.partition(':')[0]} has no address (DNS)."
        )
