"""Lists of tenants at their real size: on sockets, and by the virtual clock (figure 38 of reliability)."""

import asyncio
import time
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from butlr_tui.api.client import LIST, M2MClient
from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.contract import AUDIENCE
from butlr_tui.http.errors import NoResponse
from butlr_tui.models import Credentials
from butlr_tui.service.auth0 import reading
from butlr_tui.service.auth0.engine import TenantService
from butlr_tui.service.error_replies import BrokenOff
from tests.service.conftest import Caller, Clock
from tests.support.buckets import enterprise
from tests.support.figures import figure, times
from tests.support.server import Server
from tests.support.tenant import Fault, Tenant, Wire

ON_SOCKETS = times(450, 12_000)
PAGE_SECONDS = times(1, 30) / 100
BY_THE_CLOCK = times(1_500, 100_000)
FIRST_ROWS = 2.0
QUIET = 20.0


@pytest.fixture
def engine() -> str:
    return "auth0"


@pytest.mark.slow
async def test_a_long_list_arrives_while_it_is_read(data: Path, tenant_on_a_port: Tenant) -> None:
    """The app's own client, on `serve`, on a tenant, each in its process or thread."""
    tenant = tenant_on_a_port
    for n in range(ON_SOCKETS - 1):
        tenant.make(f"n{n}", owner=tenant.root["client_id"])
    server = Server(data, engine="auth0", environment=tenant.environment).listening()
    sign_in = SignIn(server.url, AUDIENCE)
    pair = Credentials(tenant.root_pair["client_id"], SecretStr(tenant.root_pair["client_secret"]))
    api = M2MClient(server.url, Bearer(sign_in, lambda: pair), uniform=lambda low, high: low)
    try:
        await api.get_client(pair.client_id)  # signed in
        tenant.page_seconds = PAGE_SECONDS
        heard = [time.monotonic()]
        shown: list[tuple[float, int]] = []
        found = await api.list_clients(
            progress=lambda so_far, in_all: heard.append(time.monotonic()),
            on_clients=lambda some: shown.append((time.monotonic() - heard[0], len(some))),
        )
        took = heard[-1] - heard[0]
        gaps = [later - earlier for earlier, later in pairwise(heard)]
        print(
            f"\n{len(found):,} clients: first bytes after {gaps[0]:.2f} s, the app's first {shown[0][1]} rows "
            f"after {shown[0][0]:.2f} s, all after {took:.1f} s, in {len(gaps)} parts "
            f"and {len(shown)} pieces of rows"
        )
        figure(
            38,
            clients_over_sockets=len(found),
            missing=len(tenant.clients) - len({client.client_id for client in found}),
            first_rows_late=int(shown[0][0] > FIRST_ROWS),
            quiet_for_20_s=sum(gap > QUIET for gap in gaps),
        )
        assert sum(count for _, count in shown) == len(found)
        assert len(found) == ON_SOCKETS
        assert took < LIST
        _break_in_the_middle(tenant)
        with pytest.raises(NoResponse, match="broke off"):
            await api.list_clients()
        async with httpx.AsyncClient(trust_env=False, base_url=server.url) as http:
            caller = await Caller(http, tenant.root_pair).sign_in()
            with pytest.raises(httpx.RemoteProtocolError):
                await caller.list()
    finally:
        await api.aclose()
        await sign_in.aclose()
        with server.process:
            code, _, said = server.stop()
    assert code == 0
    assert not any(secret in said for secret in tenant.issued)


def _break_in_the_middle(tenant: Tenant) -> None:
    calls = 0

    def fail(call: str) -> None:
        nonlocal calls
        if call == "GET clients":
            calls += 1
            if calls % 4 == 0:
                raise RuntimeError

    tenant.before = fail


async def test_a_very_long_list_by_the_virtual_clock(
    tenant: Tenant, tenant_service: TenantService, clock: Clock
) -> None:
    """An owner of the first and of the last of them, within the app's limit and a large plan's rate limit."""
    tenant.buckets = enterprise()
    owner = tenant.make("owner")["client_id"]
    mine = [tenant.make("first", owner=owner)["client_id"]]
    for n in range(BY_THE_CLOCK - 4):
        tenant.make(f"n{n}", owner="somebody")
    mine.append(tenant.make("last", owner=owner)["client_id"])

    def take_a_while(call: str) -> None:
        if call == "GET clients":
            clock.ahead(0.3)

    tenant.before = take_a_while
    started = last = clock()
    first_row = quiet = 0.0
    found: list[str] = []
    async for piece in tenant_service.store.list(owner):
        found += [record.client_id for record in piece]
        first_row = first_row or (clock() - started if found else 0.0)
        quiet, last = max(quiet, clock() - last), clock()
    calls = len(tenant.calls("GET", "/api/v2/clients?"))
    took = clock() - started
    print(
        f"\n{len(tenant.clients):,} clients: {calls} calls, {took:.0f} s; the first row after {first_row:.1f} s"
    )
    figure(
        38,
        clients_by_the_virtual_clock=len(tenant.clients),
        missing=len(set(mine) - set(found)),
        first_rows_late=int(first_row > FIRST_ROWS),
        quiet_for_20_s=int(quiet > QUIET),
    )
    assert found == mine
    again = [record.client_id async for piece in tenant_service.store.list(owner) for record in piece]
    assert again == mine
    assert len(tenant.calls("GET", "/api/v2/clients?")) == calls
    assert first_row <= FIRST_ROWS
    assert quiet <= QUIET
    assert took < LIST
    assert tenant.refused == 0
    await tenant_service.stop()


async def test_a_reading_that_fails_midway_breaks_every_answer_that_hangs_on_it(
    root: Caller, tenant: Tenant, wire: Wire
) -> None:
    for n in range(900):
        tenant.make(f"n{n}", owner=root.client_id)
    pages = 0

    def fault(request: httpx.Request) -> Fault | None:
        nonlocal pages
        pages += request.url.path == "/api/v2/clients"
        return Fault(500) if pages == 5 else None

    wire.fault = fault
    with pytest.raises(BrokenOff):
        await root.list()
    assert len(await root.names()) == 901


async def test_who_waits_long_for_a_page_gets_a_sign_of_life(
    tenant: Tenant, tenant_service: TenantService, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SIGN_OF_LIFE", 0.01)
    open_again = asyncio.Event()
    really = wire.handle_async_request

    async def held(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v2/clients":
            await open_again.wait()
        return await really(request)

    monkeypatch.setattr(wire, "handle_async_request", held)
    root = tenant.root["client_id"]
    pieces = tenant_service.store.list(root)
    assert [await anext(pieces) for _ in range(3)] == [[], [], []]
    open_again.set()
    assert [record.client_id async for piece in pieces for record in piece] == [root]
    await tenant_service.stop()


async def test_nothing_is_read_for_nobody(tenant: Tenant, tenant_service: TenantService) -> None:
    """Whoever has left costs no further call."""
    for n in range(900):
        tenant.make(f"n{n}", owner=tenant.root["client_id"])
    pieces = tenant_service.store.list(tenant.root["client_id"])
    assert len(await anext(pieces)) == 100
    await pieces.aclose()  # type: ignore[attr-defined]
    for _ in range(500):
        await asyncio.sleep(0)
    assert len(tenant.calls("GET", "/api/v2/clients?")) <= 3
    await tenant_service.stop()
