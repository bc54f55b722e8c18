"""Each status and body to its error, each outcome to its number of requests, each id to one segment."""

import asyncio
import json
import random
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from butlr_tui.api import client as api
from butlr_tui.api.client import M2MClient, client_path
from butlr_tui.auth import programs, sign_in
from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.http import errors
from butlr_tui.http.deadline import Deadline
from butlr_tui.http.transport import open_client
from butlr_tui.models import Client
from tests.support.faults import (
    TOKEN,
    Behaviour,
    FaultServer,
    Wire,
    chunked,
    drip,
    endless,
    fault_points,
    hang_up,
    raw,
    reply,
    reset,
    reset_after,
    response,
)
from tests.support.figures import figure
from tests.support.waiting import until

ONE = {"id": "client_1", "name": "n", "description": "d", "client_id": "client_1"}
NEW = {"name": "n", "description": "d", "client_id": "client_x", "client_secret": "s3cr3t"}
Call = Callable[[M2MClient], Awaitable[Any]]
LIST: Call = lambda client: client.list_clients()  # noqa: E731
GET: Call = lambda client: client.get_client("client_1")  # noqa: E731
CREATE: Call = lambda client: client.create_client("n", "d")  # noqa: E731
DELETE: Call = lambda client: client.delete_client("client_1")  # noqa: E731
CALLS = {"list": LIST, "get": GET, "create": CREATE, "delete": DELETE}


async def no_wait(_: float) -> None:
    """Stands in for the wait between attempts."""


class Canary(httpx.Auth):
    """Sends a token that must not turn up anywhere else."""

    async def async_auth_flow(self, request: httpx.Request) -> Any:
        request.headers["Authorization"] = f"Bearer {TOKEN}"
        yield request


@asynccontextmanager
async def serving(*behaviours: Behaviour) -> AsyncIterator[tuple[M2MClient, FaultServer]]:
    async with FaultServer(*behaviours) as server:
        client = M2MClient(server.url, Canary(), sleep=no_wait)
        try:
            yield client, server
        finally:
            await client.aclose()


async def failure(call: Call, *behaviours: Behaviour) -> tuple[errors.ServiceError, int]:
    """The error of `call`, proven to hold no token, and the number of requests."""
    async with serving(*behaviours) as (client, server):
        with pytest.raises(errors.ServiceError) as caught:
            await call(client)
    error = caught.value
    printed = "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))
    assert TOKEN not in printed
    assert error.message.endswith(".")
    return error, len(server.seen)


async def test_the_four_calls_as_the_contract_has_them() -> None:
    async with serving(
        reply(200, [ONE, {**ONE, "unknown": {"a": [1]}}, {"client_id": "only", "name": None}]),
        reply(200, ONE),
        reply(201, NEW),
        reply(204),
    ) as (client, server):
        clients = await client.list_clients()
        assert clients[0] == Client("client_1", "client_1", "n", "d")
        assert clients[2] == Client("only", "only", "", "")
        assert await client.get_client("client_1") == clients[0]
        new = await client.create_client("n", "d")
        assert new.client_id == "client_x" and new.secret is not None
        assert new.secret.get_secret_value() == "s3cr3t"
        await client.delete_client("client_1")
    assert server.lines == [
        "GET /api/v1/client",
        "GET /api/v1/client/client_1",
        "POST /api/v1/client",
        "DELETE /api/v1/client/client_1",
    ]
    assert json.loads(server.seen[2].body) == {"name": "n", "description": "d"}
    assert all(seen.headers["authorization"] == f"Bearer {TOKEN}" for seen in server.seen)


INVALID = {"code": "INVALID_REQUEST", "message": "client name is required"}
GONE = {"code": "CLIENT_NOT_FOUND", "message": "client not found"}
FAILED = {"message": "Internal server error"}

