"""Whose tokens are taken: the tenant's keys, the claim that names the caller, callers that are gone.

The attacks of figure 16 run on this engine, too: test_tokens.py.
"""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import ECKey, OctKey, RSAKey

from butlr_tui.contract import AUDIENCE, CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.service.auth0.callers import FLOOR_SECONDS, FRESH_SECONDS
from butlr_tui.service.auth0.engine import open_tenant_service
from butlr_tui.service.auth0.existence_cache import ALIVE_SECONDS
from tests.service.conftest import Caller, Clock, login
from tests.support.jwt_forger import b64
from tests.support.tenant import Fault, Tenant, Wire, rsa_key

KEYS_PATH = "/.well-known/jwks.json"


@pytest.fixture
def engine() -> str:
    return "auth0"


@pytest.fixture
def ask(http: httpx.AsyncClient, tenant: Tenant, clock: Clock) -> Callable[..., Any]:
    """Lists with a token that has these claims and that signature; gives status and message."""

    async def status(key: RSAKey | None = None, without: str = "", **changes: Any) -> tuple[int, str]:
        claims = {
            "iss": f"{tenant.url}/",
            "aud": AUDIENCE,
            "exp": int(clock()) + 60,
            "client_id": tenant.root["client_id"],
        } | changes
        claims.pop(without, None)
        bearer = {"Authorization": f"Bearer {tenant.sign(claims, key)}"}
        reply = await http.get(CLIENTS_PATH, headers=bearer)
        return reply.status_code, "" if reply.status_code == 200 else reply.json()["message"]

    return status


def _weak() -> dict[str, str]:
    """The public part of a key that is too short to be trusted."""
    n = rsa.generate_private_key(65537, 1024).public_key().public_numbers().n
    return {"kty": "RSA", "kid": "weak", "n": b64(n.to_bytes(128, "big")), "e": "AQAB"}


INVALID = (401, "invalid or expired jwt")
NAMELESS = (401, "token is valid but missing client_id")
FAILED = (500, "Internal server error")
GOOD = (200, "")


async def test_keys_are_fetched_once(ask: Callable[..., Any], tenant: Tenant) -> None:
    assert await asyncio.gather(*(ask() for _ in range(20))) == [GOOD] * 20
    assert len(tenant.calls("GET", KEYS_PATH)) == 1


async def test_an_unknown_kid_fetches_with_a_floor_between(
    ask: Callable[..., Any], tenant: Tenant, clock: Clock
) -> None:
    assert await ask() == GOOD
    for _ in range(50):
        assert await ask(rsa_key(5)) == INVALID
    assert len(tenant.calls("GET", KEYS_PATH)) == 1
    clock.ahead(FLOOR_SECONDS)
    assert await asyncio.gather(*(ask(rsa_key(5)) for _ in range(50))) == [INVALID] * 50
    assert len(tenant.calls("GET", KEYS_PATH)) == 2


async def test_a_rotated_key_is_taken_and_a_revoked_one_goes(
    ask: Callable[..., Any], tenant: Tenant, clock: Clock
) -> None:
    assert await ask(rsa_key(0)) == GOOD
    tenant.keys = [rsa_key(0), rsa_key(1)]
    assert await ask(rsa_key(1)) == INVALID
    clock.ahead(FLOOR_SECONDS)
    assert await ask(rsa_key(1)) == GOOD
    assert await ask(rsa_key(0)) == GOOD
    tenant.keys = [rsa_key(1)]
    clock.ahead(FRESH_SECONDS + 1)
    assert await ask(rsa_key(0)) in {INVALID, FAILED}  # the tenant signs its own tokens with the new one
    assert await ask(rsa_key(1)) == GOOD
    assert await ask(rsa_key(0)) == INVALID


async def test_keys_that_can_not_be_had(
    ask: Callable[..., Any], tenant: Tenant, wire: Wire, clock: Clock
) -> None:
    """Without any, nobody can be told that his token is bad; with old ones, those still do."""

    def fault(request: httpx.Request) -> Fault | None:
        return Fault(503) if request.url.path == KEYS_PATH else None

    wire.fault = fault
    assert await ask() == FAILED
    wire.fault = lambda request: None
    assert await ask() == FAILED  # the floor
    clock.ahead(FLOOR_SECONDS)
    assert await ask() == GOOD
    wire.fault = fault
    clock.ahead(FRESH_SECONDS + 1)
    assert await ask() == GOOD
    assert await ask(rsa_key(5)) == INVALID


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"keys":{}}', b'{"keys":[1]}', b'{"keys":[]}', b"<html>"]
)
async def test_a_key_set_that_is_none(ask: Callable[..., Any], wire: Wire, body: bytes) -> None:
    wire.fault = lambda request: Fault(200, body) if request.url.path == KEYS_PATH else None
    assert await ask() == FAILED


