"""TLS is always verified: expired, of another host, self-signed, and of a company's own authority."""

import asyncio
import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from butlr_tui.http.errors import Unreachable
from butlr_tui.http.transport import exchange, open_client

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def issue(
    folder: Path, issuer: tuple[x509.Name, ec.EllipticCurvePrivateKey] | None, host: str, until: dt.datetime
) -> Path:
    """A PEM of a key and its certificate for `host`, signed by `issuer` or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = name("leaf")
    by, signer = issuer or (subject, key)
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        alternative = x509.DNSName(host)
    certificate = (
        x509.CertificateBuilder(by, subject, key.public_key(), 1, NOW - 9 * DAY, until)
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .sign(signer, hashes.SHA256())
    )
    path = folder / f"{host}-{until:%j}-{issuer is None}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def authority(tmp_path: Path) -> tuple[x509.Name, ec.EllipticCurvePrivateKey]:
    """A company's own authority, its certificate in ca.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder(name("ca"), name("ca"), key.public_key(), 7, NOW - 9 * DAY, NOW + 9 * DAY)
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return name("ca"), key


async def ask(pem: Path) -> int:
    """The status that a server with this certificate answers, and whether it heard a request if it fails."""
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    try:
        async with open_client(f"https://127.0.0.1:{port}") as client:
            request = client.build_request("GET", "/", headers={"Authorization": "Bearer canary"})
            return (await exchange(client, request, cap=9, deadline=9)).status
    except Unreachable:
        assert heard == []
        raise
    finally:
        server.close()
        await server.wait_closed()


async def test_the_companys_authority_is_trusted_once_it_is_named(
    tmp_path: Path, authority: tuple[x509.Name, ec.EllipticCurvePrivateKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    pem = issue(tmp_path, authority, "127.0.0.1", NOW + DAY)
    with pytest.raises(Unreachable, match=r"not trusted here \(its issuer is unknown\)"):
        await ask(pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    assert await ask(pem) == 204
    with pytest.raises(Unreachable, match="is not for 127"):
        await ask(issue(tmp_path, authority, "other.example", NOW + DAY))
    with pytest.raises(Unreachable, match="it has expired"):
        await ask(issue(tmp_path, authority, "127.0.0.1", NOW - DAY))


async def test_self_signed_is_not_trusted(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"not trusted here \(self-signed\)\. SSL_CERT_FILE"):
        await ask(issue(tmp_path, None, "127.0.0.1", NOW + DAY))


async def test_what_speaks_no_tls_is_told() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with open_client(f"https://127.0.0.1:{port}") as client:
        with pytest.raises(Unreachable, match="does not speak TLS"):
            await exchange(client, client.build_request("GET", "/"), cap=9, deadline=9)
    server.close()
    await server.wait_closed()
