"""Lists between two readings of the tenant: what this process does shows at once, all else within a bound."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.service.auth0.engine import TenantService, open_tenant_service
from butlr_tui.service.auth0.kept_list import KEPT_SECONDS, LONGEST_SECONDS
from butlr_tui.service.auth0.store import GRACE_SECONDS
from tests.service.conftest import Caller, Clock
from tests.support.tenant import Fault, Tenant, Wire

MINE = "butlr-tui root"


@pytest.fixture
def engine() -> str:
    return "auth0"


@pytest.fixture
async def other(tmp_path: Path, tenant: Tenant, clock: Clock) -> AsyncIterator[Caller]:
    """The same caller at another process of the service."""
    service = open_tenant_service(
        tmp_path / "other", tenant.environment, transport=Wire(tenant), clocks=clock.times
    )
    transport = httpx.ASGITransport(service.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        yield await Caller(http, tenant.root_pair).sign_in()
    await service.stop()
    service.close()


def pages(tenant: Tenant) -> int:
    """Pages of the tenant's clients that were asked for since the last time."""
    count = len(tenant.calls("GET", "/api/v2/clients?"))
    tenant.seen.clear()
    return count


async def status(caller: Caller, method: str, client_id: str) -> int:
    return (await caller.request(method, f"{CLIENTS_PATH}/{client_id}")).status_code


async def test_a_list_costs_no_call_until_what_was_read_is_too_old(
    root: Caller, tenant: Tenant, clock: Clock
) -> None:
    for n in range(250):
        tenant.make(f"n{n}", owner=root.client_id)
    first = await root.list(anew=False)
    assert pages(tenant) == 3
    clock.ahead(KEPT_SECONDS - 1)
    again = await root.list(anew=False)
    assert again.content == first.content
    assert pages(tenant) == 0
    assert (await root.list(anew=True)).content == first.content
    assert pages(tenant) == 3
    clock.ahead(KEPT_SECONDS - 1)
    await root.list(anew=False)
    assert pages(tenant) == 0
    clock.ahead(2)
    assert (await root.list(anew=False)).content == first.content
    assert pages(tenant) == 3


async def test_what_this_process_does_shows_at_once(root: Caller, tenant: Tenant) -> None:
    made = await root.create("first")
    await root.names()
    pages(tenant)
    new = await root.create("new", "Feeds it")
    listed = (await root.list(anew=False)).json()
    assert [client["name"] for client in listed] == [MINE, "first", "new"]
    assert (await root.request("GET", f"{CLIENTS_PATH}/{new['client_id']}")).json() == listed[-1]
    assert await status(root, "DELETE", made["client_id"]) == 204
    assert await root.names(anew=False) == [MINE, "new"]
    assert pages(tenant) == 0
    assert await root.names(anew=True) == [MINE, "new"]


async def test_what_another_process_does_shows_within_the_bound(
    root: Caller, other: Caller, clock: Clock
) -> None:
    made = await root.create("mine")
    assert await root.names(anew=False) == [MINE, "mine"]
    await other.create("theirs")
    assert await status(other, "DELETE", made["client_id"]) == 204
    assert await root.names(anew=False) == [MINE, "mine"]  # late, as it may be
    clock.ahead(KEPT_SECONDS)
    assert await root.names(anew=False) == [MINE, "theirs"]


async def test_whoever_asks_for_it_is_told_at_once(root: Caller, other: Caller) -> None:
    await root.names()
    await other.create("theirs")
    assert await root.names(anew=False) == [MINE]
    assert await root.names(anew=True) == [MINE, "theirs"]
    assert await root.names(anew=False) == [MINE, "theirs"]


async def test_a_tenant_that_does_not_answer_makes_no_list_older_than_that(
    root: Caller, wire: Wire, clock: Clock
) -> None:
    await root.names()
    wire.fault = lambda request: Fault(500)
    assert await root.names(anew=False) == [MINE]
    assert (await root.list(anew=True)).status_code == 500
    assert await root.names(anew=False) == [MINE]
    wire.fault = lambda request: Fault(500) if request.url.path == "/api/v2/clients" else None
    clock.ahead(KEPT_SECONDS)
    assert (await root.list(anew=False)).status_code == 500


