"""What only the embedded engine does: failures of its own, and tokens of its own."""

import json
import sqlite3
from pathlib import Path

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from butlr_tui.contract import AUDIENCE, CLIENT_LOGIN_PATH, CLIENTS_PATH, SCOPES
from butlr_tui.models import TokenReply
from butlr_tui.service.local import DATABASE, SIGNING_KEY, LocalService, open_service
from butlr_tui.service.store import Record
from butlr_tui.service.tokens import _only

from .conftest import Caller, Clock, login, root_pair


async def test_what_the_engine_can_not_do_is_told_with_its_code(
    root: Caller, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = await root.create()
    with sqlite3.connect(data / DATABASE) as db:
        for event in ("INSERT", "DELETE"):
            db.execute(
                f"CREATE TRIGGER no_{event} BEFORE {event} ON client "
                "BEGIN SELECT RAISE(ABORT, 'canary-of-the-engine'); END"
            )
    db.close()
    reply = await root.request("POST", CLIENTS_PATH, json={"name": "canary-name"})
    expected = '{"code":"CLIENT_CREATE_FAILED","message":"client could not be created"}'
    assert (reply.status_code, reply.text) == (500, expected)
    reply = await root.request("DELETE", f"{CLIENTS_PATH}/{made['client_id']}")
    expected = '{"code":"CLIENT_DELETE_FAILED","message":"client could not be deleted"}'
    assert (reply.status_code, reply.text) == (500, expected)
    assert "IntegrityError in sqlite.py" in caplog.text
    assert "canary" not in caplog.text


async def test_the_unexpected_is_a_500_and_the_log_quotes_nothing(
    root: Caller, service: LocalService, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> list[Record]:
        raise RuntimeError("canary-of-a-secret")

    monkeypatch.setattr(type(service.store), "list", fail)
    reply = await root.request("GET", CLIENTS_PATH)
    assert (reply.status_code, reply.content) == (500, b'{"message":"Internal server error"}')
    assert "RuntimeError in test_embedded.py" in caplog.text
    assert "canary" not in caplog.text


async def test_a_closed_store_is_a_500(root: Caller, service: LocalService) -> None:
    service.close()
    reply = await root.request("GET", CLIENTS_PATH)
    assert (reply.status_code, reply.content) == (500, b'{"message":"Internal server error"}')


async def test_an_owner_deleted_during_its_create_is_unauthorized(
    root: Caller, service: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = await root.create("short-lived")
    caller = await root.become(pair)
    known = service.store.secret_hash(pair["client_id"])
    await root.request("DELETE", f"{CLIENTS_PATH}/{pair['client_id']}")
    # as if the check had run just before that
    monkeypatch.setattr(type(service.store), "secret_hash", lambda *_: known)
    reply = await caller.request("POST", CLIENTS_PATH, json={"name": "orphan"})
    assert (reply.status_code, reply.content) == (401, b'{"message":"invalid or expired jwt"}')
    assert await root.names() == ["butlr-tui root"]
    reply = await caller.request("GET", CLIENTS_PATH)
    assert (reply.status_code, reply.content) == (401, b'{"message":"invalid or expired jwt"}')


async def test_the_reply_to_a_sign_in_and_its_token(
    http: httpx.AsyncClient, service: LocalService, clock: Clock
) -> None:
    reply = await http.post(CLIENT_LOGIN_PATH, json=login(root_pair(service)))
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    fields = reply.json()
    assert list(fields) == ["access_token", "scope", "expires_in", "token_type"]
    assert fields["scope"] == " ".join(SCOPES)
    assert len(SCOPES) == 12
    assert (fields["expires_in"], fields["token_type"]) == (3600, "Bearer")
    assert TokenReply(**{k: v for k, v in fields.items() if k != "token_type"}).expires_in == 3600

    (held,) = json.loads((service.root_file.parent / SIGNING_KEY).read_bytes())["keys"]
    key = OKPKey.import_key(held)
    token = jws.deserialize_compact(fields["access_token"], key, registry=_only("EdDSA"))
    assert token.headers() == {"typ": "JWT", "alg": "EdDSA", "kid": key.thumbprint()}
    assert json.loads(token.payload) == {
        "iss": "urn:butlr-tui:service",
        "aud": AUDIENCE,
        "iat": int(clock()),
        "exp": int(clock()) + 3600,
        "client_id": service.root.client_id,
        "scope": " ".join(SCOPES),
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
