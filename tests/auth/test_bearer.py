"""The token: attached, renewed early and on a 401, one renewal for however many requests."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from butlr_tui.auth.bearer import RENEWED, Bearer
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.auth.token import Token
from butlr_tui.http import errors
from butlr_tui.http.transport import exchange, open_client
from butlr_tui.models import Credentials
from tests.support.faults import FaultServer, endless, reply

PAIR = Credentials("client_me", SecretStr("secret"))


class Door(SignIn):
    """A sign-in that gives t1, t2, … each good for `life` seconds."""

    def __init__(self, life: float = 1000) -> None:
        self.life = life
        self.count = 0
        self.asked = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()
        self.error: errors.ServiceError | None = None
        self.now = 0.0
        self.closed = False

    async def token_for(self, credentials: Credentials) -> Token:
        self.count += 1
        number = self.count
        self.asked.set()
        await self.open.wait()
        if self.error is not None:
            raise self.error
        return Token(SecretStr(f"t{number}"), (), self.life, self.now + self.life, datetime.now(UTC))

    async def aclose(self) -> None:
        self.closed = True


def bearer(door: Door) -> Bearer:
    return Bearer(door, lambda: PAIR, clock=lambda: door.now)


async def send(auth: Bearer, handler: Any, method: str = "GET") -> httpx.Response:
    async with open_client("http://localhost", auth=auth, transport=httpx.MockTransport(handler)) as client:
        return await client.send(client.build_request(method, "/"))


def accepting(*tokens: str) -> Any:
    """A service that takes these tokens, and notes all that it sees."""

    def handler(request: httpx.Request) -> httpx.Response:
        token = request.headers["authorization"].removeprefix("Bearer ")
        handler.seen.append(token)  # type: ignore[attr-defined]
        return httpx.Response(200 if token in tokens else 401)

    handler.seen = []  # type: ignore[attr-defined]
    return handler


async def test_one_token_serves_until_it_is_due() -> None:
    door = Door(life=1000)
    auth = bearer(door)
    handler = accepting("t1", "t2")
    for now in (0, 699, 700):
        door.now = now
        await send(auth, handler)
    assert handler.seen == ["t1", "t1", "t2"]
    assert (await auth.token()).get_secret_value() == "t2"


async def test_a_short_life_is_renewed_at_its_half() -> None:
    door = Door(life=100)
    auth = bearer(door)
    for now, count in ((0, 1), (49, 1), (50, 2)):
        door.now = now
        await auth.token()
        assert door.count == count


async def test_a_failed_early_renewal_leaves_the_token_in_use() -> None:
    door = Door(life=1000)
    auth = bearer(door)
    await auth.token()
    door.error, door.now = errors.NoToken("x"), 800
    assert (await auth.token()).get_secret_value() == "t1"
    assert (await auth.token()).get_secret_value() == "t1"
    assert door.count == 2  # not at each request
    door.now = 831
    await auth.token()
    assert door.count == 3
    door.now = 1001
    with pytest.raises(errors.NoToken):
        await auth.token()


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_a_401_renews_once_and_sends_again(method: str) -> None:
    door = Door()
    handler = accepting("t2")
    assert (await send(bearer(door), handler, method)).status_code == 200
    assert handler.seen == ["t1", "t2"]
    handler = accepting()
    assert (await send(bearer(Door()), handler, method)).status_code == 401
    assert handler.seen == ["t1", "t2"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
async def test_a_401_to_a_write_renews_and_does_not_send_again(method: str) -> None:
    door = Door()
    auth = bearer(door)
    handler = accepting("t2")
    answer = await send(auth, handler, method)
    assert answer.status_code == 401 and RENEWED in answer.request.extensions
    assert handler.seen == ["t1"] and door.count == 2
    assert (await send(auth, handler, method)).status_code == 200


async def test_a_401_whose_renewal_is_refused() -> None:
    door = Door()
    auth = bearer(door)
    await auth.token()
    door.error = errors.CredentialsRefused("x")
    for method in ("GET", "POST"):
        with pytest.raises(errors.CredentialsRefused):
            await send(auth, accepting(), method)


async def test_the_body_of_a_401_is_not_read() -> None:
    """httpx would read it whole, and decompress it, before it sends again."""
    bomb = endless(b"HTTP/1.1 401 No\r\nContent-Encoding: gzip\r\n\r\n", b"\0" * 4096)
    async with (
        FaultServer(bomb, reply(200, "fine")) as server,
        open_client(server.url, auth=bearer(Door())) as client,
    ):
        answer = await exchange(client, client.build_request("GET", "/"), cap=9, deadline=9)
    assert (answer.status, answer.body) == (200, b"fine")
    assert [seen.headers["authorization"] for seen in server.seen] == ["Bearer t1", "Bearer t2"]


async def test_twenty_requests_share_one_sign_in() -> None:
    door = Door()
    auth = bearer(door)
    door.open.clear()
    waiting = [asyncio.ensure_future(auth.token()) for _ in range(20)]
    await door.asked.wait()
    door.open.set()
    assert {token.get_secret_value() for token in await asyncio.gather(*waiting)} == {"t1"}
    assert door.count == 1


async def test_twenty_401s_share_one_renewal() -> None:
    door = Door()
    auth = bearer(door)
    await auth.token()
    handler = accepting("t2")
    answers = await asyncio.gather(*(send(auth, handler) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert door.count == 2


async def test_twenty_requests_share_one_failure() -> None:
    door = Door()
    auth = bearer(door)
    door.error = errors.NoToken("x")
    door.open.clear()
    waiting = [asyncio.ensure_future(auth.token()) for _ in range(20)]
    await door.asked.wait()
    door.open.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(result) for result in results} == {errors.NoToken}
    assert door.count == 1
    door.error = None
    assert (await auth.token()).get_secret_value() == "t2"


async def test_a_cancelled_renewal_is_taken_over() -> None:
    door = Door()
    auth = bearer(door)
    door.open.clear()
    first = asyncio.ensure_future(auth.token())
    second = asyncio.ensure_future(auth.token())
    await door.asked.wait()
    first.cancel()
    door.open.set()
    assert (await second).get_secret_value() == "t2"
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_credentials_are_read_at_each_sign_in() -> None:
    def missing() -> Credentials:
        raise errors.CredentialError("none")

    auth = Bearer(Door(), missing)
    with pytest.raises(errors.CredentialError):
        await auth.token()
    assert auth.current is None


async def test_another_pair_leaves_ours_alone() -> None:
    door = Door()
    auth = bearer(door)
    assert (await auth.try_pair(PAIR)).life == 1000
    assert auth.current is None
    await auth.aclose()
    assert door.closed
