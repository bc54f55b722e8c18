"""What an operator does: each end of a create and a delete has its outcome, and no create is sent twice."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from butlr_tui.api import client as api
from butlr_tui.api.client import M2MClient
from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.credentials import TypedClient
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.config.profiles import CredentialFile, CredentialVariables, Profile
from butlr_tui.http import errors
from butlr_tui.http.transport import BadUrl
from butlr_tui.models import Client, Credentials
from butlr_tui.operations import outcomes
from butlr_tui.operations.connect import connect
from butlr_tui.operations.session import AlreadyRunning, Look, Session, waits_in_words
from tests.support.faults import (
    SECRET,
    TOKEN,
    Behaviour,
    FaultServer,
    Wire,
    fault_points,
    hang_up,
    raw,
    reply,
    reset,
    response,
)
from tests.support.figures import figure, times

ONE = Client("client_1", "client_1", "hvac-sync", "")
WIRE = {"id": "client_1", "name": "hvac-sync", "description": "", "client_id": "client_1"}
NEW = {"name": "n", "description": "d", "client_id": "client_x", "client_secret": "s3cr3t"}
GONE = {"code": "CLIENT_NOT_FOUND", "message": "client not found"}
PAIR = Credentials("client_me", SecretStr(SECRET))


async def no_wait(_: float) -> None:
    """Stands in for the wait between attempts."""


@asynccontextmanager
async def at(
    *behaviours: Behaviour, sign_in: Behaviour | None = None
) -> AsyncIterator[tuple[Session, FaultServer]]:
    """A session at a server that behaves so, without waits."""
    async with FaultServer(*behaviours, sign_in=sign_in) as server:
        bearer = Bearer(SignIn(server.url, "https://butlrauth/"), lambda: PAIR)
        profile = Profile("fault", server.url, CredentialVariables())
        session = Session(profile, M2MClient(server.url, bearer, sleep=no_wait), bearer, sleep=no_wait)
        try:
            yield session, server
        finally:
            await session.aclose()


async def test_what_is_typed_is_what_is_sent() -> None:
    async with at(reply(201, NEW)) as (session, server):
        await session.create("a name", "a description")
        assert json.loads(server.seen[0].body) == {"name": "a name", "description": "a description"}
        assert (session.profile.name, session.profile.base_url) == ("fault", server.url)


async def test_whoever_signs_in_anew_reads_the_list_whole() -> None:
    """A service may number each caller's lists from 1."""
    async with at(reply(200, [WIRE], ETag='"1"'), reply(200, [WIRE], ETag='"1"')) as (session, server):
        await session.list()
        await session.sign_in(TypedClient("client_x", SecretStr("s3cr3t")))
        await session.list()
        assert "if-none-match" not in server.seen[1].headers


async def test_the_token_in_use_is_told_once_there_is_one() -> None:
    async with at(reply(200, [])) as (session, _):
        assert session.current_token is None
        await session.token()
        assert session.current_token is not None
        assert session.current_token.value.get_secret_value() == TOKEN


async def test_connect_joins_all_parts(tmp_path: Path) -> None:
    async with FaultServer(reply(200, [WIRE])) as server:
        session = connect(server.profile(tmp_path))
        assert session.identity is None
        assert await session.list() == [ONE]
        assert session.identity is not None and session.identity is session.identity
        assert (await session.token()).get_secret_value() == TOKEN
        await session.aclose()
        assert server.seen[0].headers["authorization"] == f"Bearer {TOKEN}"
        assert json.loads(server.sign_ins[0].body)["client_secret"] == SECRET
        assert len(server.sign_ins) == 1


async def test_nothing_connects_to_a_bad_address(tmp_path: Path) -> None:
    source = CredentialFile(tmp_path / "none")
    for profile in (
        Profile("p", "http://api.butlr.io", source),
        Profile("p", "https://api.butlr.io", source, sign_in_url="http://evil"),
    ):
        with pytest.raises(BadUrl):
            connect(profile)