ROWS: list[tuple[str, Behaviour, type[errors.ServiceError], str]] = [
    ("create", reply(400, INVALID), errors.InvalidRequest,
     "The service refused this: client name is required. Nothing was created."),
    ("create", reply(500, INVALID), errors.InvalidRequest,
     "The service refused this: client name is required. Nothing was created."),
    ("list", reply(400, {"error": "bad"}), errors.InvalidRequest, "The service refused this: bad."),
    ("list", reply(400), errors.InvalidRequest, "The service refused this (400)."),
    ("list", reply(401, {"message": "missing or malformed jwt"}), errors.TokenUnreadable,
     "The service wants a token and got none that it can read."),
    ("list", reply(401, {"message": "token is valid but missing client_id"}), errors.TokenWithoutClientId,
     "Your token is valid but names no client_id, which this service needs."),
    ("list", reply(401, {"message": "invalid or expired jwt"}), errors.SignInNeeded,
     "The service no longer accepts your token."),
    ("list", reply(401, f"who is {TOKEN}?"), errors.SignInNeeded,
     "The service no longer accepts your token."),
    ("list", reply(403, {"message": f"not {TOKEN}"}), errors.Rejected,
     "The service refused this: not (hidden)."),
    ("list", reply(403, "<html>Blocked " + TOKEN), errors.GatewayRefused,
     "A gateway in front of the service refused the request (403); the service itself was not reached."),
    ("get", reply(404, GONE), errors.ClientNotFound, "This client is gone: someone else deleted it."),
    ("get", reply(410, GONE), errors.ClientNotFound, "This client is gone: someone else deleted it."),
    ("delete", reply(404, GONE), errors.ClientNotFound, "This client is gone: someone else deleted it."),
    ("list", reply(404, {"message": "Not Found"}), errors.NoService, "There is no M2M service at HOST."),
    ("create", reply(405, {"message": "Method Not Allowed"}), errors.NoService,
     "There is no M2M service at HOST."),
    ("create", reply(429, {"message": "slow"}), errors.RateLimited,
     "The service asks to wait; it does not say how long."),
    ("create", reply(500, {"code": "CLIENT_CREATE_FAILED", "message": "no"}), errors.ServerFailed,
     "The service could not create “n”."),
    ("create", reply(400, {"code": "CLIENT_GRANT_CREATE_FAILED"}), errors.ServerFailed,
     "The client may exist without any rights, and its secret did not arrive."),
    ("create", reply(500, {"code": "CLIENT_UPDATE_FAILED"}), errors.ServerFailed,
     "The client may exist without any rights, and its secret did not arrive."),
    ("create", reply(500, FAILED), errors.ServerFailed,
     "No clear answer came back, so “n” may or may not exist."),
    ("create", reply(302, Location="/x"), errors.ServerFailed,
     "No clear answer came back, so “n” may or may not exist."),
    ("create", reply(409, FAILED), errors.ServerFailed,
     "No clear answer came back, so “n” may or may not exist."),
    ("create", reply(201, INVALID), errors.ServerFailed,
     "No clear answer came back, so “n” may or may not exist."),
    ("create", reply(201, {"code": "CLIENT_GRANT_CREATE_FAILED"}), errors.ServerFailed,
     "The client may exist without any rights, and its secret did not arrive."),
    ("create", reply(200, "{}"), errors.ServerFailed,
     "No clear answer came back, so “n” may or may not exist."),
    ("create", reply(200, "{}", Content_Encoding="br"), errors.InvalidResponse,
     "HOST compressed its answer, which was not asked for."),
    ("delete", reply(400, {"code": "CLIENT_DELETE_FAILED", "message": "no"}), errors.ServerFailed,
     "Could not delete the client: no."),
    ("list", reply(500, FAILED), errors.ServerFailed, "Could not read the list: Internal server error."),
    ("list", reply(503, "<html>"), errors.ServerFailed, "Could not read the list: the service answered 503."),
    ("list", reply(302, Location="/x"), errors.ServerFailed,
     "Could not read the list: the answer points to another address (302), which is never followed."),
    ("list", reply(200, {"error": "x"}), errors.InvalidResponse,
     "The service answered something that is not a list of clients (an object with key “error”)."),
    ("list", reply(200, [ONE, {"name": "x"}]), errors.BadItems,
     "One item of the service's list is left out: item 2 is not a client with an id."),
    ("list", reply(200, "[]", Content_Encoding="gzip"), errors.InvalidResponse,
     "HOST compressed its answer, which was not asked for."),
    ("get", reply(200, [ONE]), errors.InvalidResponse,
     "The service answered something that is not a client (an array)."),
    ("list", hang_up, errors.NoResponse, "HOST gave no answer (the connection was closed)."),
    ("get", raw(response(200, ONE)[:-3], close=True), errors.NoResponse,
     "HOST broke off in its answer (the connection was closed)."),
    ("get", raw(response(404, GONE)[:-3], close=True), errors.NoResponse,
     "HOST broke off in its answer (the connection was closed)."),
]  # fmt: skip


