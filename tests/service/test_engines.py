"""The `Store` itself, one suite for every engine."""

import random
from collections.abc import Callable

import pytest

from butlr_tui.service.auth0.engine import TenantService
from butlr_tui.service.embedded import Embedded
from butlr_tui.service.local import LocalService
from butlr_tui.service.store import Record, Store, StoredClient
from butlr_tui.service.tokens import Tokens
from tests.support.tenant import Tenant

from .conftest import ENGINES, Clock


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(engine: str, clock: Clock, request: pytest.FixtureRequest) -> Store:
    if engine == "auth0":
        service: TenantService = request.getfixturevalue("tenant_service")
        return service.store
    local: LocalService = request.getfixturevalue("service")
    tokens: Tokens = None  # type: ignore[assignment]  # a store needs none
    return Embedded(local.store, tokens, clock)


@pytest.fixture
def new_owner(engine: str, request: pytest.FixtureRequest) -> Callable[[], str]:
    """Makes somebody who may own clients, behind the store's back."""
    if engine == "auth0":
        tenant: Tenant = request.getfixturevalue("tenant")
        return lambda: str(tenant.make("owner")["client_id"])
    local: LocalService = request.getfixturevalue("service")
    count = iter(range(100))

    def add() -> str:
        owner = f"client_owner_{next(count):02}"
        local.store.add([StoredClient(owner, local.root.client_id, owner, "", bytes(32))])
        return owner

    return add


async def listed(store: Store, owner: str) -> list[Record]:
    return [record async for piece in store.list(owner) for record in piece]


@pytest.mark.slow
async def test_owners_never_meet(store: Store, new_owner: Callable[[], str]) -> None:
    """1,000 random operations of 20 owners against what each of them should see."""
    chance = random.Random(17)
    owners = [new_owner() for _ in range(20)]
    seen: dict[str, dict[str, str]] = {owner: {} for owner in owners}
    for number in range(1000):
        owner = chance.choice(owners)
        target = chance.choice(sorted(set().union(*seen.values())) or ["nobody"])
        match chance.choice(["create", "get", "delete", "list"]):
            case "create":
                made = await store.create(owner, f"n{number}", "d")
                seen[owner][made.client_id] = f"n{number}"
            case "get":
                found = await store.get(owner, target)
                assert (found and found.name) == seen[owner].get(target)
            case "delete":
                assert await store.delete(owner, target) == (target in seen[owner])
                seen[owner].pop(target, None)
            case _:
                records = await listed(store, owner)
                assert {record.client_id: record.name for record in records} == seen[owner]


async def test_what_is_made_can_be_read_and_is_gone_once(store: Store, new_owner: Callable[[], str]) -> None:
    owner = new_owner()
    made = await store.create(owner, "hvac-sync", "Feeds it")
    assert made.client_secret.get_secret_value() not in repr(made)
    assert await store.get(owner, made.client_id) == (made.client_id, "hvac-sync", "Feeds it")
    assert await listed(store, owner) == [(made.client_id, "hvac-sync", "Feeds it")]
    assert await store.delete(owner, made.client_id)
    assert not await store.delete(owner, made.client_id)
    assert await store.get(owner, made.client_id) is None
    assert await listed(store, owner) == []


@pytest.mark.parametrize(
    "client_id", ["", ".", "..", "../client-grants", "x?y", "%2e", "x" * 3000, "\x00", "…"]
)
async def test_ids_that_are_none(store: Store, new_owner: Callable[[], str], client_id: str) -> None:
    owner = new_owner()
    assert await store.get(owner, client_id) is None
    assert not await store.delete(owner, client_id)
