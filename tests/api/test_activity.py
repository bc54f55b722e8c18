"""The last sign-ins: asked for only where the service said that it tells them, and only there."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import httpx
import pytest
from pydantic import SecretStr

from butlr_tui.api.client import M2MClient
from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.credentials import GivenToken, SignInMethod
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.http.offers import Offers
from butlr_tui.listing.export import as_json_lines
from butlr_tui.listing.last_use import Use, last_use
from butlr_tui.models import ActiveClient, Client, Credentials

HERE = "https://m2m.example"
THERE = "https://auth.example"
OFFER = {"Butlr-Tui-Offers": "activity"}
PAIR = Credentials("client_me", SecretStr("s"))
TOKEN = GivenToken(SecretStr("h.e30.s"))
ONE = {"id": "client_1", "name": "n", "description": "d", "client_id": "client_1"}
SEEN = {**ONE, "last_sign_in": "2026-11-24T12:04:00Z", "activity_since": "2026-01-01T00:00:00Z"}


class Services(httpx.AsyncBaseTransport):
    """Answer with a header where they do, and note what each was asked."""

    def __init__(
        self, offers: Callable[[httpx.Request], bool], listed: Sequence[Mapping[str, object]]
    ) -> None:
        self._offers = offers
        self._listed = listed
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url}")
        headers = OFFER if self._offers(request) else {}
        if request.url.path.endswith("/login"):
            return answer({"access_token": "h.e30.s", "expires_in": 3600}, headers)
        told = self._listed if request.url.path.endswith("/client") else self._listed[0]
        return answer(told, headers)


def answer(body: object, headers: dict[str, str]) -> httpx.Response:
    """As a transport gives it: not read yet."""
    return httpx.Response(200, headers=headers, stream=httpx.ByteStream(json.dumps(body).encode()))


async def calls(
    offers: Callable[[httpx.Request], bool],
    *,
    auth_url: str = HERE,
    method: SignInMethod = PAIR,
    listed: Sequence[Mapping[str, object]] = (SEEN,),
) -> tuple[list[str], list[Client]]:
    """Two lists and a client, after each other: what was asked, and what came of it."""
    services, seen = Services(offers, listed), Offers()
    bearer = Bearer(SignIn(auth_url, "a", services, offers=seen), lambda: method)
    client = M2MClient(HERE, bearer, services, offers=seen)
    found = [*await client.list_clients(), *await client.list_clients(), await client.get_client("client_1")]
    await client.create_client("n", "d")
    await client.delete_client("client_1")
    await client.aclose()
    await bearer.aclose()
    return [asked for asked in services.asked if "/login" not in asked], found


ASKED = f"{HERE}/api/v1/client?include=activity"
PLAIN = f"{HERE}/api/v1/client"
WRITES = [f"POST {PLAIN}", f"DELETE {PLAIN}/client_1"]


async def test_nobody_is_asked_who_did_not_say_that_he_tells() -> None:
    asked, found = await calls(lambda request: False)
    assert asked == [f"GET {PLAIN}", f"GET {PLAIN}", f"GET {PLAIN}/client_1", *WRITES]
    assert {type(client) for client in found} == {Client}


async def test_what_the_sign_in_says_counts_from_the_first_list_on() -> None:
    asked, found = await calls(lambda request: True)
    assert asked == [f"GET {ASKED}", f"GET {ASKED}", f"GET {PLAIN}/client_1?include=activity", *WRITES]
    (client, *_) = found
    assert isinstance(client, ActiveClient)
    use = last_use(client)
    assert use.at == datetime(2026, 11, 24, 12, 4, tzinfo=UTC)
    assert use.since == datetime(2026, 1, 1, tzinfo=UTC)


async def test_what_another_origin_says_counts_for_that_one_alone() -> None:
    for elsewhere in (THERE, "https://m2m.example:8443"):

        def offers(request: httpx.Request, origin: httpx.URL = httpx.URL(elsewhere)) -> bool:  # noqa: B008
            return (request.url.host, request.url.port) == (origin.host, origin.port)

        asked, _ = await calls(offers, auth_url=elsewhere)
        assert not [one for one in asked if "include" in one]


async def test_without_a_sign_in_the_first_list_says_it() -> None:
    asked, found = await calls(lambda request: True, method=TOKEN)
    assert asked[:2] == [f"GET {PLAIN}", f"GET {ASKED}"]
    assert [type(client) for client in found] == [Client, ActiveClient, ActiveClient]


async def test_who_does_not_say_it_any_more_is_not_asked_any_more() -> None:
    answers = iter([True, True, False, False, False, False])  # the sign-in, the list, the next list…
    asked, _ = await calls(lambda request: next(answers))
    assert asked[:3] == [f"GET {ASKED}", f"GET {ASKED}", f"GET {PLAIN}/client_1"]


@pytest.mark.parametrize(
    "wrong",
    [
        "yesterday",
        {"a": [1]},
        None,
        "2026-11-24T12:04:00",
        True,
        "9" * 500,
        "2026-02-30T12:04:00Z",
        1_764_000_000,
        "9999-12-31T23:59:59-08:00",
        "0001-01-01T00:00:00+08:00",
        "２０２６-11-24T12:04:00Z",
        "2026-11-24T12:04:00Z\n",
    ],
)
async def test_a_field_that_is_no_moment_is_one_that_was_not_told(wrong: object) -> None:
    _, found = await calls(lambda request: True, listed=[{**SEEN, "last_sign_in": wrong}, SEEN])
    (client, other, *_) = found
    assert isinstance(client, ActiveClient)
    assert isinstance(other, ActiveClient)
    assert (client.name, last_use(client).use) == ("n", Use.NEVER)
    assert last_use(other).at is not None
    (line,) = as_json_lines([client], ("last_sign_in",))
    assert json.loads(line) == {"last_sign_in": None}


async def test_a_moment_may_be_told_to_the_nanosecond_and_with_another_zone() -> None:
    told = {**SEEN, "last_sign_in": "2026-11-24T13:04:00.123456789+01:00"}
    _, found = await calls(lambda request: True, listed=[told])
    assert last_use(found[0]).at == datetime(2026, 11, 24, 12, 4, 0, 123456, tzinfo=UTC)
    (line,) = as_json_lines(found[:1], ("last_sign_in",))
    assert json.loads(line) == {"last_sign_in": "2026-11-24T12:04:00Z"}


async def test_of_a_list_with_items_that_are_no_clients_the_good_ones_tell_it() -> None:
    from butlr_tui.http.errors import BadItems

    services = Services(lambda request: True, [SEEN, {"name": "no id"}])
    seen = Offers()
    bearer = Bearer(SignIn(HERE, "a", services, offers=seen), lambda: PAIR)
    client = M2MClient(HERE, bearer, services, offers=seen)
    with pytest.raises(BadItems) as caught:
        await client.list_clients()
    (good,) = caught.value.good
    assert isinstance(good, ActiveClient)
    assert good.last_sign_in is not None
    await client.aclose()
    await bearer.aclose()