async def test_only_keys_that_may_sign_are_used(ask: Callable[..., Any], wire: Wire, tenant: Tenant) -> None:
    small, encrypting, other_alg, good = rsa_key(6), rsa_key(5), rsa_key(7), rsa_key(0)
    keys: list[Any] = [
        ECKey.generate_key("P-256", {"kid": "ec"}).as_dict(private=False),
        OctKey.generate_key(256, {"kid": "oct"}).as_dict(private=True),
        _weak(),
        encrypting.as_dict(private=False) | {"use": "enc"},
        other_alg.as_dict(private=False) | {"alg": "PS256"},
        small.as_dict(private=False) | {"kid": None},
        {"kty": "RSA", "kid": "no-n", "e": "AQAB"},
        {"kty": "RSA", "kid": "bad-n", "n": "!", "e": "AQAB"},
        {"kty": "RSA", "kid": "n-a-number", "n": 5, "e": "AQAB"},
        {key: value for key, value in good.as_dict(private=False).items() if key not in {"use", "alg"}},
    ]
    body = json.dumps({"keys": keys}).encode()
    wire.fault = lambda request: Fault(200, body) if request.url.path == KEYS_PATH else None
    assert await ask(good) == GOOD
    for key in (small, encrypting, other_alg):
        assert await ask(key) == INVALID


@pytest.mark.parametrize(
    ("setting", "changes", "answer"),
    [
        ("", {}, GOOD),
        ("", {"without": "client_id", "azp": "ROOT"}, NAMELESS),
        ("client_id,azp", {"without": "client_id", "azp": "ROOT"}, GOOD),
        ("client_id,azp", {}, GOOD),
        ("client_id,azp", {"azp": "somebody"}, GOOD),  # the first that is there
        ("client_id,azp", {"client_id": 5, "azp": "ROOT"}, NAMELESS),
        ("azp", {}, NAMELESS),
        ("https://butlr.io/client_id", {"https://butlr.io/client_id": "ROOT"}, GOOD),
        ("https://butlr.io/client_id", {}, NAMELESS),
    ],
)
async def test_the_claim_that_names_the_caller(
    data: Path,
    clock: Clock,
    tenant: Tenant,
    wire: Wire,
    setting: str,
    changes: dict[str, Any],
    answer: tuple[int, str],
) -> None:
    environment = tenant.environment | {"BUTLR_CALLER_CLAIMS": setting}
    service = open_tenant_service(data, environment, transport=wire, clocks=clock.times)
    root = tenant.root["client_id"]
    claims: dict[str, Any] = {
        "iss": f"{tenant.url}/",
        "aud": AUDIENCE,
        "exp": clock() + 60,
        "client_id": root,
    }
    claims |= {name: root if value == "ROOT" else value for name, value in changes.items()}
    claims.pop(changes.get("without", ""), None)
    bearer = {"Authorization": f"Bearer {tenant.sign(claims)}"}
    transport = httpx.ASGITransport(service.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        reply = await http.get(CLIENTS_PATH, headers=bearer)
    assert (reply.status_code, reply.json()["message"] if reply.status_code != 200 else "") == answer
    await service.stop()
    service.close()


async def test_another_audience_by_configuration(
    data: Path, clock: Clock, tenant: Tenant, wire: Wire
) -> None:
    tenant.api["identifier"] = "https://staging/"
    tenant.grant(tenant.root["client_id"], audience="https://staging/")
    environment = tenant.environment | {"BUTLR_API_AUDIENCE": "https://staging/"}
    service = open_tenant_service(data, environment, transport=wire, clocks=clock.times)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(service.app), base_url="http://127.0.0.1"
    ) as http:
        asked = login(tenant.root_pair) | {"audience": "https://staging/"}
        reply = await http.post(CLIENT_LOGIN_PATH, json=asked)
        bearer = {"Authorization": f"Bearer {reply.json()['access_token']}"}
        made = await http.post(CLIENTS_PATH, json={"name": "x"}, headers=bearer)
    assert made.status_code == 201
    assert tenant.grants[-1]["audience"] == "https://staging/"
    await service.stop()
    service.close()


async def test_a_token_ends_within_a_minute_of_its_client(
    ask: Callable[..., Any], tenant: Tenant, clock: Clock, root: Caller
) -> None:
    made = await root.create()
    assert await ask(client_id=made["client_id"]) == GOOD
    tenant.remove(made["client_id"])  # in the dashboard
    clock.ahead(ALIVE_SECONDS - 1)
    assert await ask(client_id=made["client_id"]) == GOOD
    clock.ahead(1)
    assert await ask(client_id=made["client_id"]) == INVALID
    assert await ask(client_id=made["client_id"]) == INVALID


async def test_callers_are_looked_at_once_a_minute(
    ask: Callable[..., Any], tenant: Tenant, clock: Clock
) -> None:
    path = f"/api/v2/clients/{tenant.root['client_id']}"
    await asyncio.gather(*(ask() for _ in range(20)))
    await ask()
    assert len(tenant.calls("GET", path)) == 1
    clock.ahead(ALIVE_SECONDS)
    await ask()
    assert len(tenant.calls("GET", path)) == 2
