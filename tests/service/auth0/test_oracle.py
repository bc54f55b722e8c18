"""The fake tenant and the engine's requests against auth0-python, the tenant's own library.

Its models must take what the fake answers, and it must send what the engine sends. It is an oracle for tests
only: the engine does not use it, since it sends a POST again after a 409, 429 or 5xx.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from butlr_tui.contract import AUDIENCE, SCOPES
from butlr_tui.service.auth0.wire import FIELDS
from tests.service.conftest import Caller, Clock
from tests.support.buckets import EVERYTHING, Bucket
from tests.support.oracles import library
from tests.support.tenant import SERVICE_ID, SERVICE_SECRET, URL, Tenant

auth0 = library("auth0.management.client")
errors = library("auth0.management.errors")


@pytest.fixture
def engine() -> str:
    return "auth0"


@pytest.fixture
async def oracle(tenant: Tenant) -> AsyncIterator[Any]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(tenant.app), base_url=URL) as http:
        asked = {
            "client_id": SERVICE_ID,
            "client_secret": SERVICE_SECRET,
            "audience": f"{URL}/api/v2/",
            "grant_type": "client_credentials",
        }
        token = (await http.post("/oauth/token", json=asked)).json()["access_token"]
        yield auth0.AsyncAuth0(base_url=f"{URL}/api/v2", token=token, httpx_client=http, max_retries=0)


def _request(tenant: Tenant) -> tuple[str, str, dict[str, list[str]], Any]:
    """The last one that arrived: method, path, query, body."""
    method, target, body = tenant.seen[-1]
    parts = urlsplit(target)
    return method, parts.path, parse_qs(parts.query, keep_blank_values=True), body


async def _last(tenant: Tenant, method: str, start: str) -> tuple[str, str, dict[str, list[str]], Any]:
    while not (tenant.seen[-1][0] == method and tenant.seen[-1][1].startswith(start)):
        tenant.seen.pop()
    return _request(tenant)


async def test_creating_a_client_and_its_grant(root: Caller, tenant: Tenant, oracle: Any) -> None:
    await root.create("hvac-sync", "Feeds it")
    grant_sent = await _last(tenant, "POST", "/api/v2/client-grants")
    client_sent = await _last(tenant, "POST", "/api/v2/clients")
    metadata = client_sent[3]["client_metadata"]
    assert metadata["butlr_owner"] == root.client_id
    assert all(isinstance(value, str) and len(value) <= 255 for value in metadata.values())

    made = await oracle.clients.create(
        name="hvac-sync",
        description="Feeds it",
        app_type="non_interactive",
        grant_types=["client_credentials"],
        client_metadata=metadata,
        token_endpoint_auth_method="client_secret_post",
        oidc_conformant=True,
    )
    assert _request(tenant) == client_sent
    assert _shape(made) == {
        **client_sent[3],
        "client_id": made.client_id,
        "client_secret": made.client_secret,
    }
    assert made.client_id in tenant.clients
    # These are recorded of Auth0, and it does not describe them.
    assert set(made.model_extra) == {"cross_origin_auth", "encrypted", "callback_url_template"}

    granted = await oracle.client_grants.create(
        client_id=made.client_id, audience=AUDIENCE, scope=list(SCOPES)
    )
    sent = _request(tenant)
    assert sent[:3] == grant_sent[:3]
    assert sent[3] == grant_sent[3] | {"client_id": made.client_id}
    assert not granted.model_extra
    assert (granted.client_id, granted.audience, granted.scope) == (made.client_id, AUDIENCE, list(SCOPES))


def _shape(made: Any) -> dict[str, Any]:
    """The fields that the engine has to do with."""
    wanted = (
        "name",
        "description",
        "app_type",
        "grant_types",
        "client_metadata",
        "token_endpoint_auth_method",
        "oidc_conformant",
        "client_id",
        "client_secret",
    )
    return {name: getattr(made, name) for name in wanted}


async def test_reading_clients(root: Caller, tenant: Tenant, oracle: Any) -> None:
    made = await root.create("hvac-sync")
    tenant.paging.checkpoints = False  # which their library does not go by here
    await root.names()
    ours = await _last(tenant, "GET", "/api/v2/clients?")
    pager = await oracle.clients.list(
        page=0, per_page=100, app_type="non_interactive", fields=FIELDS, include_fields=True
    )
    assert _request(tenant) == ours
    assert [client.client_id for client in pager.items] == list(tenant.clients)
    assert all(client.client_secret is None and not client.model_extra for client in pager.items)
    assert pager.response.total == 2
    assert not pager.response.model_extra

    await root.request("GET", f"/api/v1/client/{made['client_id']}")
    ours = _request(tenant)
    one = await oracle.clients.get(made["client_id"], fields=FIELDS, include_fields=True)
    assert _request(tenant) == ours
    assert one.name == "hvac-sync"
    assert one.client_metadata["butlr_owner"] == root.client_id
    assert not one.model_extra


async def test_searching_clients(root: Caller, tenant: Tenant, clock: Clock, oracle: Any) -> None:
    """As `serve check --write` does; the service itself does without."""
    tenant.search_lag = 5
    made = await root.create("hvac-sync")
    asked = {"take": 1, "fields": "client_id", "include_fields": True}
    mark = tenant.clients[made["client_id"]]["client_metadata"]["butlr_request"]
    assert (await oracle.clients.search(q=f'metadata.butlr_request:"{mark}"', **asked)).items == []
    clock.ahead(5)
    pager = await oracle.clients.search(q=f'metadata.butlr_request:"{mark}"', **asked)
    assert _request(tenant)[1] == "/api/v2/clients/search"
    [found] = pager.items
    assert found.client_id == made["client_id"]
    assert not found.model_extra
    assert not pager.response.model_extra


async def test_looking_for_a_grant(root: Caller, tenant: Tenant, oracle: Any) -> None:
    def grant_first(call: str) -> None:
        if call == "POST client-grants":
            tenant.grant(list(tenant.clients)[-1])

    tenant.before = grant_first  # a 409, and a grant to adopt
    made = await root.create()
    ours = await _last(tenant, "GET", "/api/v2/client-grants")
    assert ours[2] == {"client_id": [made["client_id"]], "audience": [AUDIENCE]}
    pager = await oracle.client_grants.list(client_id=made["client_id"], audience=AUDIENCE)
    theirs = _request(tenant)
    assert theirs[:2] == ours[:2]
    assert ours[2].items() <= theirs[2].items()  # beyond it they ask for totals and a page
    [grant] = pager.items
    assert grant.scope == list(SCOPES)
    assert not grant.model_extra


async def test_deleting_a_client(root: Caller, tenant: Tenant, oracle: Any) -> None:
    made = await root.create()
    await root.request("DELETE", f"/api/v1/client/{made['client_id']}")
    ours = _request(tenant)
    await oracle.clients.delete(made["client_id"])
    assert _request(tenant) == ours


async def test_the_api_that_the_check_reads(tenant: Tenant, oracle: Any) -> None:
    found = await oracle.resource_servers.get(AUDIENCE)
    assert _request(tenant)[1] in {
        "/api/v2/resource-servers/https://butlrauth/",
        "/api/v2/resource-servers/https%3A%2F%2Fbutlrauth%2F",
    }
    assert [scope.value for scope in found.scopes] == list(SCOPES)
    assert found.token_dialect == "rfc9068_profile"
    assert not found.model_extra


async def test_refusals_are_of_their_kinds(tenant: Tenant, oracle: Any) -> None:
    made = await oracle.clients.create(name="x", app_type="non_interactive")
    tenant.grant(made.client_id)
    body = {"client_id": made.client_id, "audience": AUDIENCE, "scope": list(SCOPES)}
    cases: list[tuple[Any, int, Callable[[], Any]]] = [
        (errors.BadRequestError, 400, lambda: oracle.clients.create(name="<", app_type="spa")),
        (errors.NotFoundError, 404, lambda: oracle.clients.get("nobody")),
        (errors.ConflictError, 409, lambda: oracle.client_grants.create(**body)),
    ]
    for kind, status, call in cases:
        with pytest.raises(kind) as caught:
            await call()
        assert caught.value.body["statusCode"] == status
        assert set(caught.value.body) == {"statusCode", "error", "message", "errorCode"}
    tenant.buckets = {EVERYTHING: Bucket(0, 1)}
    with pytest.raises(errors.TooManyRequestsError) as caught:
        await oracle.clients.get(made.client_id)
    assert caught.value.body["errorCode"] == "too_many_requests"
    assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"} <= set(caught.value.headers)
