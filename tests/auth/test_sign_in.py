"""The sign-in: sent once, its token checked, its refusals told, its secret never."""

import json
import traceback
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from butlr_tui.auth import sign_in
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.auth.token import Token
from butlr_tui.http import errors
from butlr_tui.http.transport import BadUrl
from butlr_tui.models import Credentials
from tests.support.faults import (
    SECRET,
    TOKEN,
    Behaviour,
    FaultServer,
    fault_points,
    hang_up,
    raw,
    reply,
    reset,
    response,
)

PAIR = Credentials("client_me", SecretStr(SECRET))
GOOD = {"access_token": TOKEN, "scope": "read:rooms write:rooms", "expires_in": 1000, "token_type": "Bearer"}


async def sign(*behaviours: Behaviour) -> tuple[Token, FaultServer]:
    async with FaultServer(hang_up, sign_in=behaviours[0]) as server:
        door = SignIn(server.url, "https://butlrauth/")
        try:
            return await door.token_for(PAIR), server
        except errors.ServiceError as error:
            printed = "".join(traceback.format_exception(error)) + repr(error)
            assert SECRET not in printed and TOKEN not in printed
            assert error.__cause__ is None and error.__context__ is None
            assert isinstance(error, errors.NotSent | errors.Rejected)
            assert len(server.sign_ins) <= 1
            error.message = error.message.replace(server.url[7:], "HOST")
            raise
        finally:
            await door.aclose()


async def test_a_token_with_its_life() -> None:
    token, server = await sign(reply(200, GOOD))
    assert token.value.get_secret_value() == TOKEN
    assert token.scopes == ("read:rooms", "write:rooms")
    assert token.life == 1000
    assert token.expires_at is not None
    assert 990 < (token.expires_at - datetime.now(UTC)).total_seconds() <= 1000
    assert TOKEN not in repr(token)
    (seen,) = server.sign_ins
    assert seen.line == "POST /api/v2/clients/login"
    assert "authorization" not in seen.headers
    assert json.loads(seen.body) == {
        "client_id": "client_me",
        "client_secret": SECRET,
        "audience": "https://butlrauth/",
        "grant_type": "client_credentials",
    }


@pytest.mark.parametrize("expires_in", [1, 0.5, "3600", 1e300, 1 << 80])
async def test_any_life_is_borne(expires_in: object) -> None:
    token, _ = await sign(reply(200, {**GOOD, "expires_in": expires_in}))
    assert 0 < token.life <= 3650 * 86_400


@pytest.mark.parametrize(
    "change",
    [
        *[{"access_token": bad} for bad in ("", " ", "a b", "a\r\nX: y", "a\n", "é", "a=b", "\0")],
        *[{"access_token": bad} for bad in (None, 5, [TOKEN])],
        *[{"expires_in": bad} for bad in (0, -1, None, "soon", [1], float("nan"))],
        {"scope": 5},
    ],
)  # fmt: skip
async def test_bad_tokens_are_not_used(change: dict[str, object]) -> None:
    with pytest.raises(errors.NoToken, match="without a usable token"):
        await sign(reply(200, json.dumps({**GOOD, **change})))


@pytest.mark.parametrize("body", ["", "null", "[]", "<html>", f'"{TOKEN}"', b"\xff"])
async def test_bad_replies_are_not_quoted(body: str | bytes) -> None:
    with pytest.raises(errors.NoToken, match="without a usable token"):
        await sign(reply(200, body))


@pytest.mark.parametrize(
    ("behaviour", "kind", "sentence"),
    [
        (reply(401, {"error": "access_denied", "error_description": "Unauthorized"}),
         errors.CredentialsRefused, "HOST does not accept this client id and secret (Unauthorized)."),
        (reply(400, {"message": f"{SECRET} is wrong"}), errors.CredentialsRefused,
         "HOST does not accept this client id and secret ((hidden) is wrong)."),
        (reply(401), errors.CredentialsRefused, "HOST does not accept this client id and secret (401)."),
        (reply(403, {"message": "no"}), errors.CredentialsRefused,
         "HOST does not accept this client id and secret (no)."),
        (reply(403, f"<html>{SECRET}"), errors.GatewayRefused,
         "A gateway in front of HOST refused the sign-in (403); the service itself was not reached."),
        (reply(404, {"message": "Not Found"}), errors.NoService,
         "Nobody signs in at HOST: no such page (404)."),
        (reply(429, {}), errors.RateLimited, "The service asks to wait; it does not say how long."),
        (reply(500, {"message": "Internal server error"}), errors.NoToken,
         "Signing in failed: HOST answered 500: Internal server error."),
        (reply(503), errors.NoToken, "Signing in failed: HOST answered 503."),
        (reply(302, Location="/"), errors.NoToken,
         "Signing in failed: HOST answered with another address (302), which is never followed."),
        (hang_up, errors.NoToken, "Signing in failed: HOST gave no answer (the connection was closed)."),
        (reset, errors.NoToken, "Signing in failed: HOST gave no answer (the connection was closed)."),
        (raw(response(200, GOOD)[:-3], close=True), errors.NoToken,
         "Signing in failed: HOST broke off in its answer (the connection was closed)."),
    ],
)  # fmt: skip
async def test_each_refusal_has_its_error_and_sentence(
    behaviour: Behaviour, kind: type[errors.ServiceError], sentence: str
) -> None:
    with pytest.raises(errors.ServiceError) as caught:
        await sign(behaviour)
    assert type(caught.value) is kind
    assert caught.value.message == sentence


@pytest.mark.parametrize("point", fault_points(response(200, GOOD)))
async def test_every_fault_point_means_not_sent(point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "DEADLINE", 0.2)
    with pytest.raises(errors.NotSent):
        await sign(fault_points(response(200, GOOD))[point])


async def test_nobody_there_is_unreachable() -> None:
    async with FaultServer(hang_up) as server:
        url = server.url
    door = SignIn(url, "x")
    with pytest.raises(errors.Unreachable):
        await door.token_for(PAIR)
    await door.aclose()


def test_no_secret_goes_over_plain_http() -> None:
    with pytest.raises(BadUrl):
        SignIn("http://api.butlr.io", "x")
