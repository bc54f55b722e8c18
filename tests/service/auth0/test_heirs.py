"""To whom a client belongs, once those who made it are gone."""

import pytest

from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.service.auth0.existence_cache import ALIVE_SECONDS
from butlr_tui.service.auth0.wire import METADATA_LIMIT, TenantClient, new_client
from tests.service.conftest import Caller, Clock
from tests.support.tenant import Tenant


@pytest.fixture
def engine() -> str:
    return "auth0"


async def test_one_that_is_deleted_in_the_dashboard_leaves_its_clients_too(
    root: Caller, tenant: Tenant, clock: Clock
) -> None:
    ann = await root.become(await root.create("ann"))
    bob = await ann.become(await ann.create("bob"))
    of_bob = (await bob.create("bob’s"))["client_id"]
    assert await root.names() == ["butlr-tui root", "ann"]
    tenant.remove(ann.client_id)
    tenant.remove(bob.client_id)
    assert await root.names() == ["butlr-tui root", "bob’s"]
    clock.ahead(ALIVE_SECONDS + 1)  # until then another process may not know of it
    assert (await root.request("DELETE", f"{CLIENTS_PATH}/{of_bob}")).status_code == 204


async def test_a_living_owner_comes_before_its_own(root: Caller) -> None:
    ann = await root.become(await root.create("ann"))
    of_ann = (await ann.create("ann’s"))["client_id"]
    for method in ("GET", "DELETE"):
        assert (await root.request(method, f"{CLIENTS_PATH}/{of_ann}")).status_code == 404
    assert await ann.names() == ["ann’s"]


async def test_an_owner_that_is_no_m2m_client_keeps_what_it_made(root: Caller, tenant: Tenant) -> None:
    """A list of M2M clients does not show that it is there."""
    tenant.clients[root.client_id]["app_type"] = "regular_web"
    await root.create("made by an app")
    assert await root.names() == ["made by an app"]


def test_the_line_of_heirs_is_as_long_as_metadata_may_be() -> None:
    owner = TenantClient("a" * 32, client_metadata={"butlr_owner": "a" * 32})
    assert "butlr_heirs" not in new_client("n", "", owner, "m")["client_metadata"]
    heirs = ",".join(letter * 32 for letter in "cdefghi")
    owner = TenantClient("a" * 32, client_metadata={"butlr_owner": "b" * 32, "butlr_heirs": heirs})
    line = new_client("n", "", owner, "m")["client_metadata"]["butlr_heirs"]
    assert line == ",".join(letter * 32 for letter in "bcdefgh")[:METADATA_LIMIT]
    assert len(line) <= METADATA_LIMIT
