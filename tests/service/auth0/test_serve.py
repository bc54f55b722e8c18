"""`serve --engine auth0` as a process, against the fake tenant on a port; and the app's own client on it."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from butlr_tui.api.client import M2MClient
from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.contract import AUDIENCE, CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.models import Credentials
from butlr_tui.service.auth0.engine import ORPHANS, TenantService
from butlr_tui.service.auth0.orphans import Orphans
from butlr_tui.service.run import opener, serve
from tests.service.conftest import Clock, login
from tests.support.server import Server
from tests.support.tenant import Tenant

pytestmark = pytest.mark.slow


@pytest.fixture
def tenant(tenant_on_a_port: Tenant) -> Tenant:
    return tenant_on_a_port


@pytest.fixture
def servers(data: Path, tenant: Tenant) -> Iterator[list[Server]]:
    """Two processes of the service on one tenant."""
    started = [
        Server(data / name, engine="auth0", environment=tenant.environment) for name in ("first", "second")
    ]
    yield started
    for server in started:
        if server.process.poll() is None:
            server.process.kill()
        with server.process:
            pass


def test_two_processes_on_one_tenant(servers: list[Server], tenant: Tenant) -> None:
    first, second = (server.listening() for server in servers)
    domain = tenant.url.partition("://")[2]
    assert first.said[1] == (
        f"The clients are in the Auth0 tenant {domain}. `butlr-tui serve check` tells whether it is set up."
    )
    with httpx.Client(trust_env=False) as http:
        reply = http.post(first.url + CLIENT_LOGIN_PATH, json=login(tenant.root_pair))
        bearer = {"Authorization": f"Bearer {reply.json()['access_token']}"}
        made = http.post(first.url + CLIENTS_PATH, json={"name": "hvac-sync"}, headers=bearer)
        assert made.status_code == 201
        listed = http.get(second.url + CLIENTS_PATH, headers=bearer).json()
        assert [client["name"] for client in listed] == ["butlr-tui root", "hvac-sync"]
        path = f"{CLIENTS_PATH}/{made.json()['client_id']}"
        assert http.delete(second.url + path, headers=bearer).status_code == 204
        assert http.get(first.url + path, headers=bearer).status_code == 404
    ends = [server.stop() for server in servers]
    assert ends == [(0, "", "")] * 2
    secrets = [secret for secret in tenant.issued if secret in str((first.said, second.said, ends))]
    assert secrets == []


def test_killed_between_client_and_grant_the_client_is_on_record_and_swept(
    data: Path, tenant: Tenant, servers: list[Server]
) -> None:
    server = servers[0].listening()

    def kill(call: str) -> None:
        if call == "POST client-grants":
            server.process.kill()
            server.process.wait(20)

    with httpx.Client(trust_env=False, base_url=server.url) as http:
        reply = http.post(CLIENT_LOGIN_PATH, json=login(tenant.root_pair))
        bearer = {"Authorization": f"Bearer {reply.json()['access_token']}"}
        tenant.before = kill
        with pytest.raises(httpx.TransportError):
            http.post(CLIENTS_PATH, json={"name": "orphan"}, headers=bearer)
    [orphan] = [client for client in tenant.clients.values() if client["name"] == "orphan"]
    record = Orphans(data / "first" / ORPHANS)
    [unfinished] = record.all()
    assert unfinished.mark == orphan["client_metadata"]["butlr_request"]
    # as if its grace were over: the next start sweeps it
    record.leave(unfinished.mark, orphan["client_id"], time.time())
    record.close()
    swept = threading.Event()
    tenant.before = lambda call: swept.set() if call == f"DELETE clients/{orphan['client_id']}" else None
    again = Server(data / "first", engine="auth0", environment=tenant.environment)
    servers.append(again)
    again.listening()
    assert swept.wait(20)
    assert again.stop() == (0, "", "")
    assert orphan["client_id"] not in tenant.clients


def _serve(data: Path, environment: Mapping[str, str]) -> tuple[int, list[str]]:
    said: list[str] = []
    return serve(data, "127.0.0.1", 0, said.append, opener("auth0", environment)), said


def test_settings_that_are_none_are_told(data: Path) -> None:
    code, said = _serve(data, {"AUTH0_DOMAIN": "t.auth0.com", "AUTH0_CLIENT_ID": "id"})
    assert code == 1
    assert said == [
        "The auth0 engine needs AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET in the environment; "
        "AUTH0_CLIENT_SECRET is not set."
    ]


def test_a_folder_that_is_none_is_told(data: Path, tenant: Tenant) -> None:
    data.write_text("")
    code, said = _serve(data, tenant.environment)
    assert code == 1
    assert said[0].startswith(f"The data folder {data} can't be used")
    data.unlink()
    data.mkdir(0o700)
    (data / ORPHANS).write_bytes(b"nonsense" * 200)
    code, said = _serve(data, tenant.environment)
    assert code == 1
    assert ORPHANS in said[0]


def test_an_engine_that_is_none() -> None:
    with pytest.raises(ValueError, match="oracle"):
        opener("oracle", {})


class TestTheApp:
    """The app's own client, unchanged, on the Auth0 engine."""

    @pytest.fixture
    def tenant(self, clock: Clock) -> Tenant:
        return Tenant(clock)

    async def test_its_client_needs_no_change(
        self, tenant: Tenant, tenant_service: TenantService, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        transport = httpx.ASGITransport(tenant_service.app)
        sign_in = SignIn("http://127.0.0.1:4010", AUDIENCE, transport)
        pair = Credentials(tenant.root_pair["client_id"], SecretStr(tenant.root_pair["client_secret"]))
        bearer = Bearer(sign_in, lambda: pair)
        api = M2MClient("http://127.0.0.1:4010", bearer, transport)
        made = await api.create_client("hvac-sync", "Feeds it")
        assert made.client_id is not None
        assert made.secret is not None
        assert [client.name for client in await api.list_clients()] == ["butlr-tui root", "hvac-sync"]
        assert (await api.get_client(made.client_id)).description == "Feeds it"
        token = await sign_in.token_for(Credentials(made.client_id, made.secret))
        assert len(token.scopes) == 12
        await api.delete_client(made.client_id)
        assert [client.name for client in await api.list_clients()] == ["butlr-tui root"]
        assert not any(secret in caplog.text for secret in tenant.issued)
        await api.aclose()
        await sign_in.aclose()
        await tenant_service.stop()
