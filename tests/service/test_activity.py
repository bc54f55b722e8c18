"""The last sign-in of each client: told to whoever asks for it, and changing nothing for who does not."""

from pathlib import Path

import httpx
import pytest

from butlr_tui.contract import CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.service.local import LocalService, open_service
from butlr_tui.service.store import StoredClient

from .conftest import ENGINES, Caller, Clock, login, root_pair

HEADER = "butlr-tui-offers"
ASKED = f"{CLIENTS_PATH}?include=activity"


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.time = 1_795_521_840.5  # 2026-11-24 12:04 UTC
    return clock


async def test_every_reply_says_that_it_may_be_asked_for(root: Caller, http: httpx.AsyncClient) -> None:
    replies = [
        await http.post(CLIENT_LOGIN_PATH, json={}),
        await http.post(CLIENT_LOGIN_PATH, json=login(root._pair)),
        await http.get(CLIENTS_PATH),
        await root.request("GET", CLIENTS_PATH),
        await root.request("DELETE", f"{CLIENTS_PATH}/nobody"),
        await http.get("/healthz"),
    ]
    assert [reply.headers.get(HEADER) for reply in replies] == ["activity"] * len(replies)


@pytest.mark.parametrize("engine", ["auth0"])
async def test_an_engine_that_does_not_know_it_offers_nothing(root: Caller) -> None:
    plain, asked = await root.request("GET", CLIENTS_PATH), await root.request("GET", ASKED)
    assert HEADER not in plain.headers
    assert asked.content == plain.content


@pytest.mark.parametrize("engine", ENGINES)
async def test_who_does_not_ask_gets_the_documented_bytes(root: Caller) -> None:
    pair = await root.create("hvac-sync", "Feeds it")
    await root.become(pair)
    one = (
        f'{{"id":"{pair["client_id"]}","name":"hvac-sync","description":"Feeds it",'
        f'"client_id":"{pair["client_id"]}"}}'
    )
    for query in ("", "?include=", "?include=activities", "?include=ACTIVITY", "?activity"):
        listed = await root.request("GET", CLIENTS_PATH + query)
        assert one in listed.text
        assert "last_sign_in" not in listed.text
        assert (await root.request("GET", f"{CLIENTS_PATH}/{pair['client_id']}{query}")).text == one


async def test_it_is_told_at_once_and_kept(
    root: Caller, service: LocalService, data: Path, clock: Clock
) -> None:
    pair = await root.create()
    path = f"{CLIENTS_PATH}/{pair['client_id']}?include=activity"
    before = (await root.request("GET", path)).json()
    assert list(before) == ["id", "name", "description", "client_id", "last_sign_in", "activity_since"]
    assert (before["last_sign_in"], before["activity_since"]) == (None, "2026-11-24T12:04:00Z")
    clock.ahead(90)
    await root.become(pair)
    assert (await root.request("GET", path)).json()["last_sign_in"] == "2026-11-24T12:05:30Z"
    service.trail.write()
    assert (await root.request("GET", path)).json()["last_sign_in"] == "2026-11-24T12:05:30Z"
    await service.stop()
    again = open_service(data, now=clock)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(again.app), base_url="http://127.0.0.1"
    ) as http:
        other = await Caller(http, root_pair(again)).sign_in()
        told = {client["client_id"]: client for client in (await other.request("GET", ASKED)).json()}
    again.close()
    assert told[pair["client_id"]]["last_sign_in"] == "2026-11-24T12:05:30Z"
    assert {client["activity_since"] for client in told.values()} == {"2026-11-24T12:04:00Z"}


async def test_a_refused_sign_in_is_none(root: Caller, http: httpx.AsyncClient) -> None:
    pair = await root.create()
    for wrong in ({"client_secret": "x"}, {"audience": "https://another/"}):
        assert not (await http.post(CLIENT_LOGIN_PATH, json=login(pair) | wrong)).is_success
    (told,) = [one for one in (await root.request("GET", ASKED)).json() if one["id"] == pair["client_id"]]
    assert told["last_sign_in"] is None


async def test_a_list_that_is_streamed_tells_it_of_each(root: Caller, service: LocalService) -> None:
    service.store.add(
        [StoredClient(f"client_{n:04}", root.client_id, "n", "", bytes(32)) for n in range(1100)]
    )
    told = (await root.request("GET", ASKED)).json()
    assert len(told) == 1101
    assert {one["activity_since"] for one in told} == {"2026-11-24T12:04:00Z"}
    assert [one["client_id"] for one in told if one["last_sign_in"]] == [root.client_id]


async def test_the_last_one_counts_whatever_the_order_of_writing(
    root: Caller, service: LocalService, clock: Clock
) -> None:
    """Two processes may write their batches in any order."""
    clock.ahead(60)
    await root.sign_in()
    service.trail.write()
    clock.time -= 30
    await root.sign_in()
    service.trail.write()
    (told,) = (await root.request("GET", ASKED)).json()
    assert told["last_sign_in"] == "2026-11-24T12:05:00Z"
