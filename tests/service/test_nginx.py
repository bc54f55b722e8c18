"""The page's nginx site, with TLS, in front of a service: what a caller and the log see."""

import datetime as dt
import json
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from butlr_tui.contract import CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.service.bodies import BODY_LIMIT
from butlr_tui.service.local import ROOT_CREDENTIAL
from tests.service.blocks import block
from tests.support.programs import needs
from tests.support.server import Server
from tests.support.waiting import until

from .conftest import login

pytestmark = pytest.mark.slow

SITE = "/etc/nginx/sites-available/m2m"
HOST = "m2m.example.com"
CALLER = "127.0.0.2"
"""From where the site is called: another address of this machine than nginx's own."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def certificate(folder: Path) -> ssl.SSLContext:
    """A key and a certificate for HOST in `folder`, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "m2m.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "m2m.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return ssl.create_default_context(cafile=str(folder / "m2m.pem"))


@pytest.fixture
def server(data: Path) -> Iterator[Server]:
    server = Server(data, log="json", proxies="127.0.0.1")
    with server.process:
        yield server.listening()
        if server.process.poll() is None:
            server.process.kill()


@pytest.fixture
async def nginx(server: Server, tmp_path: Path) -> Iterator[httpx.AsyncClient]:  # type: ignore[misc]
    """A client of the site, which it takes for HOST."""
    needs("nginx")
    folder = tmp_path / "nginx"
    folder.mkdir()
    trusting = certificate(folder)
    port = free_port()
    site = (
        block(SITE)
        .replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
        .replace("http://127.0.0.1:4010", server.url)
        .replace("/etc/ssl/m2m/", f"{folder}/")
    )
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/pid;\nerror_log {folder}/errors;\nworker_processes 1;\n"
        f"events {{}}\nhttp {{\n{temporary}\n{site}\n}}\n"
    )
    process = subprocess.Popen(  # noqa: ASYNC220 (it is there at once)
        ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL
    )
    try:
        await until((folder / "pid").exists, 30)
        transport = httpx.AsyncHTTPTransport(verify=trusting, local_address=CALLER)
        async with httpx.AsyncClient(
            base_url=f"https://127.0.0.1:{port}", transport=transport, headers={"Host": HOST}
        ) as http:
            yield http
    finally:
        process.terminate()
        process.wait(30)


def sni(http: httpx.AsyncClient, method: str, path: str, **more: object) -> httpx.Request:
    """A request whose TLS names HOST, whatever address it goes to."""
    return http.build_request(method, path, extensions={"sni_hostname": HOST}, **more)  # type: ignore[arg-type]


async def test_behind_nginx_all_is_as_without_it(
    nginx: httpx.AsyncClient, server: Server, data: Path, tmp_path: Path
) -> None:
    pair = json.loads((data / ROOT_CREDENTIAL).read_bytes())
    spoofed = {"X-Forwarded-For": "203.0.113.9"}
    signed_in = await nginx.send(sni(nginx, "POST", CLIENT_LOGIN_PATH, json=login(pair), headers=spoofed))
    bearer = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
    made = await nginx.send(sni(nginx, "POST", CLIENTS_PATH, json={"name": "n"}, headers=bearer))
    assert made.status_code == 201
    listed = await nginx.send(sni(nginx, "GET", CLIENTS_PATH, headers=bearer))
    assert made.json()["client_id"] in [client["id"] for client in listed.json()]
    assert listed.headers["cache-control"] == "no-store"
    path = f"{CLIENTS_PATH}/{made.json()['client_id']}"
    assert (await nginx.send(sni(nginx, "DELETE", path, headers=bearer))).status_code == 204
    refused = await nginx.send(sni(nginx, "GET", CLIENTS_PATH))
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")

    big = "x" * (BODY_LIMIT - 100)
    kept = await nginx.send(sni(nginx, "POST", CLIENTS_PATH, content=big, headers=bearer))
    assert kept.status_code == 400
    assert kept.json()["code"] == "INVALID_REQUEST"
    over = await nginx.send(sni(nginx, "POST", CLIENTS_PATH, content=big * 2, headers=bearer))
    assert over.status_code == 413
    assert [*(tmp_path / "nginx" / "client_body").iterdir()] == []

    code, out, errors = server.stop()
    assert (code, errors) == (0, "")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["status"] for line in lines] == [200, 201, 200, 204, 401, 400]
    assert {line["address"] for line in lines} == {CALLER}
    gone = await nginx.send(sni(nginx, "GET", "/healthz"))
    assert gone.status_code == 502
