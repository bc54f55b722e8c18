"""The four endpoints, row by row of CONTRACT.md, "The M2M client service": one suite for every engine."""

import base64
import re
import sqlite3
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.ids import created_at
from butlr_tui.service import additions
from butlr_tui.service.local import LocalService
from butlr_tui.service.store import CLIENTS_LIMIT

from .conftest import ENGINES, Caller, Clock

INVALID = '{{"code":"INVALID_REQUEST","message":"{}"}}'
NOT_FOUND = b'{"code":"CLIENT_NOT_FOUND","message":"client not found"}'

IDS = {"sqlite": "client_[0-9A-Za-z]{27}", "auth0": "[0-9A-Za-z]{32}"}

sqlite_alone = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

HOSTILE_NAMES = [
    "[/b]",
    "[@click=app.quit]x[/]",
    "]52;c;ZXZpbA==",
    "\u202egnp.exe",
    "x" * 255,
    "🏢👩‍👩‍👧‍👦",
    "东京办公室",
    "Zürich",
    "e" + "\u0301" * 50,
    "a\u2028b\u2029c\u00a0d\u00ad",
    'quote " backslash \\ slash / & amp',
    "'; DROP TABLE client; --",
    "  spaces kept  ",
]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_create_replies_with_the_pair_and_without_an_id(
    root: Caller, clock: Clock, engine: str
) -> None:
    reply = await root.request("POST", CLIENTS_PATH, json={"name": "hvac-sync", "description": "Feeds it"})
    assert reply.status_code == 201
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "no-store"
    shape = (
        rb'\{"name":"hvac-sync","description":"Feeds it",'
        rb'"client_id":"(%b)","client_secret":"([0-9A-Za-z_-]+)"\}'
    )
    match = re.fullmatch(shape % IDS[engine].encode(), reply.content)
    assert match, reply.content
    made = datetime.fromtimestamp(clock(), UTC) if engine == "sqlite" else None
    assert created_at(match[1].decode()) == made
    assert len(base64.urlsafe_b64decode(match[2] + b"==")) * 8 >= 256


async def test_list_is_a_bare_array_by_time_with_root_itself(root: Caller, clock: Clock) -> None:
    clock.ahead(1)
    first = await root.create("b", "one")
    clock.ahead(1)
    second = await root.create("a")
    reply = await root.request("GET", CLIENTS_PATH)
    assert reply.status_code == 200
    mine = root.client_id
    expected = (
        f'[{{"id":"{mine}","name":"butlr-tui root","description":"Made by the service itself; owns itself",'
        f'"client_id":"{mine}"}},'
        f'{{"id":"{first["client_id"]}","name":"b","description":"one","client_id":"{first["client_id"]}"}},'
        f'{{"id":"{second["client_id"]}","name":"a","description":"","client_id":"{second["client_id"]}"}}]'
    )
    assert reply.text == expected


async def test_a_new_owner_has_an_empty_array(root: Caller) -> None:
    caller = await root.become(await root.create())
    assert (await caller.request("GET", CLIENTS_PATH)).content == b"[]"


async def test_one_client(root: Caller) -> None:
    made = (await root.create("hvac-sync", "d"))["client_id"]
    reply = await root.request("GET", f"{CLIENTS_PATH}/{made}")
    assert reply.status_code == 200
    assert reply.text == f'{{"id":"{made}","name":"hvac-sync","description":"d","client_id":"{made}"}}'


async def test_delete_has_no_body_and_the_second_finds_nothing(root: Caller) -> None:
    path = f"{CLIENTS_PATH}/{(await root.create())['client_id']}"
    reply = await root.request("DELETE", path)
    assert (reply.status_code, reply.content) == (204, b"")
    for method in ("DELETE", "GET"):
        reply = await root.request(method, path)
        assert (reply.status_code, reply.content) == (404, NOT_FOUND)
    assert await root.names() == ["butlr-tui root"]


@pytest.mark.parametrize("client_id", ["x", "client_", "nul\x00", "%", "' OR 1=1 --", "…", "a b", "x" * 5000])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_an_unknown_id(root: Caller, method: str, client_id: str) -> None:
    reply = await root.request(method, f"{CLIENTS_PATH}/{quote(client_id, safe='')}")
    assert (reply.status_code, reply.content) == (404, NOT_FOUND)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_names_and_descriptions_come_back_exactly(root: Caller, name: str) -> None:
    description = name[:140]
    made = await root.create(name, description)
    assert (made["name"], made["description"]) == (name, description)
    shown = (await root.request("GET", f"{CLIENTS_PATH}/{made['client_id']}")).json()
    assert (shown["name"], shown["description"]) == (name, description)