@pytest.mark.parametrize(("call", "behaviour", "kind", "sentence"), ROWS)
async def test_each_answer_has_its_error_and_sentence(
    call: str, behaviour: Behaviour, kind: type[errors.ServiceError], sentence: str
) -> None:
    async with FaultServer(behaviour) as server:
        client = M2MClient(server.url, Canary(), sleep=no_wait)
        with pytest.raises(errors.ServiceError) as caught:
            await CALLS[call](client)
        await client.aclose()
    assert type(caught.value) is kind
    assert caught.value.message == sentence.replace("HOST", server.url[7:])
    assert TOKEN not in repr(caught.value)


async def test_what_a_gateway_said_is_kept_safe_to_show() -> None:
    error, _ = await failure(LIST, reply(403, f"<h1>\x1b]52;c;x\x07Blocked {TOKEN}</h1>"))
    assert isinstance(error, errors.GatewayRefused)
    assert error.beginning == "<h1>␛]52;c;x␇Blocked (hidden)</h1>"


OUTCOMES: dict[str, tuple[Behaviour, bool]] = {
    # whether reads and deletes may try again
    "reset": (reset, True),
    "hang up": (hang_up, True),
    "cut": (raw(response(200, ONE)[:-2], close=True), True),
    "429": (reply(429), True),
    "502": (reply(502), True),
    "503": (reply(503), True),
    "504": (reply(504), True),
    "429 for long": (reply(429, Retry_After="3600"), False),
    "503 for long": (reply(503, Retry_After="3600"), False),
    "302": (reply(302, Location="/"), False),
    "400": (reply(400), False),
    "401": (reply(401), False),
    "403": (reply(403), False),
    "404": (reply(404), False),
    "404 coded": (reply(404, GONE), False),
    "405": (reply(405), False),
    "409": (reply(409), False),
    "500": (reply(500), False),
    "500 coded": (reply(500, {"code": "CLIENT_DELETE_FAILED"}), False),
    "501": (reply(501), False),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("method", CALLS)
async def test_the_matrix_of_methods_and_outcomes(method: str, outcome: str) -> None:
    behaviour, again = OUTCOMES[outcome]
    if outcome == "cut" and method in {"create", "delete"}:  # a 2xx is a success for these
        async with serving(behaviour) as (client, server):
            await CALLS[method](client)
            count = len(server.seen)
        expected = 1
    else:
        _, count = await failure(CALLS[method], behaviour)
        expected = 3 if again and method != "create" else 1
    figure(7, pairs=int(count > 0), wrong_counts=int(count != expected))
    assert count == expected


async def test_refused_connections_are_tried_again_but_not_for_a_create() -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async with FaultServer(hang_up) as server:
        url = server.url
    for method, count in {"list": 2, "get": 2, "delete": 2, "create": 0}.items():
        waits.clear()
        client = M2MClient(url, None, sleep=sleep)
        with pytest.raises(errors.Unreachable):
            await CALLS[method](client)
        assert len(waits) == count
        await client.aclose()


async def test_a_delete_that_finds_nothing_after_an_unclear_attempt_is_a_success() -> None:
    async with serving(reset, reply(404, GONE)) as (client, server):
        await client.delete_client("client_1")
        assert len(server.seen) == 2


async def test_a_delete_stays_unclear_whatever_its_later_attempts_say() -> None:
    error, count = await failure(DELETE, reset, reply(503), reply(401))
    assert isinstance(error, errors.ServerFailed) and count == 3
    error, count = await failure(DELETE, reply(429), reply(404, GONE))
    assert isinstance(error, errors.ClientNotFound) and count == 2


@pytest.mark.parametrize("status", [200, 202, 204, 299])
async def test_any_2xx_deletes_and_creates(status: int) -> None:
    async with serving(reply(status, "" if status == 204 else NEW)) as (client, _):
        await client.delete_client("client_1")
        if status != 204:
            assert (await client.create_client("n", "d")).client_id == "client_x"


async def test_a_201_is_created_whatever_became_of_its_body() -> None:
    head, _, body = response(201, NEW).partition(b"\r\n\r\n")
    head += b"\r\n\r\n"
    for damaged in (
        [reset_after(head + body[:end]) for end in range(len(body))]
        + [raw(head + body[:end], close=True) for end in range(len(body))]
        + [reply(201, text) for text in ("", "null", "[]", '"x"', "<html>", b"\xff", "{}", '{"name":1}')]
        + [reply(201, "x" * (2 << 20)), reply(201, "x", Content_Encoding="gzip")]
    ):
        async with serving(damaged) as (client, server):
            new = await client.create_client("n", "d")
            assert len(server.seen) == 1
            assert new.client_id in {None, "client_x"}
            assert new.secret is None or new.secret.get_secret_value() == "s3cr3t"


@pytest.mark.parametrize("point", fault_points(response(201, NEW)))
async def test_a_create_is_sent_once_at_each_fault_point(point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "CREATE", 1.0)
    async with serving(fault_points(response(201, NEW))[point]) as (client, server):
        try:
            await client.create_client("n", "d")
        except errors.ServiceError as error:
            assert not isinstance(error, errors.NotSent | errors.Rejected)
    assert server.lines == ["POST /api/v1/client"]


def test_how_long_a_call_may_take() -> None:
    assert (api.ONE, api.CREATE, api.NEXT_ROW, api.LIST) == (30, 45, 30, 600)
    # one for what comes before: a program's 30 s and a sign-in's 30 s
    assert programs.LIMIT + sign_in.DEADLINE == api.SIGN_IN


def both(first: Behaviour, second: Behaviour) -> Behaviour:
    """One after the other."""

    async def behave(wire: Wire) -> None:
        await first(wire)
        await second(wire)

    return behave


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS: dict[str, Behaviour] = {
    "1xx": endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 100),
    "1xx now and then": drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 9999),
    "a body": both(raw(CHUNKED), drip(b"1\r\n \r\n" * 9999)),
}


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize("method", CALLS)
async def test_what_never_ends_is_given_up_after_all_attempts_together(
    method: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte came in time, and the whole never did."""
    for limit in ("ONE", "CREATE", "NEXT_ROW"):
        monkeypatch.setattr(api, limit, 0.25)
    async with serving(ENDLESS[name]) as (client, server):
        if method == "delete" and name == "a body":  # its status says all that matters
            await CALLS[method](client)
        else:
            with pytest.raises(errors.NoResponse, match="took too long"):
                await CALLS[method](client)
        assert len(server.seen) == 1


async def test_a_list_of_which_rows_keep_coming_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "LIST", 1.0)
    row = b'e\r\n{"id": "a b"},\r\n'
    async with serving(both(raw(CHUNKED + b"1\r\n[\r\n"), drip(row * 9999, every=0.001))) as (client, server):
        with pytest.raises(errors.NoResponse, match="took too long"):
            await client.list_clients()
        assert len(server.seen) == 1


@pytest.mark.parametrize(("space", "signs"), [(b"\n", 1), (b" ", 0)])
async def test_a_line_break_is_a_sign_of_life_of_a_list(
    space: bytes, signs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By it the service says that it is still looking for clients; other white space says nothing."""
    heard: list[bool] = []

    class Heard(Deadline):
        def progress(self) -> None:
            heard.append(True)
            super().progress()

    monkeypatch.setattr(api, "Deadline", Heard)
    body = CHUNKED + b"1\r\n%b\r\n" % space + b'f\r\n[{"id": "a b"}]\r\n0\r\n\r\n'
    async with serving(raw(body)) as (client, _):
        assert [one.id for one in await client.list_clients()] == ["a b"]
    assert len(heard) == 2 + signs  # that it was sent, and the client


async def test_a_list_takes_as_long_as_its_rows_keep_coming() -> None:
    now = 0.0
    deadline = Deadline(api.SIGN_IN, once_sent=api.LIST, quiet=api.NEXT_ROW, clock=lambda: now)
    assert deadline.left == 60
    now += 50  # of signing in
    deadline.sent()
    assert deadline.left == 30
    for _ in range(19):
        now += 29
        deadline.progress()
        assert deadline.left == 30
    now += 29
    deadline.progress()
    assert deadline.left == 600 - 20 * 29
    deadline.sent()  # a second attempt
    assert deadline.left == 600 - 20 * 29


def ids(count: int) -> list[str]:
    """Ids made to leave their place, seeded."""
    chance = random.Random(7)
    parts = [
        "..", ".", "/", "\\", "%", "%2f", "%2F", "%2e%2e", "%252f", "?", "#", ";", ":", "@", "&", "=", "+",
        " ", "\t", "\r\n", "\0", "//", "client_", "a", "é", "。", "／", "\u202e", "😀", "Host: x", "[", "]",
        "%", "%%", "%zz", "~", "-", "_", "*", "api", "v1",
    ]  # fmt: skip
    made: list[str] = []
    while len(made) < count:
        one = "".join(chance.choices(parts, k=chance.randint(1, 6)))
        if one not in {".", ".."}:  # these are refused: see below
            made.append(one)
    return made


@pytest.mark.slow
async def test_ten_thousand_hostile_ids_stay_one_segment_of_the_url() -> None:
    raw_paths: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        raw_paths.append(request.url.raw_path)
        return httpx.Response(204)

    hostile = ids(10_000)
    async with open_client("http://localhost", transport=httpx.MockTransport(answer)) as client:
        for one in hostile:
            await client.send(client.build_request("DELETE", client_path(one)))
    outside = 0
    for one, path in zip(hostile, raw_paths, strict=True):
        head, segment = path.decode("ascii").rsplit("/", 1)
        outside += head != CLIENTS_PATH or "?" in segment or "#" in segment
        assert unquote(segment, errors="strict") == one
    figure(8, ids=len(hostile), paths_outside=outside)
    assert outside == 0


async def test_hostile_ids_stay_one_segment_on_the_wire() -> None:
    hostile = ids(400)
    async with serving(reply(204)) as (client, server):
        for one in hostile:
            await client.delete_client(one)
    for one, seen in zip(hostile, server.seen, strict=True):
        assert seen.target.count("/") == 4 and seen.target.startswith(f"{CLIENTS_PATH}/")
        assert unquote(seen.target.removeprefix(f"{CLIENTS_PATH}/"), errors="strict") == one


@pytest.mark.parametrize("bad", ["", ".", "..", "\ud800", "a\udfff"])
async def test_ids_that_cannot_be_a_segment_are_not_sent(bad: str) -> None:
    async with serving(reply(204)) as (client, server):
        for call in (client.get_client, client.delete_client):
            with pytest.raises(errors.NotSent):
                await call(bad)
        assert server.seen == []


async def test_half_a_character_is_not_sent() -> None:
    async with serving(reply(201, NEW)) as (client, server):
        with pytest.raises(errors.NotSent) as caught:
            await client.create_client("a\udcff", "d")
        assert caught.value.__context__ is None
        assert server.seen == []


async def test_a_base_url_may_have_a_path() -> None:
    async with FaultServer(reply(200, "[]")) as server:
        client = M2MClient(f"{server.url}/prefix/", None)
        assert await client.list_clients() == []
        await client.aclose()
        assert server.lines == ["GET /prefix/api/v1/client"]


async def test_a_list_tells_how_far_it_is() -> None:
    heard: list[tuple[int, int | None]] = []
    some: list[Client] = []
    async with serving(reply(200, [ONE] * 3)) as (client, _):
        clients = await client.list_clients(lambda *two: heard.append(two), some.extend)
    assert clients == some and heard[-1][0] == heard[-1][1]


async def test_clients_are_heard_while_the_rest_is_on_its_way() -> None:
    """Where the first reading breaks off, that too: what came of it is no part of the next."""
    some: list[str] = []
    again: list[int] = []
    end = asyncio.Event()
    part = json.dumps([ONE, {**ONE, "id": "client_2"}, {}]).encode()[:-2]
    breaks_off = chunked(part, end, breaks_off=True)
    async with serving(breaks_off, reply(200, [ONE])) as (client, _):
        listing = asyncio.create_task(
            client.list_clients(
                on_clients=lambda clients: some.extend(one.id for one in clients),
                on_again=lambda: again.append(len(some)),
            )
        )
        await until(lambda: len(some) == 2)
        assert not again
        end.set()
        assert [one.id for one in await listing] == ["client_1"]
    assert some == ["client_1", "client_2", "client_1"]
    assert again == [2]


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        (b"]<html>", "an array that does not end as one"),
        (b"] []", "it starts as one and is no JSON"),
        (b", <html>]", "it starts as one and is no JSON"),
        (b"", "an array that does not end as one"),
    ],
)
async def test_what_begins_as_a_list_and_is_none_is_refused(rest: bytes, why: str) -> None:
    """Its beginning was handed on already."""
    some: list[Client] = []
    items = b"[" + b",".join([json.dumps({**ONE, "description": "d" * 200}).encode()] * 2_000)
    async with serving(reply(200, items + rest), reply(200, [])) as (client, server):
        with pytest.raises(errors.InvalidResponse) as caught:
            await client.list_clients(on_clients=some.extend)
        assert caught.value.message == (
            f"The service answered something that is not a list of clients ({why})."
        )
        assert caught.value.beginning.startswith('[{"id": "client_1"')
        assert len(server.seen) == 1
    assert some