async def test_one_client_is_always_asked_for_itself(root: Caller, other: Caller) -> None:
    gone = await root.create("gone")
    await root.names()
    new = await other.create("theirs")
    assert await status(root, "GET", new["client_id"]) == 200
    assert await status(root, "DELETE", new["client_id"]) == 204
    assert await status(other, "DELETE", gone["client_id"]) == 204
    assert await status(root, "GET", gone["client_id"]) == 404
    assert await root.names(anew=False) == [MINE]  # it has just heard so


async def test_what_is_found_gone_is_gone_from_the_list(root: Caller, other: Caller, tenant: Tenant) -> None:
    """And what was its own has come to its owner."""
    ann = await root.become(await root.create("ann"))
    await ann.create("ann’s")
    assert await root.names() == [MINE, "ann"]
    assert await status(other, "DELETE", ann.client_id) == 204
    pages(tenant)
    assert await status(root, "DELETE", ann.client_id) == 404
    assert await root.names(anew=False) == [MINE, "ann’s"]
    assert pages(tenant) == 0


async def test_the_clients_of_one_that_is_deleted_come_to_its_owner(root: Caller, tenant: Tenant) -> None:
    ann = await root.become(await root.create("ann"))
    bob = await ann.become(await ann.create("bob"))
    await bob.create("bob’s")
    assert await root.names() == [MINE, "ann"]
    pages(tenant)
    for one, then in ((ann, [MINE, "bob"]), (bob, [MINE, "bob’s"])):
        assert await status(root, "DELETE", one.client_id) == 204
        assert await root.names(anew=False) == then
    assert pages(tenant) == 0