async def test_a_transport_takes_the_networks_place(tmp_path: Path) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        login = scope["path"].endswith("login")
        body = {"access_token": TOKEN, "expires_in": 9} if login else [WIRE]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(body).encode()})

    async with FaultServer(hang_up) as server:
        session = connect(server.profile(tmp_path), httpx.ASGITransport(app))
        assert await session.list() == [ONE]
        await session.aclose()
        assert server.seen == server.sign_ins == []


async def test_no_credentials_means_not_created(tmp_path: Path) -> None:
    async with FaultServer(reply(201, NEW)) as server:
        session = connect(Profile("p", server.url, CredentialFile(tmp_path / "none")))
        ended = await session.create("n", "d")
        await session.aclose()
        assert isinstance(ended, outcomes.NotCreated)
        assert isinstance(ended.error, errors.CredentialError)
        assert server.seen == server.sign_ins == []


MINTS: dict[str, tuple[Behaviour, type[Any]]] = {
    "201": (reply(201, NEW), outcomes.Created),
    "201 without secret": (reply(201, {"client_id": "client_x"}), outcomes.CreatedWithoutSecret),
    "201 without anything": (reply(201, "{}"), outcomes.CreatedWithoutSecret),
    "200": (reply(200, NEW), outcomes.Created),
    "200 of another": (reply(200, "<html>"), outcomes.CreateUnclear),
    "400": (reply(400, {"code": "INVALID_REQUEST"}), outcomes.NotCreated),
    "401": (reply(401), outcomes.NotCreated),
    "403": (reply(403, "<html>"), outcomes.NotCreated),
    "404": (reply(404), outcomes.NotCreated),
    "405": (reply(405), outcomes.NotCreated),
    "429": (reply(429, Retry_After="1"), outcomes.NotCreated),
    "302": (reply(302, Location="/"), outcomes.CreateUnclear),
    "408": (reply(408), outcomes.CreateUnclear),
    "500": (reply(500), outcomes.CreateUnclear),
    "500 coded": (reply(500, {"code": "CLIENT_CREATE_FAILED"}), outcomes.CreateUnclear),
    "400 coded": (reply(400, {"code": "CLIENT_GRANT_CREATE_FAILED"}), outcomes.CreateUnclear),
    "502": (reply(502), outcomes.CreateUnclear),
    "503": (reply(503), outcomes.CreateUnclear),
    "504": (reply(504), outcomes.CreateUnclear),
    "reset": (reset, outcomes.CreateUnclear),
    "hang up": (hang_up, outcomes.CreateUnclear),
}


@pytest.mark.parametrize("name", MINTS)
async def test_each_end_of_a_create_has_its_outcome(name: str) -> None:
    behaviour, kind = MINTS[name]
    async with at(behaviour) as (session, server):
        ended = await session.create("n", "d")
        assert type(ended) is kind
        assert ended.name == "n"
        assert server.lines == ["POST /api/v1/client"]
        assert "s3cr3t" not in repr(ended)


@pytest.mark.parametrize("point", fault_points(response(201, NEW)))
async def test_each_fault_point_is_one_post_and_the_right_state(
    point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "CREATE", 1.0)
    created = ("no body", "reset in the body", "stall in the body", "a lie in a chunk")
    expected = outcomes.CreatedWithoutSecret if point in created else outcomes.CreateUnclear
    creates, posts, wrong = times(1, 50), 0, 0
    for _ in range(creates):
        async with at(fault_points(response(201, NEW))[point]) as (session, server):
            await session.token()
            ended = await session.create("n", "d")
            posts += len(server.seen)
            wrong += type(ended) is not expected
            if isinstance(ended, outcomes.CreateUnclear):
                assert ended.error.__traceback__ is None
    figure(1, creates=creates, second_posts=posts - creates, wrong_states=wrong)
    assert (posts, wrong) == (creates, 0)


