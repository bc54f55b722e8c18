"""Orphans of which only the mark is known, in lists that are hard to read (figure 39 of reliability)."""

import random
from collections.abc import Callable

import pytest

from butlr_tui.service.auth0.engine import TenantService
from tests.service.auth0.test_pages import WAYS
from tests.service.conftest import Clock
from tests.support.figures import figure, times
from tests.support.paging import Paging
from tests.support.tenant import Tenant

HARD: dict[str, Callable[[], Paging]] = {
    **WAYS,
    "offsets end at 100": lambda: Paging(checkpoints=False, reach=100),
    "5 a page": lambda: Paging(checkpoints=False, most=5, tells=False),
    "5 a page, and says so": lambda: Paging(checkpoints=False, most=5),
}


@pytest.mark.parametrize("way", HARD)
async def test_an_orphan_is_deleted_or_stays_on_record(
    way: str, tenant: Tenant, tenant_service: TenantService, clock: Clock
) -> None:
    chance = random.Random(39)
    orphans = forgotten = deleted = 0
    record = tenant_service.orphans
    for number in range(times(1, 50)):
        tenant.paging = HARD[way]()
        others = [tenant.make(f"n{n}")["client_id"] for n in range(chance.randrange(130, 260))]
        mark = f"mark-{number}"
        hidden = tenant.make("hidden")
        hidden["client_metadata"] = {"butlr_request": mark}
        items = list(tenant.clients.items())
        items.insert(chance.randrange(len(items)), items.pop())
        tenant.clients.clear()
        tenant.clients.update(items)
        record.begin(mark, clock())

        def change(call: str, others: list[str] = others) -> None:
            if call == "GET clients":
                tenant.remove(others.pop(chance.randrange(len(others))))

        tenant.before = change
        await tenant_service.sweep.once()
        orphans += 1
        is_there = hidden["client_id"] in tenant.clients
        deleted += not is_there
        forgotten += is_there and mark not in {orphan.mark for orphan in record.all()}
        tenant.before = lambda call: None
        tenant.paging = Paging()
        assert await tenant_service.sweep.once() == 0
        assert hidden["client_id"] not in tenant.clients
        assert record.all() == []
        for one in others:
            tenant.remove(one)
    await tenant_service.stop()
    print(f"{way}: {deleted} of {orphans} deleted at once")
    figure(39, orphans=orphans, forgotten=forgotten)
    assert forgotten == 0
    assert way not in WAYS or deleted == orphans