async def test_what_is_done_while_it_is_read_is_in_what_is_kept(
    root: Caller, tenant: Tenant, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of a page that has come is deleted, and one of a page on its way; a new one stands on the first page."""
    old = [tenant.make(f"n{n:03}", owner=root.client_id)["client_id"] for n in range(250)]
    really = wire.handle_async_request

    async def change_meanwhile(request: httpx.Request) -> httpx.Response:
        reply = await really(request)
        if request.url.path == "/api/v2/clients" and "from" in request.url.params and len(old) == 250:
            for gone in (old.pop(10), old.pop(150)):
                assert await status(root, "DELETE", gone) == 204
            made = await root.create("new")
            tenant.clients = {made["client_id"]: tenant.clients.pop(made["client_id"]), **tenant.clients}
        return reply

    monkeypatch.setattr(wire, "handle_async_request", change_meanwhile)
    await root.list()
    tenant.seen.clear()
    kept = [one["client_id"] for one in (await root.list(anew=False)).json()]
    assert sorted(kept) == sorted(tenant.clients)
    assert len(kept) == 250
    assert pages(tenant) == 0


async def test_what_was_not_read_to_its_end_is_not_kept(
    root: Caller, tenant: Tenant, tenant_service: TenantService, wire: Wire
) -> None:
    for n in range(250):
        tenant.make(f"n{n}", owner=root.client_id)
    left = tenant_service.store.list(root.client_id)
    await anext(left)
    await left.aclose()  # type: ignore[attr-defined]
    wire.fault = lambda request: Fault(500) if b"from=" in request.url.query else None
    with pytest.raises(Exception, match="500"):
        [piece async for piece in tenant_service.store.list(root.client_id)]
    wire.fault = lambda request: None
    assert len(await root.names(anew=False)) == 251


@pytest.mark.parametrize("is_done", [True, False])
async def test_after_a_deletion_without_an_answer_the_tenant_is_read(
    root: Caller, tenant: Tenant, wire: Wire, *, is_done: bool
) -> None:
    made = await root.create("mine")
    await root.names()
    fault = Fault(502, after=is_done)

    def choose(request: httpx.Request) -> Fault | None:
        is_about_it = request.url.path.endswith(made["client_id"])
        return fault if is_about_it and (request.method == "DELETE" or wire_is_cut) else None

    wire_is_cut = False

    def cut(call: str) -> None:
        nonlocal wire_is_cut
        wire_is_cut = wire_is_cut or call.startswith("DELETE")

    tenant.before = cut
    wire.fault = choose
    assert await status(root, "DELETE", made["client_id"]) == 500
    wire.fault = lambda request: None
    assert await root.names(anew=False) == ([MINE] if is_done else [MINE, "mine"])


async def test_after_a_create_without_an_answer_the_tenant_is_read(
    root: Caller, tenant: Tenant, wire: Wire
) -> None:
    """Nobody has its secret, but it is there until it is swept away: who looks for it finds it."""
    await root.names()

    def choose(request: httpx.Request) -> Fault | None:
        is_create = (request.method, request.url.path) == ("POST", "/api/v2/clients")
        return Fault(502, after=is_create) if is_create or request.url.path == "/api/v2/clients" else None

    wire.fault = choose
    assert (await root.request("POST", CLIENTS_PATH, json={"name": "lost"})).status_code == 500
    wire.fault = lambda request: None
    assert await root.names(anew=False) == [MINE, "lost"]


async def test_an_orphan_is_looked_for_in_the_tenant(
    root: Caller, tenant: Tenant, tenant_service: TenantService, clock: Clock
) -> None:
    await root.names()
    hidden = tenant.make("hidden", owner=root.client_id)
    hidden["client_metadata"]["butlr_request"] = "mark"
    tenant_service.orphans.begin("mark", clock())
    assert await tenant_service.sweep.once() == 0
    assert hidden["client_id"] not in tenant.clients
    assert await root.names(anew=False) == [MINE]
    clock.ahead(GRACE_SECONDS)
    assert await root.names(anew=False) == [MINE]


@pytest.mark.parametrize(
    ("page_seconds", "kept_for"), [(0.3, KEPT_SECONDS), (25.0, 150.0), (150.0, LONGEST_SECONDS)]
)
async def test_what_took_long_to_read_is_kept_for_twice_as_long_and_no_longer_than_ten_minutes(
    root: Caller, tenant: Tenant, clock: Clock, page_seconds: float, kept_for: float
) -> None:
    for n in range(250):
        tenant.make(f"n{n}", owner=root.client_id)
    await root.request("GET", f"{CLIENTS_PATH}/{root.client_id}")  # token, keys
    tenant.before = lambda call: clock.ahead(page_seconds) if call == "GET clients" else None
    began = clock()
    await root.list(anew=False)
    pages(tenant)
    clock.ahead(began + kept_for - 1 - clock())
    await root.list(anew=False)
    assert pages(tenant) == 0
    clock.ahead(1)
    await root.list(anew=False)
    assert pages(tenant) == 3


async def test_two_processes_and_a_dashboard_on_one_tenant(
    root: Caller, other: Caller, tenant: Tenant, clock: Clock
) -> None:
    """Random changes of all three: own ones show at once, the others' once the bound is over, and nothing else."""
    chance = random.Random(40)
    changed: dict[str, tuple[object, float]] = {}
    """When each client last came or went, and by whom."""
    there = {root.client_id}
    lists = calls = late = 0
    for _ in range(150):
        clock.ahead(chance.choice([0, 1, 7]))
        who = chance.choice([root, other, None])
        match chance.choice(["create", "delete", "list", "list", "list"]):
            case "create":
                made = await who.create() if who else tenant.make("by hand", owner=root.client_id)
                there.add(made["client_id"])
                changed[made["client_id"]] = who, clock()
            case "delete" if len(there) > 1:
                gone = chance.choice(sorted(there - {root.client_id}))
                if who is None:
                    tenant.remove(gone)
                else:
                    assert await status(who, "DELETE", gone) == 204
                there.remove(gone)
                changed[gone] = who, clock()
            case "list" if who is not None:
                tenant.seen.clear()
                found = {one["client_id"] for one in (await who.list(anew=False)).json()}
                lists += 1
                calls += pages(tenant) > 0
                late += found != there
                for one in found ^ there:
                    by, at = changed[one]
                    assert by is not who
                    assert clock() - at < KEPT_SECONDS
    print(f"\n{lists} lists, of which {calls} read the tenant and {late} were late")
    assert calls < lists / 3
    assert late