@pytest.mark.slow
async def test_a_201_cut_at_every_byte_is_never_not_created() -> None:
    whole = response(201, NEW)
    started = whole.index(b"\r\n\r\n") + 4
    cuts = wrong = false_failed = 0
    crashes: list[Exception] = []
    # In CI every ninth byte, and those around what tells that it was made.
    for end in sorted({*range(0, len(whole), times(9, 1)), *range(started - 2, started + 2), len(whole) - 1}):
        cuts += 1
        async with at(raw(whole[:end], close=True)) as (session, _):
            try:
                ended = await session.create("n", "d")
            except Exception as error:
                crashes.append(error)
                continue
        false_failed += isinstance(ended, outcomes.NotCreated)
        made = isinstance(ended, outcomes.Created | outcomes.CreatedWithoutSecret)
        wrong += made is not (end >= started)
    figure(2, cuts=cuts, crashes=len(crashes), false_failed=false_failed, wrong_states=wrong)
    assert (crashes, false_failed, wrong) == ([], 0, 0)


@pytest.mark.parametrize(
    "sign_in",
    [hang_up, reset, *[reply(status, "<html>") for status in (200, 302, 400, 401, 403, 404, 500, 503)]],
)
async def test_a_failed_sign_in_means_not_created(sign_in: Behaviour) -> None:
    async with at(reply(201, NEW), sign_in=sign_in) as (session, server):
        assert isinstance(await session.create("n", "d"), outcomes.NotCreated)
        assert server.seen == []
        assert len(server.sign_ins) == 1


async def test_nobody_there_means_not_created() -> None:
    async with at(reply(201, NEW)) as (session, server):
        await session.token()
        await server.__aexit__(None, None, None)
        ended = await session.create("n", "d")
        assert isinstance(ended, outcomes.NotCreated)
        assert isinstance(ended.error, errors.Unreachable)


async def test_a_401_to_a_create_renews_and_lets_the_user_send_again() -> None:
    async with at(reply(401, {"message": "invalid or expired jwt"}), reply(201, NEW)) as (session, server):
        ended = await session.create("n", "d")
        assert isinstance(ended, outcomes.NotCreated)
        assert isinstance(ended.error, errors.TokenRenewed)
        assert len(server.sign_ins) == 2 and len(server.seen) == 1
        assert isinstance(await session.create("n", "d"), outcomes.Created)


def streamed(status: int, body: object) -> httpx.Response:
    """An answer that is still to be read, as the network gives it (one made with `json=` is read already)."""
    return httpx.Response(status, stream=httpx.ByteStream(json.dumps(body).encode()))


async def test_a_thousand_double_enters_are_a_thousand_posts() -> None:
    posts = doubles = 0

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal posts
        await asyncio.sleep(0)  # as a network would, it lets the second Enter in
        if request.url.path.endswith("login"):
            return streamed(200, {"access_token": TOKEN, "expires_in": 3600})
        posts += 1
        return streamed(201, NEW)

    transport = httpx.MockTransport(answer)
    bearer = Bearer(SignIn("http://localhost", "a", transport), lambda: PAIR)
    profile = Profile("p", "http://localhost", CredentialVariables())
    session = Session(profile, M2MClient("http://localhost", bearer, transport), bearer)
    for _ in range(1000):
        two = await asyncio.gather(session.create("n", "d"), session.create("n", "d"), return_exceptions=True)
        assert {type(one) for one in two} == {outcomes.Created, AlreadyRunning}
        doubles += 1
    await session.aclose()
    figure(3, double_enters=doubles, second_posts=posts - doubles)
    assert posts == doubles == 1000


async def test_a_cancelled_create_leaves_the_lock_open() -> None:
    async def never(wire: Wire) -> None:
        await wire.over.wait()

    async with at(never, reply(201, NEW)) as (session, server):
        task = asyncio.ensure_future(session.create("n", "d"))
        await server.heard(1)
        with pytest.raises(AlreadyRunning):
            await session.create("n", "d")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert isinstance(await session.create("n", "d"), outcomes.Created)


def looking(
    lists: list[list[Client] | errors.ServiceError], clock: Callable[[], float], sleep: Any
) -> Session:
    """A session whose looks see these lists, one after the other."""

    class Api(M2MClient):
        def __init__(self) -> None:
            self.looks = iter(lists)

        async def list_clients(self, *_: Any, **__: Any) -> list[Client]:
            seen = next(self.looks)
            if isinstance(seen, errors.ServiceError):
                raise seen
            return seen

    bearer = Bearer(
        SignIn("http://localhost", "a", httpx.MockTransport(lambda _: httpx.Response(500))), lambda: PAIR
    )
    return Session(
        Profile("p", "http://localhost", CredentialVariables()), Api(), bearer, sleep=sleep, clock=clock
    )


