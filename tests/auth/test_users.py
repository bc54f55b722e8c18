"""A user's name and password, against a stub of /api/v2/login: the service of this project has only clients.

Source: CONTRACT.md, "Signing in".
"""

import pytest
from pydantic import SecretStr

from butlr_tui.auth import sign_in
from butlr_tui.auth.credentials import TypedUser
from butlr_tui.config.profiles import Profile, Prompt
from butlr_tui.http import errors
from butlr_tui.operations.connect import connect
from tests.auth.test_each_source import tells_no_secret
from tests.support.faults import SECRET, TOKEN, Behaviour, FaultServer, reply, stall

USER = TypedUser("me@example.org", SecretStr(SECRET))
GOOD = {
    "access_token": TOKEN,
    "refresh_token": "canary-refresh",
    "id_token": "canary-id",
    "scope": "read:rooms",
    "expires_in": 1000,
    "token_type": "Bearer",
}


async def test_a_user_signs_in() -> None:
    async with FaultServer(
        reply(200, GOOD), reply(200, []), reply(401, {}), reply(200, GOOD), reply(200, [])
    ) as stub:
        session = connect(Profile("p", stub.url, Prompt()))
        token = await session.sign_in(USER)
        assert (token.scopes, token.life, token.static) == (("read:rooms",), 1000, False)
        assert await session.list() == []
        assert await session.list() == []  # a 401 between: signed in again from memory
        await session.aclose()
        login, listing = "POST /api/v2/login", "GET /api/v1/client"
        assert stub.lines == [login, listing, listing, login, listing]
        assert stub.seen[0].body == b'{"username":"me@example.org","password":"%s"}' % SECRET.encode()
        assert stub.sign_ins == []
        assert "canary-refresh" not in repr(vars(session)) + repr(token)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (reply(401, {"message": f"{SECRET} is wrong"}), errors.CredentialsRefused,
         r"does not accept this user name and password \(\(hidden\) is wrong\)"),
        (reply(400, {"error": "invalid_grant", "error_description": "Wrong"}), errors.CredentialsRefused, "Wrong"),
        (reply(404, {"message": "Not Found"}), errors.NoService, "Nobody signs in at"),
        (reply(429, {}), errors.RateLimited, "asks to wait"),
        (reply(500, {}), errors.NoToken, "answered 500"),
        (reply(200, "<html>"), errors.NoToken, "without a usable token"),
        (stall, errors.NoToken, "took too long"),
    ],
)  # fmt: skip
async def test_a_user_who_can_not(
    answer: Behaviour, kind: type[errors.ServiceError], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "DEADLINE", 2.0)
    async with FaultServer(answer) as stub:
        session = connect(Profile("p", stub.url, Prompt()))
        with pytest.raises(kind, match=words) as caught:
            await session.sign_in(USER)
        tells_no_secret(caught.value, SECRET)
        assert session.current_token is None
        await session.aclose()
        assert len(stub.seen) == 1


async def test_half_a_character_is_not_sent() -> None:
    async with FaultServer(reply(200, GOOD)) as stub:
        session = connect(Profile("p", stub.url, Prompt()))
        with pytest.raises(errors.CredentialError, match="half a character"):
            await session.sign_in(TypedUser("me", SecretStr("canary\ud800")))
        await session.aclose()
        assert stub.seen == []
