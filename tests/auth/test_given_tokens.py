"""A token that was given as it is: never renewed early; after a 401 its source is read once more."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import SecretStr

from butlr_tui.auth.bearer import RENEWED, Ask, Bearer
from butlr_tui.auth.credentials import (
    GivenToken,
    SignInMethod,
    Typed,
    TypedClient,
    TypedToken,
    TypedUser,
    validate,
)
from butlr_tui.auth.token import Token, static_token
from butlr_tui.http import errors
from butlr_tui.models import Credentials
from tests.auth.test_bearer import PAIR, Door, accepting, send
from tests.auth.test_token_claims import jwt


def given(value: str) -> GivenToken:
    return GivenToken(SecretStr(value))


class Place:
    """A file or a command: gives these tokens one after the other, then the last."""

    def __init__(self, *tokens: str | errors.ServiceError) -> None:
        self._tokens: Iterator[str | errors.ServiceError] = iter(tokens)
        self._last = tokens[-1]
        self.read = 0

    async def __call__(self) -> SignInMethod:
        self.read += 1
        await asyncio.sleep(0)
        token = next(self._tokens, self._last)
        if isinstance(token, errors.ServiceError):
            raise token
        return given(token)


def bearer(door: Door, ask: Ask) -> Bearer:
    return Bearer(door, ask, clock=lambda: door.now)


async def test_it_is_not_renewed_while_it_is_accepted() -> None:
    door = Door()
    place = Place("s1")
    auth = Bearer(door, place, clock=lambda: door.now)
    handler = accepting("s1")
    for now in (0, 10_000, 1e9):
        door.now = now
        assert (await send(auth, handler)).status_code == 200
    assert (place.read, door.count) == (1, 0)
    assert auth.current is not None and auth.current.static


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_another_token_at_its_source_is_tried_once(method: str) -> None:
    place = Place("s1", "s2")
    handler = accepting("s2")
    assert (await send(Bearer(Door(), place), handler, method)).status_code == 200
    assert handler.seen == ["s1", "s2"]
    handler, place = accepting(), Place("s1", "s2", "s3")
    assert (await send(Bearer(Door(), place), handler, method)).status_code == 401
    assert handler.seen == ["s1", "s2"]
    assert place.read == 2


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
async def test_the_same_token_is_not_sent_again(method: str) -> None:
    place = Place("s1")
    handler = accepting()
    answer = await send(Bearer(Door(), place), handler, method)
    assert answer.status_code == 401
    assert RENEWED not in answer.request.extensions
    assert handler.seen == ["s1"]
    assert place.read == 2


async def test_a_create_is_not_sent_again_with_another_token_either() -> None:
    place = Place("s1", "s2")
    auth = Bearer(Door(), place)
    handler = accepting("s2")
    answer = await send(auth, handler, "POST")
    assert answer.status_code == 401 and RENEWED in answer.request.extensions
    assert handler.seen == ["s1"]
    assert (await send(auth, handler, "POST")).status_code == 200


@pytest.mark.parametrize("second", ["s1", "s2"])
async def test_twenty_401s_share_one_reading(second: str) -> None:
    place = Place("s1", second)
    auth = Bearer(Door(), place)
    await auth.token()
    handler = accepting("s2")
    answers = await asyncio.gather(*(send(auth, handler) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200 if second == "s2" else 401}
    assert place.read == 2


async def test_a_source_that_is_gone_is_told() -> None:
    auth = Bearer(Door(), Place("s1", errors.CredentialError("gone")))
    with pytest.raises(errors.CredentialError, match="gone"):
        await send(auth, accepting())
    assert (await auth.token()).get_secret_value() == "s1"


async def test_signing_in_goes_on_with_what_was_typed() -> None:
    door = Door()
    auth = bearer(door, Place(errors.CredentialError("none")))
    with pytest.raises(errors.CredentialError):
        await auth.token()
    token = await auth.sign_in(PAIR)
    assert auth.current is token
    assert (await send(auth, accepting("t1"))).status_code == 200
    assert (await send(auth, accepting("t2"))).status_code == 200  # renewed with the same pair
    assert door.count == 2
    await auth.sign_in(given("s1"))
    assert (await send(auth, accepting("s1"))).status_code == 200
    assert (await send(auth, accepting("s2"))).status_code == 401
    assert door.count == 2


async def test_a_refused_sign_in_changes_nothing() -> None:
    door = Door()
    auth = bearer(door, Place("s1"))
    await auth.token()
    door.error = errors.CredentialsRefused("no")
    with pytest.raises(errors.CredentialsRefused):
        await auth.sign_in(PAIR)
    assert (await auth.token()).get_secret_value() == "s1"


async def test_whoever_waits_gets_the_new_token() -> None:
    door = Door()
    door.open.clear()
    auth = bearer(door, lambda: PAIR)
    signing = asyncio.ensure_future(auth.sign_in(PAIR))
    await door.asked.wait()
    waiting = [asyncio.ensure_future(auth.token()) for _ in range(20)]
    door.open.set()
    await signing
    assert {token.get_secret_value() for token in await asyncio.gather(*waiting)} == {"t1"}
    assert door.count == 1


async def test_a_user_signs_in_and_is_renewed_from_memory() -> None:
    class UserDoor(Door):
        async def token_for_user(self, user: TypedUser) -> Token:
            assert (user.username, user.password.get_secret_value()) == ("me", " pw ")
            return await self.token_for(PAIR)

    door = UserDoor()
    auth = bearer(door, Place(errors.CredentialError("none")))
    await auth.sign_in(validate(TypedUser(" me ", SecretStr(" pw "))))
    assert (await send(auth, accepting("t2"))).status_code == 200


def test_what_was_typed_is_checked() -> None:
    assert validate(TypedClient(" a\n", SecretStr(" b\n"))) == Credentials("a", SecretStr("b"))
    assert validate(TypedToken(SecretStr(" Bearer a.b-c_d~+/==\n"))) == given("a.b-c_d~+/==")
    bad_ones: list[Typed] = [
        TypedClient("", SecretStr("canary")),
        TypedClient("canary", SecretStr(" ")),
        TypedClient("a", SecretStr("canary\x1b")),
        TypedUser(" ", SecretStr("canary")),
        TypedUser("me", SecretStr("")),
        *(
            TypedToken(SecretStr(text))
            for text in ("", " ", "canary canary", "canary\r\nX: y", "canaryé", "a=canary")
        ),
    ]
    for bad in bad_ones:
        with pytest.raises(errors.CredentialError) as caught:
            validate(bad)
        assert "canary" not in repr(caught.value) + repr(bad).replace("client_id='canary'", "")


def test_how_long_it_lasts_is_read_from_it() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=100)
    token = static_token(SecretStr(jwt({"exp": soon.timestamp(), "scope": "a b"})))
    left = token.seconds_left()
    assert left is not None and 90 < left <= 100
    assert token.scopes == ("a", "b")
    assert static_token(SecretStr("opaque")).seconds_left() is None


async def test_how_long_a_renewed_one_lasts_is_told_by_the_sign_in() -> None:
    door = Door(life=1000)
    token = await door.token_for(PAIR)
    assert not token.static
    assert isinstance(token.seconds_left(), float)


async def test_no_request_leaves_with_what_is_no_token() -> None:
    sent: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    async def bad() -> SignInMethod:
        return validate(TypedToken(SecretStr("a\r\nX: y")))

    with pytest.raises(errors.CredentialError):
        await send(Bearer(Door(), bad), handler)
    assert sent == []