async def test_json_is_written_as_go_writes_it(root: Caller) -> None:
    reply = await root.request(
        "POST", CLIENTS_PATH, json={"name": "R&D \u2028 Zürich", "description": "<b>\t"}
    )
    assert '"name":"R\\u0026D \\u2028 Zürich","description":"\\u003cb\\u003e\\t"' in reply.text


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "client name is required"),
        ({"name": None}, "client name is required"),
        ({"name": ""}, "client name is required"),
        ({"name": " \t\n\u00a0\u2003"}, "client name is required"),
        ({"Name": "x"}, "client name is required"),
        ({"name": "a<b"}, r"client name must not contain \u003c or \u003e"),
        ({"name": "a>b"}, r"client name must not contain \u003c or \u003e"),
        ({"name": "é" * 256}, "client name must be at most 255 characters"),
        ({"name": "\x1b]52;c;ZXZpbA==\x07"}, "client name must not contain control characters"),
        ({"name": "line\nend"}, "client name must not contain control characters"),
        ({"name": "x\x7f"}, "client name must not contain control characters"),
        ({"name": "x\x9b31m"}, "client name must not contain control characters"),
        ({"name": 5}, "client name must be a string"),
        ({"name": ["x"]}, "client name must be a string"),
        ({"name": False}, "client name must be a string"),
        ({"name": "x", "description": 5}, "client description must be a string"),
        ({"name": "x", "description": {}}, "client description must be a string"),
        ({"name": "x", "description": "é" * 141}, "client description must be at most 140 characters"),
        (
            {"name": "x", "description": "\x1b[2J"},
            "client description must not contain control characters but tabs and line breaks",
        ),
    ],
)
async def test_what_is_wrong_with_the_fields(root: Caller, fields: object, message: str) -> None:
    reply = await root.request("POST", CLIENTS_PATH, json=fields)
    assert (reply.status_code, reply.text) == (400, INVALID.format(message))
    assert await root.names() == ["butlr-tui root"]


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x"},
        {"name": "x", "description": None},
        {"name": "x", "description": ""},
        {"name": "x", "client_id": "client_mine", "client_secret": "chosen", "owner": "other", "more": [1]},
    ],
)
async def test_fields_that_may_be_missing_or_too_many(root: Caller, fields: object) -> None:
    reply = await root.request("POST", CLIENTS_PATH, json=fields)
    assert reply.status_code == 201
    made = reply.json()
    assert (made["name"], made["description"]) == ("x", "")
    assert made["client_id"] != "client_mine"
    assert made["client_secret"] != "chosen"


async def test_names_need_not_be_unique(root: Caller) -> None:
    pairs = [await root.create("twin") for _ in range(2)]
    assert pairs[0]["client_id"] != pairs[1]["client_id"]
    assert pairs[0]["client_secret"] != pairs[1]["client_secret"]


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/", 404, b'{"message":"Not Found"}'),
        ("GET", "/api/v1/clients", 404, b'{"message":"Not Found"}'),
        ("GET", "/api/v1/client/", 404, b'{"message":"Not Found"}'),
        ("POST", "/api/v1/client/", 404, b'{"message":"Not Found"}'),
        ("GET", "/api/v1/client/x/", 404, b'{"message":"Not Found"}'),
        ("GET", "/api/v1/client/x/y", 404, b'{"message":"Not Found"}'),
        ("POST", "/api/v2/clients/login/", 404, b'{"message":"Not Found"}'),
        ("GET", "/healthz/", 404, b'{"message":"Not Found"}'),
        ("PUT", "/api/v1/client", 405, b'{"message":"Method Not Allowed"}'),
        ("DELETE", "/api/v1/client", 405, b'{"message":"Method Not Allowed"}'),
        ("POST", "/api/v1/client/x", 405, b'{"message":"Method Not Allowed"}'),
        ("PATCH", "/api/v1/client/x", 405, b'{"message":"Method Not Allowed"}'),
        ("GET", "/api/v2/clients/login", 405, b'{"message":"Method Not Allowed"}'),
        ("POST", "/healthz", 405, b'{"message":"Method Not Allowed"}'),
        ("GET", "/healthz", 200, b'{"status":"ok"}'),
    ],
)
async def test_paths_and_methods(
    http: httpx.AsyncClient, method: str, path: str, status: int, body: bytes
) -> None:
    reply = await http.request(method, path)
    assert (reply.status_code, reply.content) == (status, body)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/client", "GET, HEAD, POST"),
        ("/api/v1/client/x", "GET, HEAD, DELETE"),
        ("/api/v2/clients/login", "POST"),
        ("/healthz", "GET, HEAD"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "OPTIONS", "DISPATCH", "ENGINE", "SCOPE"])