async def look(lists: list[list[Client] | errors.ServiceError]) -> tuple[object, list[Look], list[float]]:
    """What `look_for` found or raised, what it told, and when it looked."""
    now = 100.0
    times: list[float] = []
    looks: list[Look] = []

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        times.append(now - 100)
        now += 0.25  # a look takes time; the next ones are due all the same

    session = looking(lists, lambda: now, sleep)
    try:
        found: object = await session.look_for("n", {"old"}, on_look=looks.append)
    except errors.ServiceError as error:
        found = error
    return found, looks, times


def named(*ids: str, name: str = "n") -> list[Client]:
    return [Client(one, one, name) for one in ids]


async def test_looks_come_at_their_times_until_one_sees_something() -> None:
    none = named("old") + named("x", name="other")
    assert await look([none] * 4) == ([], [Look(after, []) for after in (0, 1, 3, 10)], [0, 1, 3, 10])
    found, looks, times = await look([none, none + named("new"), none])
    assert (found, times) == (named("new"), [0, 1])
    assert looks[-1] == Look(1, named("new"))
    assert waits_in_words() == "0, 1, 3 and 10 s"  # as it is told before
    assert (await look([named("a", "b")]))[0] == named("a", "b")


async def test_blind_looks_are_told_and_not_taken_for_empty_ones() -> None:
    blind = errors.NoResponse("x")
    found, looks, _ = await look([blind, blind, named("new")])
    assert found == named("new")
    assert [(one.after, one.found, one.error) for one in looks] == [
        (0, [], blind),
        (1, [], blind),
        (3, named("new"), None),
    ]
    assert (await look([blind, [], blind, blind]))[0] == []
    last = errors.ServerFailed("y", 500)
    assert (await look([blind, blind, blind, last]))[0] is last


async def test_a_look_that_could_not_read_all_shows_what_it_read_and_is_no_empty_one() -> None:
    """It may be among the items that are no clients."""

    def partly(*clients: Client) -> errors.BadItems:
        return errors.BadItems("x", good=list(clients))

    found, looks, _ = await look([partly(*named("old"), *named("new"))])
    assert found == named("new")
    assert isinstance(looks[0].error, errors.BadItems) and looks[0].error.good == []
    assert isinstance((await look([partly(*named("old"))] * 4))[0], errors.BadItems)
    assert (await look([partly(), [], partly(), partly()]))[0] == []


@pytest.mark.slow
@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    known=st.sets(st.sampled_from("abcdef")),
    looks=st.lists(
        st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("nm"))), min_size=4, max_size=4
    ),
)
def test_no_certainty_that_the_lists_do_not_bear_out(
    known: set[str], looks: list[list[tuple[str, str]]]
) -> None:
    """Foreign creates come and go at will; only new ones of that name are ever shown, from the first look."""
    lists = [[Client(one, one, name) for one, name in clients] for clients in looks]

    async def run() -> list[Client]:
        return await looking(list(lists), lambda: 0.0, no_wait).look_for("n", known)

    matching = [[one for one in clients if one.name == "n" and one.id not in known] for clients in lists]
    assert asyncio.run(run()) == next((found for found in matching if found), [])


