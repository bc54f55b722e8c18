"""The list: complete and stable, whatever changes between its pages."""

import asyncio
import random
from collections.abc import Callable

import httpx
import pytest

from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.service.auth0.engine import TenantService
from butlr_tui.service.auth0.pages import LARGEST, window
from butlr_tui.service.error_replies import BrokenOff
from tests.service.conftest import Caller
from tests.support.paging import Client, Paging
from tests.support.tenant import Fault, Tenant, Wire

MINE = "owner"
WAYS: dict[str, Callable[[], Paging]] = {
    "checkpoints": Paging,
    "checkpoints without a filter": lambda: Paging(checkpoints_with_filter=False),
    "offsets": lambda: Paging(checkpoints=False),
    "offsets, as if nothing were": lambda: Paging(ignores_take=True),
    "50 a page, and says so": lambda: Paging(checkpoints=False, most=50),
    "50 a page, and does not say so": lambda: Paging(checkpoints=False, most=50, tells=False),
    "20 a page": lambda: Paging(checkpoints=False, most=20),
    "short checkpoints": lambda: Paging(most=37),
}
"""How a tenant may let its list be read."""


@pytest.fixture
def engine() -> str:
    return "auth0"


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, tenant: Tenant) -> str:
    """The tenant's only one."""
    tenant.paging = WAYS[request.param]()
    return str(request.param)


@pytest.mark.parametrize("largest", [20, 37, 50, LARGEST])
def test_a_window_holds_its_position_and_reaches_far_behind_it(largest: int) -> None:
    for position in range(20_000):
        page, size = window(position, largest)
        assert size <= largest
        assert page * size <= position < (page + 1) * size
        assert (page + 1) * size - position >= largest // 4
        if largest == LARGEST:
            assert (page + 1) * size - position >= LARGEST // 2


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 1, 50, 99, 100, 101, 199, 200, 640])
async def test_all_of_them_in_order(
    tenant: Tenant, tenant_service: TenantService, way: str, count: int
) -> None:
    tenant.clients.clear()
    made = [tenant.make(f"n{n}", owner=MINE)["client_id"] for n in range(count)]
    tenant.make("a browser's", owner=MINE)["app_type"] = "spa"
    assert await _ids(tenant_service) == made
    pages = tenant.calls("GET", "/api/v2/clients?")
    if tenant.paging.most == LARGEST:
        assert len(pages) <= count // 90 + 4
    assert all("client_secret" not in page for page in pages)
    first, tenant.seen[:] = len(pages), []
    assert await _ids(tenant_service) == made
    again = tenant.calls("GET", "/api/v2/clients?")
    assert len(again) <= first  # what was refused is not tried again
    assert way == "checkpoints without a filter" or all("app_type=non_interactive" in page for page in again)
    await tenant_service.stop()


