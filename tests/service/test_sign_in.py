"""The sign-in of a client: contract.md, "Signing in"."""

import json
from typing import Any

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from butlr_tui.contract import AUDIENCE, CLIENT_LOGIN_PATH, CLIENTS_PATH, SCOPES
from butlr_tui.models import TokenReply
from butlr_tui.service.local import SIGNING_KEY, LocalService, open_service

from .conftest import Caller, Clock, login, root_pair


async def test_the_reply(http: httpx.AsyncClient, service: LocalService, clock: Clock) -> None:
    reply = await http.post(CLIENT_LOGIN_PATH, json=login(root_pair(service)))
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    fields = reply.json()
    assert list(fields) == ["access_token", "scope", "expires_in", "token_type"]
    assert fields["scope"] == " ".join(SCOPES)
    assert len(SCOPES) == 12
    assert (fields["expires_in"], fields["token_type"]) == (3600, "Bearer")
    assert TokenReply(**{k: v for k, v in fields.items() if k != "token_type"}).expires_in == 3600

    key = OKPKey.import_key(json.loads((service.root_file.parent / SIGNING_KEY).read_bytes()))
    token = jws.deserialize_compact(fields["access_token"], key, algorithms=["Ed25519"])
    assert token.headers() == {"typ": "JWT", "alg": "Ed25519", "kid": key.thumbprint()}
    assert json.loads(token.payload) == {
        "iss": "urn:butlr-tui:service",
        "aud": AUDIENCE,
        "iat": int(clock()),
        "exp": int(clock()) + 3600,
        "client_id": service.root.client_id,
        "scope": " ".join(SCOPES),
    }


async def test_a_created_client_can_sign_in_until_it_is_deleted(
    root: Caller, http: httpx.AsyncClient
) -> None:
    pair = await root.create()
    assert (await http.post(CLIENT_LOGIN_PATH, json=login(pair))).status_code == 200
    await root.request("DELETE", f"{CLIENTS_PATH}/{pair['client_id']}")
    assert (await http.post(CLIENT_LOGIN_PATH, json=login(pair))).status_code == 401


DENIED = '{"error":"access_denied","error_description":"Unauthorized"}'


def _required(field: str) -> str:
    return f'{{"error":"invalid_request","error_description":"{field} is required and must be a string"}}'


@pytest.mark.parametrize(
    ("changes", "status", "body"),
    [
        ({"client_secret": "wrong"}, 401, DENIED),
        ({"client_id": "client_unknown"}, 401, DENIED),
        ({"client_id": "\x00"}, 401, DENIED),
        ({"client_secret": "wrong", "audience": "https://other/"}, 401, DENIED),
        (
            {"audience": "https://other/"},
            403,
            '{"error":"access_denied",'
            '"error_description":"Client is not authorized for this audience, only for https://butlrauth/"}',
        ),
        (
            {"grant_type": "password"},
            400,
            '{"error":"unsupported_grant_type","error_description":"grant_type must be client_credentials"}',
        ),
        *[
            ({field: value}, 400, _required(field))
            for field in ("client_id", "client_secret", "audience", "grant_type")
            for value in (None, "", 5, ["x"])
        ],
    ],
)
async def test_refusals(
    http: httpx.AsyncClient, service: LocalService, changes: dict[str, Any], status: int, body: str
) -> None:
    reply = await http.post(CLIENT_LOGIN_PATH, json=login(root_pair(service)) | changes)
    assert (reply.status_code, reply.text) == (status, body)


async def test_a_form_is_refused_in_oauths_words(http: httpx.AsyncClient, service: LocalService) -> None:
    reply = await http.post(CLIENT_LOGIN_PATH, data=login(root_pair(service)))
    assert reply.status_code == 400
    assert reply.json() == {
        "error": "invalid_request",
        "error_description": "content type must be application/json",
    }


async def test_an_unknown_client_costs_the_same_comparison(
    http: httpx.AsyncClient, service: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can be measured without a stopwatch: both ways hash once and compare once, 32 bytes each."""
    compared: list[tuple[int, int]] = []

    def compare(a: bytes, b: bytes) -> bool:
        compared.append((len(a), len(b)))
        return False

    monkeypatch.setattr("butlr_tui.service.minting.hmac.compare_digest", compare)
    for client_id in (service.root.client_id, "client_unknown"):
        pair = {"client_id": client_id, "client_secret": "wrong"}
        assert (await http.post(CLIENT_LOGIN_PATH, json=login(pair))).status_code == 401
    assert compared == [(32, 32), (32, 32)]


async def test_the_lifetime_is_configurable_and_kept(service: LocalService, clock: Clock) -> None:
    short = open_service(service.root_file.parent, now=clock, token_lifetime=60)
    transport = httpx.ASGITransport(short.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        reply = await http.post(CLIENT_LOGIN_PATH, json=login(root_pair(short)))
        assert reply.json()["expires_in"] == 60
        bearer = {"Authorization": f"Bearer {reply.json()['access_token']}"}
        clock.ahead(59)
        assert (await http.get(CLIENTS_PATH, headers=bearer)).status_code == 200
        clock.ahead(60)
        assert (await http.get(CLIENTS_PATH, headers=bearer)).status_code == 401
    short.close()