async def test_a_list_that_has_not_changed_costs_no_body() -> None:
    two = [ONE, {**ONE, "id": "client_2", "client_id": "client_2"}]
    etag = '"of Tuesday"'.replace(" ", "-")
    answers = [
        reply(200, two, ETag=etag),
        reply(304, ETag=etag),
        reply(200, [ONE], ETag='W/"2"'),
        reply(200, two),
    ]
    async with serving(*answers, reply(200, [])) as (client, server):
        first = await client.list_clients()
        heard: list[Client] = []
        assert await client.list_clients(on_clients=heard.extend) == first == heard
        assert await client.list_clients() == first[:1]
        assert await client.list_clients() == first
        assert await client.list_clients() == []
    asked = [seen.headers.get("if-none-match") for seen in server.seen]
    assert asked == [None, etag, etag, 'W/"2"', None]


async def test_what_a_caller_does_to_a_list_is_not_in_the_next() -> None:
    async with serving(reply(200, [ONE], ETag='"1"'), reply(304)) as (client, _):
        (await client.list_clients()).clear()
        (await client.list_clients()).clear()
        assert len(await client.list_clients()) == 1


async def test_a_304_that_nobody_asked_for_is_no_list() -> None:
    async with serving(reply(304)) as (client, _):
        with pytest.raises(errors.ServerFailed):
            await client.list_clients()
        with pytest.raises(errors.ServerFailed):
            await client.get_client("client_1")


