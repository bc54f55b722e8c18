"""Lists that need not be sent, and lists whose bytes are made once: ETag, 304, and how much of them is kept."""

import gc
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from butlr_tui.api.client import M2MClient
from butlr_tui.auth.bearer import OneToken
from butlr_tui.contract import CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.service import lists
from butlr_tui.service.lists import Lists
from butlr_tui.service.local import LocalService, open_service
from butlr_tui.service.store import Edition, Record, StoredClient

from .conftest import Caller, Clock, login, root_pair


async def tag_of(caller: Caller) -> str:
    reply = await caller.request("GET", CLIENTS_PATH)
    assert reply.status_code == 200
    return str(reply.headers["etag"])


async def status_with(caller: Caller, tags: str) -> int:
    """Of a list that is asked for unless it has one of these tags."""
    headers = {"If-None-Match": tags.encode("latin-1")}
    reply = await caller.request("GET", CLIENTS_PATH, headers=headers)
    if reply.status_code == 304:
        assert (reply.content, reply.headers["cache-control"]) == (b"", "no-store")
        assert reply.headers["etag"]
    return reply.status_code


async def test_a_list_that_has_not_changed_is_not_sent(root: Caller) -> None:
    tag = await tag_of(root)
    assert await tag_of(root) == tag
    for known in (tag, f'"x", {tag}', f"{tag},", f"W/{tag}", "*"):
        assert await status_with(root, known) == 304, known
    for other in ('"x"', tag.strip('"'), "", '""', "\xff"):
        assert await status_with(root, other) == 200, other


async def test_whatever_changes_a_list_changes_its_tag(root: Caller, service: LocalService) -> None:
    ann, bob = [await root.become(await root.create(name)) for name in ("ann", "bob")]
    of_ann = await ann.create("ann’s")
    seen = {await tag_of(root)}

    async def is_new() -> bool:
        tag = await tag_of(root)
        is_new = tag not in seen
        seen.add(tag)
        return is_new

    made = (await root.create("new"))["client_id"]
    assert await is_new()
    await root.request("DELETE", f"{CLIENTS_PATH}/{made}")
    assert await is_new()  # though it lists what it listed before
    await root.request("DELETE", f"{CLIENTS_PATH}/{ann.client_id}")
    assert await is_new()
    assert of_ann["client_id"] in (await root.request("GET", CLIENTS_PATH)).text
    with service.store.exclusively():
        service.store._db.execute("UPDATE client SET name = 'renamed' WHERE client_id = ?", (bob.client_id,))
    assert await is_new()
    assert "renamed" in await root.names()


async def test_what_another_process_changes_changes_the_tag_at_once(
    root: Caller, data: Path, service: LocalService, clock: Clock
) -> None:
    other = open_service(data, now=clock)
    tags = [await tag_of(root)]
    for number in range(3):
        made = StoredClient(f"client_{number}", service.root.client_id, "theirs", "", b"hash")
        other.store.add([made])
        tags.append(await tag_of(root))
        assert await tag_of(root) == tags[-1]
        assert other.store.delete(made.owner, made.client_id)
        tags.append(await tag_of(root))
    assert len(set(tags)) == 7
    other.close()


async def test_a_tag_is_looked_for_once_while_nothing_is_written(root: Caller, service: LocalService) -> None:
    await tag_of(root)
    asked: list[str] = []
    service.store._reads.set_trace_callback(asked.append)
    await tag_of(root)
    service.store._reads.set_trace_callback(None)
    assert asked == ["PRAGMA data_version"]


async def test_what_is_kept_of_tags_has_a_bound(service: LocalService) -> None:
    root, owners = service.root.client_id, [f"client_{number:05}" for number in range(8_000)]
    service.store.add([StoredClient(owner, root, "n", "", b"hash") for owner in owners])
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for owner in owners:
        service.store.edition(owner)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 150_000


async def test_what_others_do_leaves_a_list_as_it_is(root: Caller) -> None:
    ann, bob = [await root.become(await root.create(name)) for name in ("ann", "bob")]
    tag, empty = await tag_of(ann), await tag_of(bob)
    await bob.create()
    assert await status_with(ann, tag) == 304
    assert await status_with(bob, empty) == 200


