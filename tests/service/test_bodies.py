"""Request bodies: hostile, broken, too long, too slow."""

import asyncio
import json
import sqlite3
import traceback
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.types import Message

from butlr_tui.contract import CLIENT_LOGIN_PATH, CLIENTS_PATH, fault_in_description, fault_in_name
from butlr_tui.service import bodies, lists
from butlr_tui.service.error_replies import BrokenOff
from butlr_tui.service.local import LocalService
from butlr_tui.service.store import Record, StoredClient

from .conftest import ENGINES, Caller

NOT_JSON = "request body must be valid JSON"
NOT_OBJECT = "request body must be a JSON object"
TOO_LONG = "request body must be at most 65536 bytes"
WRONG_TYPE = "content type must be application/json"
JSON = {"Content-Type": "application/json"}
MESSAGES = {
    NOT_JSON,
    NOT_OBJECT,
    TOO_LONG,
    "client name is required",
    "client name must not contain < or >",
    "client name must be a string",
    "client name must be at most 255 characters",
    "client name must not contain control characters",
    "client description must not contain control characters but tabs and line breaks",
    "client description must be a string",
    "client description must be at most 140 characters",
}
sqlite_alone = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
quick = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", NOT_JSON),
        (b"{", NOT_JSON),
        (b'{"name":"x"', NOT_JSON),
        (b'{"name":"x"} {}', NOT_JSON),
        (b'{"name":"x",}', NOT_JSON),
        (b"{'name':'x'}", NOT_JSON),
        (b"name=x", NOT_JSON),
        (b'{"name":"\xff"}', NOT_JSON),
        (b'{"name":"\xed\xa0\x80"}', NOT_JSON),
        (b'{"name":"\\ud800"}', NOT_JSON),
        (b'{"name":"\\udc00\\ud800"}', NOT_JSON),
        (b'{"name":"x","more":"\\ud800"}', NOT_JSON),
        (b'{"name":"a\x00b"}', NOT_JSON),
        (b'{"name":"x","more":NaN}', NOT_JSON),
        (b'{"name":"x","more":-Infinity}', NOT_JSON),
        (b'\xef\xbb\xbf{"name":"x"}', NOT_JSON),
        ('{"name":"x"}'.encode("utf-16"), NOT_JSON),
        (b"[" * 30_000 + b"]" * 30_000, NOT_JSON),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, NOT_JSON),
        (b'{"name":"x","more":' + b"9" * 10_000 + b"}", NOT_JSON),
        (b"null", NOT_OBJECT),
        (b"[]", NOT_OBJECT),
        (b'"name"', NOT_OBJECT),
        (b"5", NOT_OBJECT),
        (b'[{"name":"x"}]', NOT_OBJECT),
    ],
)
async def test_bodies_that_are_no_json_object(root: Caller, body: bytes, message: str) -> None:
    reply = await root.request("POST", CLIENTS_PATH, content=body, headers=JSON)
    expected = f'{{"code":"INVALID_REQUEST","message":"{message}"}}'
    assert (reply.status_code, reply.text) == (400, expected)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b' \r\n\t{"name":"x"}\n', "x"),
        (b'{"name":"\\u00fc\\ud83c\\udfe2"}', "ü🏢"),
        (b'{"name":"first","name":"last"}', "last"),
    ],
)
async def test_bodies_that_are(root: Caller, body: bytes, name: str) -> None:
    reply = await root.request("POST", CLIENTS_PATH, content=body, headers=JSON)
    assert (reply.status_code, reply.json()["name"]) == (201, name)


@pytest.mark.parametrize(
    ("content_type", "accepted"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("Application/JSON;charset=UTF-8", True),
        ("application/json ; x=y", True),
        (None, False),
        ("", False),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", False),
        ("multipart/form-data; boundary=application/json", False),
        ("application/jsonp", False),
        ("text/plain; application/json", False),
    ],
)
async def test_content_types(root: Caller, content_type: str | None, accepted: bool) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    reply = await root.request("POST", CLIENTS_PATH, content=b'{"name":"x"}', headers=headers)
    assert reply.status_code == (201 if accepted else 400)
    assert accepted or reply.json()["message"] == WRONG_TYPE


async def test_two_lengths_at_once(root: Caller) -> None:
    both = {"Content-Length": "12", "Transfer-Encoding": "chunked"}
    reply = await root.request("POST", CLIENTS_PATH, content=b'{"name":"x"}', headers={**JSON, **both})
    message = "content-length and transfer-encoding must not come together"
    assert (reply.status_code, reply.json()["message"]) == (400, message)
    assert "x" not in await root.names()


@pytest.mark.parametrize(("length", "status"), [(65_536, 201), (65_537, 400)])
async def test_the_cap_is_exact(root: Caller, length: int, status: int) -> None:
    body = b'{"name":"x"}'.ljust(length)
    reply = await root.request("POST", CLIENTS_PATH, content=body, headers=JSON)
    assert reply.status_code == status
    assert status == 201 or reply.json() == {"code": "INVALID_REQUEST", "message": TOO_LONG}


@pytest.mark.parametrize("path", [CLIENTS_PATH, CLIENT_LOGIN_PATH])
async def test_no_more_is_read_than_the_cap(root: Caller, path: str) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1024
            yield b" " * 1024

    reply = await root.request("POST", path, content=endless(), headers=JSON)
    assert reply.status_code == 400
    assert TOO_LONG in reply.text
    assert sent <= 65 * 1024


async def _post(service: LocalService, path: str, messages: list[Message]) -> list[Message]:
    """Call the app as a server would, with a body that comes as `messages` and then not at all."""
    sent: list[Message] = []

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        return await asyncio.Future()

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": path,
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    await service.app(scope, receive, send)
    return sent