async def test_a_list_that_offsets_do_not_reach_is_no_short_list(
    root: Caller, tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    """The first time it breaks off, from then on it is told at once."""
    tenant.paging = Paging(checkpoints=False, reach=1000)
    for n in range(1100):
        tenant.make(f"n{n}", owner=root.client_id)
    with pytest.raises(BrokenOff):
        await root.list()
    assert "Auth0 answered GET clients: 400 invalid_paging" in caplog.text
    reply = await root.list()
    assert reply.status_code == 500
    assert reply.json() == {"message": "the tenant lets no more than 990 of its clients be listed"}
    tenant.paging.checkpoints = True  # as soon as it knows a better way
    assert len(await root.names()) == 1101


async def test_a_tenant_that_gives_fewer_than_it_says_has_no_list(root: Caller, tenant: Tenant) -> None:
    tenant.paging = Paging(checkpoints=False, most=5, tells=False)
    for n in range(50):
        tenant.make(f"n{n}", owner=root.client_id)
    reply = await root.list()
    assert (reply.status_code, reply.content) == (500, b'{"message":"Internal server error"}')


async def test_only_the_owners_and_only_what_they_may_see(root: Caller, tenant: Tenant) -> None:
    tenant.make("by hand")
    tenant.make("somebody's", owner="somebody")
    own = tenant.make("own", owner=root.client_id)
    own["description"] = None
    own["name"] = "<b>"
    reply = await root.list()
    assert reply.json()[1:] == [
        {"id": own["client_id"], "name": "<b>", "description": "", "client_id": own["client_id"]}
    ]
    assert not any(secret in reply.text for secret in tenant.issued)


async def _ids(service: TenantService) -> list[str]:
    return [record.client_id async for piece in service.store.list(MINE, anew=True) for record in piece]


def _insert(tenant: Tenant, chance: random.Random, made: Client) -> None:
    """Somewhere among the others: the order of the list is not documented."""
    del tenant.clients[made["client_id"]]
    items = list(tenant.clients.items())
    items.insert(chance.randrange(len(items) + 1), (made["client_id"], made))
    tenant.clients.clear()
    tenant.clients.update(items)


async def _naive(tenant: Tenant) -> list[str]:
    """Pages by their number alone: what would be lost without the overlap."""
    found: list[str] = []
    while True:
        tenant.before("GET clients")
        page = list(tenant.clients)[len(found) :][:LARGEST]
        found += page
        if len(page) < LARGEST:
            return found


@pytest.mark.slow
@pytest.mark.parametrize("checkpoints", [True, False])
async def test_changes_between_pages_lose_nobody(
    tenant: Tenant, tenant_service: TenantService, *, checkpoints: bool
) -> None:
    """Lists during which clients come and go; the same changes make plain paging lose some."""
    tenant.paging = Paging(checkpoints=checkpoints)
    chance = random.Random(21)
    lost_by_naive = lists = 0
    for naive in [False, True] * 60:
        tenant.clients.clear()
        always = {tenant.make(f"n{n}", owner=MINE)["client_id"] for n in range(chance.randrange(90, 420))}
        ever = set(always)
        changes = chance.randrange(0, 5)

        def change(call: str, always: set[str] = always, ever: set[str] = ever) -> None:
            nonlocal changes
            if call != "GET clients":
                return
            for _ in range(min(changes, chance.randrange(3))):
                changes -= 1
                if chance.random() < 0.6:
                    gone = chance.choice(list(tenant.clients))
                    tenant.remove(gone)
                    always.discard(gone)
                else:
                    made = tenant.make("new", owner=MINE)
                    ever.add(made["client_id"])
                    _insert(tenant, chance, made)

        tenant.before = change
        if naive:
            lost_by_naive += bool(always - set(await _naive(tenant)))
            continue
        found = await _ids(tenant_service)
        lists += 1
        assert len(found) == len(set(found))
        assert always <= set(found) <= ever
    print(f"\n{lists} lists with changes between pages: 0 lost; plain paging lost in {lost_by_naive}")
    assert lists == 60
    assert lost_by_naive > 4
    await tenant_service.stop()


async def test_deletes_do_not_starve_a_list(root: Caller, tenant: Tenant, way: str) -> None:
    """It began anew at each of them, five times, and was given up then."""
    made = [tenant.make(f"n{n:03}", owner=root.client_id) for n in range(400)]

    def change(call: str) -> None:
        if call == "GET clients":
            for _ in range(3):
                tenant.remove(made.pop(0)["client_id"])

    tenant.before = change
    names = await root.names()
    assert names == sorted(set(names))
    assert {one["name"] for one in made} <= set(names)
    assert len(tenant.calls("GET", "/api/v2/clients?")) <= 30 * LARGEST // tenant.paging.most, way


async def test_a_way_that_is_looked_for_is_found_also_after_a_failure(
    root: Caller, tenant: Tenant, wire: Wire
) -> None:
    """One way is refused, the next one fails; then all that is left is refused, too."""
    tenant.paging = Paging(checkpoints_with_filter=False)
    await root.request("GET", f"{CLIENTS_PATH}/{root.client_id}")  # token, keys
    fault = Fault(500)
    wire.fault = lambda request: fault if request.url.query.startswith(b"take") else None
    assert (await root.list()).status_code == 500
    refused = b'{"statusCode":400,"error":"Bad Request","message":"no"}'
    wire.fault = lambda request: Fault(400, refused) if request.url.path == "/api/v2/clients" else None
    assert (await root.list()).content == b'{"message":"Internal server error"}'
    wire.fault = lambda request: None
    assert await root.names() == ["butlr-tui root"]


async def test_lists_at_once_share_a_reading_but_never_one_that_began_before(
    root: Caller, tenant: Tenant, tenant_service: TenantService
) -> None:
    for n in range(150):
        tenant.make(f"n{n}", owner=root.client_id)
    await root.names()  # token, keys
    tenant.seen.clear()
    begun = asyncio.Event()
    tenant.before = lambda call: begun.set()
    lists = [asyncio.create_task(root.names()) for _ in range(20)]
    await begun.wait()
    tenant.make("late", owner=root.client_id)
    late = await root.names()
    assert "late" in late
    for answer in lists:
        await answer
    assert (
        len(tenant.calls("GET", "/api/v2/clients?")) <= 4
    )  # 2 pages, and again those that were before "late"


@pytest.mark.parametrize("way", ["checkpoints", "offsets", "50 a page, and does not say so"])
async def test_who_comes_later_rides_along_and_sees_what_was_done_before(
    tenant: Tenant, tenant_service: TenantService, way: str
) -> None:
    """Lists that begin at every page of others, while clients come and go; and some are given up halfway."""
    tenant.paging = WAYS[way]()
    tenant.clients.clear()
    chance = random.Random(18)
    for n in range(700):
        tenant.make(f"n{n}", owner=MINE)
    lists: list[asyncio.Task[None]] = []

    async def listing() -> None:
        always = set(tenant.clients)
        watched.append(always)
        found = await _ids(tenant_service)
        watched[:] = [one for one in watched if one is not always]
        assert len(found) == len(set(found))
        assert always <= set(found)

    watched: list[set[str]] = []

    def change(call: str) -> None:
        if call != "GET clients" or len(lists) > 24:
            return
        gone = chance.choice(list(tenant.clients))
        tenant.remove(gone)
        for always in watched:
            always.discard(gone)
        _insert(tenant, chance, tenant.make("new", owner=MINE))
        if lists and chance.random() < 0.2:
            lists.pop(chance.randrange(len(lists))).cancel()
        lists.append(asyncio.create_task(listing()))

    tenant.before = change
    await listing()
    while pending := [one for one in lists if not one.done()]:
        await asyncio.wait(pending)
    for one in lists:
        one.result()
    calls = len(tenant.calls("GET", "/api/v2/clients?"))
    print(f"\n{way}: {len(lists) + 1} lists of 700 in {calls} calls")
    assert len(lists) > 10
    await tenant_service.stop()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b"[]",
        b'{"clients":null}',
        b'{"clients":[{"name":"x"}]}',
        b'{"clients":[{"client_id":""}]}',
        b'{"clients":[1]}',
        b"<html>",
    ],
)
async def test_a_list_that_is_none_is_an_error_and_no_empty_list(
    root: Caller, wire: Wire, body: bytes
) -> None:
    await root.names()

    def fault(request: httpx.Request) -> Fault | None:
        return Fault(200, body) if request.url.path == "/api/v2/clients" else None

    wire.fault = fault
    reply = await root.list()
    assert (reply.status_code, reply.content) == (500, b'{"message":"Internal server error"}')