async def test_a_tag_outlives_the_process(
    root: Caller, data: Path, service: LocalService, clock: Clock
) -> None:
    tag = await tag_of(root)
    again = open_service(data, now=clock)
    transport = httpx.ASGITransport(again.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        caller = await Caller(http, root_pair(service)).sign_in()
        assert await status_with(caller, tag) == 304
    again.close()


@pytest.mark.parametrize("engine", ["auth0"])
async def test_a_tenants_list_has_no_tag(root: Caller) -> None:
    reply = await root.request("GET", CLIENTS_PATH)
    assert "etag" not in reply.headers
    assert await status_with(root, '"empty"') == 200


@pytest.mark.parametrize("longest", [lists.LONGEST, 100_000])
async def test_a_long_list_comes_whole_in_whichever_way(
    root: Caller, service: LocalService, longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than what is handed to a connection at once; once it is made whole, once as it is read."""
    monkeypatch.setattr(lists, "LONGEST", longest)
    clients = [
        StoredClient(f"client_{n:04}", root.client_id, "<n>", "d" * 90, bytes(32)) for n in range(1100)
    ]
    service.store.add(clients)
    reply = await root.request("GET", CLIENTS_PATH)
    assert ("content-length" in reply.headers) == (longest > 1 << 20)
    assert len(reply.content) > 1 << 17
    assert [one["id"] for one in reply.json()] == [*(one.client_id for one in clients), root.client_id]
    assert await status_with(root, reply.headers["etag"]) == 304
    assert (await root.request("GET", CLIENTS_PATH)).content == reply.content


async def test_a_list_that_changes_while_it_is_read_is_read_again(
    root: Caller, service: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = type(service.store).list

    def late(store: Any, owner: str, after: str = "", most: int = -1) -> list[Record]:
        monkeypatch.undo()
        service.store.add([StoredClient("client_late", owner, "late", "", bytes(32))])
        return real(store, owner, after, most)

    monkeypatch.setattr(type(service.store), "list", late)
    reply = await root.request("GET", CLIENTS_PATH)
    assert await status_with(root, reply.headers["etag"]) == 200
    assert "late" in await root.names()


async def test_the_app_gets_no_body_where_nothing_has_changed(
    http: httpx.AsyncClient, root: Caller, service: LocalService
) -> None:
    answers: list[httpx.Response] = []

    class Between(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answers.append(await http._transport.handle_async_request(request))
            return answers[-1]

    reply = await http.post(CLIENT_LOGIN_PATH, json=login(root_pair(service)))
    token = SecretStr(reply.json()["access_token"])
    client = M2MClient("http://127.0.0.1", OneToken(token), Between())
    service.trail.write()
    await client.list_clients()  # hears that it may ask for the activity
    answers.clear()
    first = await client.list_clients()
    again = await client.list_clients()
    made = await root.create()
    assert again == first
    assert made["client_id"] in {one.id for one in await client.list_clients()}
    assert [answer.status_code for answer in answers] == [200, 304, 200]
    await client.aclose()


class Made:
    """Lists of a given length, and how often each was read."""

    def __init__(self, length: int) -> None:
        self._item = "x" * length
        self.read = 0

    async def pieces(self) -> AsyncIterator[Sequence[Any]]:
        self.read += 1
        yield [self._item]


async def test_what_is_kept_of_lists_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "ROOM", 1 << 20)
    kept, made = Lists(), Made(1 << 16)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in range(100):
            await kept.reply(f"owner {number}", Edition("1", 1), (), made.pieces)
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] - before < 3 << 19
    finally:
        tracemalloc.stop()
    assert made.read == 100
    for number in range(85, 100):  # those that were asked for last
        await kept.reply(f"owner {number}", Edition("1", 1), (), made.pieces)
    assert made.read == 100


async def test_a_list_that_is_too_long_to_be_kept_is_read_once() -> None:
    """Its first piece foretells how long all of it will be."""
    read: list[int] = []

    async def pieces() -> AsyncIterator[Sequence[str]]:
        for number in range(10):
            read.append(number)
            yield ["x" * (lists.LONGEST // 8)]

    await Lists().reply("owner", Edition("a", 10), [], pieces)
    assert read == [0, 0, 1]  # of the answer the first two, until somebody reads them


async def test_a_list_that_is_on_its_way_still_takes_its_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers who do not read hold it: what else is asked for is made as it is read, and not kept beside it."""
    monkeypatch.setattr(lists, "ROOM", 3 << 16)
    kept, made = Lists(), Made(1 << 16)
    unread = [await kept.reply(f"owner {n}", Edition("1", 1), (), made.pieces) for n in range(2)]
    made.read = 0
    for _ in range(2):
        await kept.reply("another", Edition("1", 1), (), made.pieces)
    assert made.read >= 2
    unread.clear()
    await kept.reply("another", Edition("1", 1), (), made.pieces)
    made.read = 0
    await kept.reply("another", Edition("1", 1), (), made.pieces)
    assert made.read == 0


async def test_the_tag_covers_the_activity_where_that_is_asked_for(
    root: Caller, service: LocalService, clock: Clock
) -> None:
    asked = f"{CLIENTS_PATH}?include=activity"
    pair = await root.create()
    service.trail.write()
    plain = await tag_of(root)

    async def listed(tag: str = "") -> httpx.Response:
        return await root.request("GET", asked, headers={"If-None-Match": tag} if tag else {})

    first = await listed()
    assert first.headers["etag"] != plain
    assert (await listed(first.headers["etag"])).status_code == 304
    assert (await listed(plain)).status_code == 200
    clock.ahead(60)
    await root.become(pair)
    told = await listed(first.headers["etag"])
    assert told.status_code == 200 and told.content != first.content
    service.trail.write()
    assert (await listed()).content == told.content
    assert (await listed((await listed()).headers["etag"])).status_code == 304
    assert await status_with(root, plain) == 304