@pytest.mark.parametrize("etag", ["1", '"', '"a" x', '"\x7f"', f'"{"x" * 300}"', "*", "W/1", '"é"'])
async def test_a_tag_that_is_none_is_not_sent_back(etag: str) -> None:
    async with serving(raw(response(200, [], ETag=etag)), reply(200, [ONE])) as (client, server):
        assert await client.list_clients() == []
        assert len(await client.list_clients()) == 1
    assert "if-none-match" not in server.seen[1].headers


async def test_a_list_with_flaws_is_read_again() -> None:
    async with serving(reply(200, [ONE, 1], ETag='"1"'), reply(200, [ONE], ETag='"2"')) as (client, server):
        with pytest.raises(errors.BadItems):
            await client.list_clients()
        assert len(await client.list_clients()) == 1
    assert "if-none-match" not in server.seen[1].headers


async def test_a_list_that_was_forgotten_is_read_whole() -> None:
    """Forgotten while it is on its way, too: it may be another caller's by then."""
    async with serving(reply(200, [ONE], ETag='"1"'), reply(200, [], ETag='"1"'), reply(200, [])) as (
        client,
        server,
    ):
        await client.list_clients(lambda *_: client.forget_list())
        await client.list_clients()
        client.forget_list()
        await client.list_clients()
    assert ["if-none-match" in seen.headers for seen in server.seen] == [False] * 3
