"""`doctor` at a service behind TLS: trusted once its authority is named, and told why where it is not."""

import asyncio
import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import Name

from butlr_tui.doctor.check import Check, Status
from butlr_tui.doctor.network import network_checks
from tests.http.test_tls import DAY, NOW, authority, issue

__all__ = ["authority"]  # a fixture


async def checks_at(pem: Path) -> dict[str, Check]:
    """What is found at a server with this certificate."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        return {check.name: check async for check in network_checks("service", url)}
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize("url", ["https://xn--/", "https://a..b", "https://h:65536"])
async def test_an_address_that_can_not_be_one(url: str) -> None:
    (check,) = [check async for check in network_checks("service", url)]
    assert (check.name, check.status) == ("service address", Status.FAIL)
    assert check.todo == "Put the address right (base_url, auth_url or BUTLR_BASE_URL)."


async def test_a_certificate(
    tmp_path: Path, authority: tuple[Name, ec.EllipticCurvePrivateKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    pem = issue(tmp_path, authority, "127.0.0.1", NOW + DAY)
    check = (await checks_at(pem))["service answer"]
    assert check.status is Status.FAIL
    assert "its issuer is unknown" in check.found
    assert check.todo.startswith("Name your company's certificates in SSL_CERT_FILE")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    checks = await checks_at(pem)
    assert {one.status for one in checks.values()} == {Status.OK}
    assert checks["service TLS"].found == (
        "The certificate of 127.0.0.1 is trusted (SSL_CERT_FILE and the system's store)."
    )
