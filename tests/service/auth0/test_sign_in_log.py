"""When clients last signed in, as the tenant's logs tell."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from butlr_tui.contract import CLIENTS_PATH, OFFERS_HEADER
from butlr_tui.http.errors import ServiceError
from butlr_tui.service.auth0.engine import TenantService, open_tenant_service
from tests.service.conftest import Caller, Clock
from tests.support.tenant import Tenant, Wire


@pytest.fixture
def engine() -> str:
    return "auth0"


@pytest.fixture
def tenant(clock: Clock) -> Tenant:
    tenant = Tenant(clock)
    tenant.scopes += " read:logs"
    return tenant


async def test_it_knows_the_last_one_and_from_when_on(
    root: Caller, tenant: Tenant, tenant_service: TenantService, clock: Clock
) -> None:
    log, began = tenant_service.sign_ins, clock()
    assert not log.knows
    for _ in range(250):  # more than a page
        clock.ahead(1)
        tenant.log("s", "a person's")
    kiosk = await root.become(await root.create("kiosk"))
    at = clock()
    clock.ahead(60)
    tenant.log("feccft", kiosk.client_id)
    never = (await root.create("never"))["client_id"]
    await log.once()
    assert log.knows
    known = await log.last_sign_ins([kiosk.client_id, never, root.client_id])
    assert known.since == began
    assert known.at == {kiosk.client_id: at, root.client_id: began}


async def test_callers_are_told_so_as_soon_as_it_knows(
    root: Caller, tenant_service: TenantService, clock: Clock
) -> None:
    before = await root.request("GET", f"{CLIENTS_PATH}?include=activity")
    assert OFFERS_HEADER not in before.headers
    assert "last_sign_in" not in before.text
    await tenant_service.sign_ins.once()
    after = await root.request("GET", f"{CLIENTS_PATH}?include=activity")
    assert after.headers[OFFERS_HEADER] == "activity"
    moment = f"{datetime.fromtimestamp(clock(), UTC):%Y-%m-%dT%H:%M:%SZ}"
    assert [(item["last_sign_in"], item["activity_since"]) for item in after.json()] == [(moment, moment)]


async def test_it_reads_on_where_it_was_also_after_a_restart(
    root: Caller, tenant: Tenant, tenant_service: TenantService, clock: Clock, data: Path, wire: Wire
) -> None:
    began = clock()
    await tenant_service.sign_ins.once()
    clock.ahead(100)
    tenant.log("seccft", root.client_id)
    again = open_tenant_service(data, tenant.environment, transport=wire, clocks=clock.times)
    tenant.seen.clear()
    await again.sign_ins.once()
    known = await again.sign_ins.last_sign_ins([root.client_id])
    assert (known.since, known.at) == (began, {root.client_id: clock()})
    assert len(tenant.calls("GET", "/api/v2/logs")) == 2  # what is new, and that there is no more
    assert "sort" not in str(tenant.calls("GET", "/api/v2/logs"))
    await again.stop()
    again.close()


async def test_a_gap_is_never_bridged(
    root: Caller, tenant: Tenant, tenant_service: TenantService, clock: Clock
) -> None:
    """The service did not run for longer than the tenant keeps its logs."""
    log = tenant_service.sign_ins
    await log.once()
    clock.ahead(40 * 86_400)
    tenant.logs.clear()
    tenant.log("s", "a person's")
    with pytest.raises(ServiceError):
        await log.once()
    assert not log.knows
    await log.once()
    assert log.knows
    assert (await log.last_sign_ins([root.client_id])).since == clock()


async def test_without_the_permission_it_does_not_say_that_it_knows(
    root: Caller, tenant: Tenant, tenant_service: TenantService
) -> None:
    tenant.scopes = tenant.scopes.replace(" read:logs", "")
    await tenant_service.sign_ins.once()
    assert not tenant_service.sign_ins.knows
    assert tenant.calls("GET", "/api/v2/logs") == []


async def test_logs_of_which_nothing_is_there(tenant: Tenant, tenant_service: TenantService) -> None:
    await tenant_service.sign_ins.once()
    assert not tenant_service.sign_ins.knows
    await tenant_service.stop()
