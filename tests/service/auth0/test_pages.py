"""The list: complete and stable, whatever changes between its pages."""

import asyncio
import random

import httpx
import pytest

from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.service.auth0.engine import TenantService
from butlr_tui.service.auth0.pages import LARGEST, window
from butlr_tui.service.store import Busy
from tests.service.conftest import Caller
from tests.support.tenant import Client, Fault, Tenant, Wire

MINE = "owner"


@pytest.fixture
def engine() -> str:
    return "auth0"


def test_a_window_holds_its_position_and_reaches_far_behind_it() -> None:
    for position in range(20_000):
        page, size = window(position)
        assert size <= LARGEST
        assert page * size <= position < (page + 1) * size
        assert (page + 1) * size - position >= LARGEST // 2


@pytest.mark.parametrize("count", [0, 1, 98, 99, 100, 101, 197, 198, 199, 200, 1234])
async def test_all_of_them_in_order(tenant: Tenant, tenant_service: TenantService, count: int) -> None:
    tenant.clients.clear()
    made = [tenant.make(f"n{n}", owner=MINE)["client_id"] for n in range(count)]
    tenant.make("a browser's", owner=MINE)["app_type"] = "spa"
    assert await _ids(tenant_service) == made
    pages = tenant.calls("GET", "/api/v2/clients?")
    assert len(pages) <= count // 90 + 2
    assert all("client_secret" not in page and "app_type=non_interactive" in page for page in pages)
    await tenant_service.stop()


async def test_only_the_owners_and_only_what_they_may_see(root: Caller, tenant: Tenant) -> None:
    tenant.make("by hand")
    tenant.make("somebody's", owner="somebody")
    own = tenant.make("own", owner=root.client_id)
    own["description"] = None
    own["name"] = "<b>"
    reply = await root.request("GET", CLIENTS_PATH)
    assert reply.json()[1:] == [
        {"id": own["client_id"], "name": "<b>", "description": "", "client_id": own["client_id"]}
    ]
    assert not any(secret in reply.text for secret in tenant.issued)


async def _ids(service: TenantService) -> list[str]:
    return [record.client_id async for piece in service.store.list(MINE) for record in piece]


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


async def test_changes_between_pages_lose_nobody(tenant: Tenant, tenant_service: TenantService) -> None:
    """150 lists during which clients come and go; the same changes make plain paging lose some."""
    chance = random.Random(21)
    lost_by_naive = lists = busy = 0
    for naive in [False, True] * 150:
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
        try:
            found = await _ids(tenant_service)
        except Busy:
            busy += 1
            continue
        lists += 1
        assert len(found) == len(set(found))
        assert always <= set(found) <= ever
    print(
        f"\n{lists} lists with changes between pages: 0 lost, {busy} busy; plain paging lost in {lost_by_naive}"
    )
    assert lists >= 145
    assert lost_by_naive > 10
    await tenant_service.stop()


async def test_what_changes_all_the_time_is_not_guessed_at(root: Caller, tenant: Tenant) -> None:
    made = [tenant.make(f"n{n}", owner=root.client_id) for n in range(250)]

    def change(call: str) -> None:
        if call == "GET clients":
            tenant.remove(made.pop(0)["client_id"])

    tenant.before = change
    reply = await root.request("GET", CLIENTS_PATH)
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "1")


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
    assert len(tenant.calls("GET", "/api/v2/clients?")) <= 6  # 2 pages each, up to 3 readings


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
    reply = await root.request("GET", CLIENTS_PATH)
    assert (reply.status_code, reply.content) == (500, b'{"message":"Internal server error"}')