STILL = reply(200, WIRE)
NO_CLIENT = reply(404, GONE)
FAILED = reply(500, {"code": "CLIENT_DELETE_FAILED", "message": "no"})
REMOVES: dict[str, tuple[list[Behaviour], type[Any], int]] = {
    "204": ([reply(204)], outcomes.Deleted, 1),
    "404": ([NO_CLIENT], outcomes.AlreadyGone, 1),
    "unclear, then 404": ([reset, NO_CLIENT], outcomes.Deleted, 2),
    "slow down, then 404": ([reply(429), NO_CLIENT], outcomes.AlreadyGone, 2),
    "no service": ([reply(404)], outcomes.NotDeleted, 1),
    "401": ([reply(401)], outcomes.NotDeleted, 2),
    "403": ([reply(403, "<html>")], outcomes.NotDeleted, 1),
    "429": ([reply(429)], outcomes.NotDeleted, 3),
    "failed, still there": ([FAILED, STILL], outcomes.NotDeleted, 2),
    "failed, gone": ([FAILED, NO_CLIENT], outcomes.Deleted, 2),
    "failed, unseen": ([FAILED, reply(500)], outcomes.DeleteUnclear, 2),
    "503, still there": ([reply(503)] * 3 + [STILL], outcomes.NotDeleted, 4),
    "resets, still there": ([reset] * 3 + [STILL], outcomes.NotDeleted, 4),
    "resets, gone": ([reset] * 3 + [NO_CLIENT], outcomes.Deleted, 4),
    "resets": ([reset], outcomes.DeleteUnclear, 6),
    "reset, then 401": ([reset, reply(401)], outcomes.DeleteUnclear, 5),
}


@pytest.mark.parametrize("name", REMOVES)
async def test_each_end_of_a_delete_has_its_outcome(name: str) -> None:
    behaviours, kind, count = REMOVES[name]
    async with at(*behaviours) as (session, server):
        ended = await session.delete(ONE)
        assert type(ended) is kind
        assert ended.client is ONE
        assert len(server.seen) == count
        if isinstance(ended, outcomes.NotDeleted) and "still there" in name:
            assert "“hvac-sync”" in ended.error.message and ended.error.message.endswith("still there.")


async def test_a_404_after_an_unclear_delete_is_ours() -> None:
    for still in (reset, STILL):
        async with at(*[reset] * 3, *[still] * (3 if still is reset else 1), NO_CLIENT) as (session, _):
            await session.delete(ONE)
            assert await session.delete(ONE) == outcomes.Deleted(ONE)
    async with at(FAILED, STILL, NO_CLIENT) as (session, _):
        await session.delete(ONE)
        assert isinstance(await session.delete(ONE), outcomes.AlreadyGone)


async def test_a_new_pair_is_tried_by_itself() -> None:
    async with at(hang_up) as (session, server):
        pair = Credentials("client_x", SecretStr("s3cr3t"))
        token = await session.try_pair(outcomes.Created("hvac-sync", pair))
        assert (token.scopes, token.life) == (("read:spaces",), 3666)
        assert session.identity is None
        assert json.loads(server.sign_ins[0].body)["client_id"] == "client_x"


async def test_signing_in_as_somebody_else() -> None:
    async with at(STILL) as (session, server):
        await session.sign_in(TypedClient("client_x", SecretStr("s3cr3t")))
        assert await session.show("client_1") == ONE
        assert [json.loads(sign_in.body)["client_id"] for sign_in in server.sign_ins] == ["client_x"]


async def test_show() -> None:
    async with at(STILL, NO_CLIENT) as (session, _):
        assert await session.show("client_1") == ONE
        with pytest.raises(errors.ClientNotFound):
            await session.show("client_1")


async def test_a_list_tells_of_its_coming_in() -> None:
    heard: list[tuple[int, int | None]] = []
    some: list[Client] = []
    async with at(reply(200, [WIRE])) as (session, _):
        assert await session.list(lambda *two: heard.append(two), some.extend) == [ONE]
    assert some == [ONE]
    assert heard[-1][0] == heard[-1][1] != 0


async def test_the_token_is_asked_for_the_profiles_audience(tmp_path: Path) -> None:
    async with FaultServer(reply(200, [])) as server:
        profile = Profile("p", server.url, CredentialVariables(), audience="https://other/")
        variables = {"BUTLR_CLIENT_ID": "client_env", "BUTLR_CLIENT_SECRET": SECRET}
        session = connect(profile, environment=variables)
        await session.list()
        await session.aclose()
        asked = json.loads(server.sign_ins[0].body)
    assert (asked["audience"], asked["client_id"]) == ("https://other/", "client_env")