async def test_what_is_allowed_instead(http: httpx.AsyncClient, method: str, path: str, allowed: str) -> None:
    reply = await http.request(method, path)
    assert (reply.status_code, reply.headers["allow"]) == (405, allowed)


async def test_head_is_answered_where_get_is(http: httpx.AsyncClient, root: Caller) -> None:
    assert (await http.head(CLIENTS_PATH)).status_code == 401
    for path in (CLIENTS_PATH, f"{CLIENTS_PATH}/{(await root.create())['client_id']}"):
        assert (await root.request("HEAD", path)).status_code == 200
    assert (await http.head("/healthz")).status_code == 200
    assert (await http.head("/api/v2/clients/login")).status_code == 405


async def test_a_deleted_clients_own_clients_are_its_owners(root: Caller) -> None:
    """They lived on, and nobody could see or delete them."""
    ann = await root.become(await root.create("ann"))
    of_ann = await ann.create("ann’s")
    bob = await ann.become(of_ann)
    of_bob = (await bob.create("bob’s"))["client_id"]
    assert (await root.request("DELETE", f"{CLIENTS_PATH}/{ann.client_id}")).status_code == 204
    assert sorted(await root.names()) == ["ann’s", "butlr-tui root"]
    assert await bob.names() == ["bob’s"]
    assert (await ann.request("GET", CLIENTS_PATH)).status_code == 401
    assert (await root.request("DELETE", f"{CLIENTS_PATH}/{of_bob}")).status_code == 404
    assert (await root.request("DELETE", f"{CLIENTS_PATH}/{bob.client_id}")).status_code == 204
    assert (await root.request("DELETE", f"{CLIENTS_PATH}/{of_bob}")).status_code == 204


@pytest.mark.parametrize("body", [{"name": "x"}, {"name": ""}, {"name": 5}])
async def test_whoever_is_deleted_creates_nothing_and_is_not_told_what_to_mend(
    root: Caller, body: dict[str, object]
) -> None:
    ann = await root.become(await root.create("ann"))
    assert (await root.request("DELETE", f"{CLIENTS_PATH}/{ann.client_id}")).status_code == 204
    assert (await ann.request("POST", CLIENTS_PATH, json=body)).status_code == 401
    assert await root.names() == ["butlr-tui root"]


@sqlite_alone
async def test_a_delete_that_fails_leaves_every_owner(
    root: Caller, service: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one transaction: neither half is done alone."""
    ann = await root.become(await root.create("ann"))
    await ann.create("ann’s")
    db = service.store._db
    monkeypatch.setattr(service.store, "_db", FailsAt("UPDATE", db))
    reply = await root.request("DELETE", f"{CLIENTS_PATH}/{ann.client_id}")
    assert (reply.status_code, reply.json()["code"]) == (500, "CLIENT_DELETE_FAILED")
    monkeypatch.setattr(service.store, "_db", db)
    assert sorted(await root.names()) == ["ann", "butlr-tui root"]
    assert await ann.names() == ["ann’s"]


class FailsAt:
    """A connection whose disk fails at one kind of statement."""

    def __init__(self, word: str, db: sqlite3.Connection) -> None:
        self._word = word
        self._db = db

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        if statement.startswith(self._word):
            raise sqlite3.OperationalError("disk I/O error")
        return self._db.execute(statement, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


@sqlite_alone
async def test_a_caller_has_only_so_many_clients(root: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CLIENTS_LIMIT == 200_000
    monkeypatch.setattr(additions, "CLIENTS_LIMIT", 3)
    ann = await root.become(await root.create("ann"))
    await root.create("the third")
    reply = await root.request("POST", CLIENTS_PATH, json={"name": "x"})
    message = "you have 200,000 clients: delete some first"
    assert (reply.status_code, reply.text) == (400, INVALID.format(message))
    assert len(await root.names()) == 3
    await ann.create("another's")


async def test_owners_do_not_see_each_other(root: Caller) -> None:
    ann = await root.become(await root.create("ann"))
    bob = await root.become(await root.create("bob"))
    of_ann = f"{CLIENTS_PATH}/{(await ann.create('ann’s'))['client_id']}"
    await bob.create("bob’s")
    assert await ann.names() == ["ann’s"]
    assert await bob.names() == ["bob’s"]
    assert sorted(await root.names()) == ["ann", "bob", "butlr-tui root"]
    for other in (bob, root):
        for method in ("GET", "DELETE"):
            reply = await other.request(method, of_ann)
            assert (reply.status_code, reply.content) == (404, NOT_FOUND)
    # whom root owns is root's to see, not its own
    assert (await ann.request("DELETE", f"{CLIENTS_PATH}/{ann.client_id}")).status_code == 404
    assert (await ann.request("GET", of_ann)).status_code == 200
