"""The sign-in of a client: CONTRACT.md, "Signing in". One suite for every engine."""

from typing import Any

import httpx
import pytest

from butlr_tui.contract import CLIENT_LOGIN_PATH, CLIENTS_PATH, SCOPES

from .conftest import ENGINES, Caller, login


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_the_reply(http: httpx.AsyncClient, pair: dict[str, str]) -> None:
    reply = await http.post(CLIENT_LOGIN_PATH, json=login(pair))
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    fields = reply.json()
    assert list(fields) == ["access_token", "scope", "expires_in", "token_type"]
    assert fields["scope"] == " ".join(SCOPES)
    assert isinstance(fields["expires_in"], int)
    assert fields["token_type"] == "Bearer"


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
    http: httpx.AsyncClient, pair: dict[str, str], changes: dict[str, Any], status: int, body: str
) -> None:
    reply = await http.post(CLIENT_LOGIN_PATH, json=login(pair) | changes)
    assert (reply.status_code, reply.text) == (status, body)


async def test_a_form_is_refused_in_oauths_words(http: httpx.AsyncClient, pair: dict[str, str]) -> None:
    reply = await http.post(CLIENT_LOGIN_PATH, data=login(pair))
    assert reply.status_code == 400
    assert reply.json() == {
        "error": "invalid_request",
        "error_description": "content type must be application/json",
    }