async def test_a_body_that_does_not_end(service: LocalService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_BODY_SECONDS", 0.01)
    begun: list[Message] = [{"type": "http.request", "body": b"{", "more_body": True}]
    start, body = await _post(service, CLIENT_LOGIN_PATH, begun)
    assert start["status"] == 400
    assert b"must arrive within" in body["body"]


async def test_a_caller_who_leaves(service: LocalService, caplog: pytest.LogCaptureFixture) -> None:
    left: list[Message] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]
    start, _ = await _post(service, CLIENT_LOGIN_PATH, left)
    assert start["status"] == 400
    assert caplog.text == ""


async def test_the_caller_is_checked_before_the_body(http: httpx.AsyncClient) -> None:
    reply = await http.post(CLIENTS_PATH, content=b"{", headers=JSON)
    assert (reply.status_code, reply.content) == (401, b'{"message":"missing or malformed jwt"}')


@quick
@given(st.binary(max_size=200))
@example(b'{"name":"\\ud800"}')
async def test_any_bytes(root: Caller, body: bytes) -> None:
    for path in (CLIENTS_PATH, CLIENT_LOGIN_PATH):
        reply = await root.request("POST", path, content=body, headers=JSON)
        assert reply.status_code == 400
    assert (await root.request("GET", "/healthz")).status_code == 200


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=150),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@quick
@given(
    st.fixed_dictionaries(
        {}, optional={"name": st.text() | json_values, "description": json_values, "id": json_values}
    )
)
async def test_any_object_is_created_exactly_or_refused_with_a_known_message(
    root: Caller, fields: dict[str, Any]
) -> None:
    reply = await root.request("POST", CLIENTS_PATH, content=json.dumps(fields), headers=JSON)
    name, description = (fields.get(key) for key in ("name", "description"))
    name, description = (("" if value is None else value) for value in (name, description))
    sound = (
        isinstance(name, str)
        and isinstance(description, str)
        and not fault_in_name(name)
        and not fault_in_description(description)
    )
    if sound:
        assert reply.status_code == 201
        path = f"{CLIENTS_PATH}/{reply.json()['client_id']}"
        shown = (await root.request("GET", path)).json()
        assert (shown["name"], shown["description"]) == (name, description)
    else:
        assert reply.status_code == 400
        assert reply.json()["code"] == "INVALID_REQUEST"
        assert reply.json()["message"] in MESSAGES


@sqlite_alone
@pytest.mark.parametrize("count", [1, 499, 500, 501, 1000, 1200])
async def test_a_list_of_any_length_is_one_array(root: Caller, service: LocalService, count: int) -> None:
    owner = service.root.client_id
    service.store.add([StoredClient(f"x{n:05}", owner, f"a&b {n}", "", bytes(32)) for n in range(count - 1)])
    reply = await root.request("GET", CLIENTS_PATH)
    assert reply.headers["cache-control"] == "no-store"
    assert [item["client_id"] for item in reply.json()[1:]] == [f"x{n:05}" for n in range(count - 1)]
    assert reply.content == bodies.reply(200, reply.json()).body


async def test_no_more_of_a_list_is_read_than_its_reader_takes(service: LocalService) -> None:
    """It lay in memory whole, for each who asked for it, however slowly they read."""
    read: list[int] = []

    async def pieces() -> AsyncIterator[list[int]]:
        for number in range(100):
            read.append(number)
            yield [number]

    stopped = asyncio.Event()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            stopped.set()
            await asyncio.Future()

    response = await bodies.reply_list(pieces())
    scope = {"type": "http", "asgi": {"spec_version": "2.3"}}
    sending = asyncio.ensure_future(response(scope, asyncio.Event().wait, send))  # type: ignore[arg-type]
    await stopped.wait()
    assert read == [0, 1]
    sending.cancel()


@sqlite_alone
async def test_a_list_that_breaks_in_its_middle_has_no_end(
    root: Caller, service: LocalService, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its caller must not take half of it for all, and nobody may read the error's text."""
    monkeypatch.setattr(lists, "LONGEST", 0)  # made as it is read
    owner = service.root.client_id
    service.store.add([StoredClient(f"x{n:05}", owner, "n", "", bytes(32)) for n in range(1500)])
    really = service.store.list

    def failing(owner: str, after: str, most: int) -> list[Record]:
        if after >= "x00900":
            raise sqlite3.OperationalError("canary")
        return really(owner, after, most)

    monkeypatch.setattr(service.store, "list", failing)
    with pytest.raises(BrokenOff) as caught:
        await root.request("GET", CLIENTS_PATH)
    assert "canary" not in "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "OperationalError in" in caplog.text


@pytest.mark.parametrize(
    ("pieces", "parts"),
    [
        ([], None),
        ([[]], None),
        ([[1, 2]], None),
        ([[], []], [b"\n", b"\n", b"[]"]),
        ([[], [1], [], [2, 3]], [b"\n", b"[1", b"\n", b",2,3", b"]"]),
        ([[1], [2]], [b"[1", b",2", b"]"]),
    ],
)
async def test_a_piece_that_is_empty_is_a_sign_of_life(
    pieces: list[list[int]], parts: list[bytes] | None
) -> None:
    async def give() -> AsyncIterator[list[int]]:
        for piece in pieces:
            yield piece

    response = await bodies.reply_list(give())
    whole = [item for piece in pieces for item in piece]
    if parts is None:
        assert response.body == bodies.reply(200, whole).body
    else:
        assert [part async for part in response.body_iterator] == parts  # type: ignore[attr-defined]
        assert json.loads(b"".join(parts)) == whole
