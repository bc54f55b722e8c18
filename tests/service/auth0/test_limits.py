"""Within the tenant's rate limit: waits when short, 429 when long, and one token for everybody."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from butlr_tui.contract import CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.http.errors import NotSent
from butlr_tui.http.transport import Response
from butlr_tui.service.auth0.engine import TenantService, open_tenant_service
from butlr_tui.service.auth0.limits import Limits, told_wait, wait_for_one
from butlr_tui.service.auth0.management import LISTS, PATIENCE
from butlr_tui.service.auth0.store import CREATES_AT_ONCE
from butlr_tui.service.store import Busy
from tests.service.conftest import Caller, Clock, login
from tests.support.buckets import EVERYTHING, Bucket, enterprise, free, self_service
from tests.support.tenant import Fault, Tenant, Wire


@pytest.fixture
def engine() -> str:
    return "auth0"


@pytest.fixture
async def second(data: Path, clock: Clock, tenant: Tenant, wire: Wire) -> AsyncIterator[httpx.AsyncClient]:
    """Another process of the service on the same tenant."""
    service = open_tenant_service(
        data.with_name("second"), tenant.environment, transport=wire, clocks=clock.times
    )
    transport = httpx.ASGITransport(service.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        yield http
    await service.stop()
    service.close()


async def test_16_creates_at_once_under_a_limit_of_2_a_second(
    root: Caller, tenant: Tenant, clock: Clock, tenant_service: TenantService
) -> None:
    tenant.buckets = free()
    most = 0

    def count(call: str) -> None:
        nonlocal most
        most = max(most, sum(not tenant.granted(client_id) for client_id in tenant.clients))

    tenant.before = count
    started = clock()
    made = await asyncio.gather(*(root.create(f"client-{n}") for n in range(16)))
    took = clock() - started
    _all_ended_rightly(tenant, made)
    refused = tenant.refused
    print(
        f"\n16 creates under 2 calls a second: {took:.0f} s, {refused} calls refused (429), 16 of 16 created"
    )
    assert most <= CREATES_AT_ONCE  # of those that have begun, however many wait
    # 1 look at the caller, 16 clients, 16 grants
    assert 16 <= took <= PATIENCE + 5
    assert tenant_service.orphans.all() == []


async def test_16_creates_by_two_processes_that_share_the_limit(
    root: Caller, second: httpx.AsyncClient, tenant: Tenant, clock: Clock
) -> None:
    other = await Caller(second, tenant.root_pair).sign_in()
    tenant.buckets = free()
    callers = [root, other] * 8
    made = await asyncio.gather(*(caller.create(f"client-{n}") for n, caller in enumerate(callers)))
    _all_ended_rightly(tenant, made)


def _all_ended_rightly(tenant: Tenant, made: list[dict[str, str]]) -> None:
    assert len({pair["client_id"] for pair in made}) == 16
    assert len(tenant.clients) == 1 + 16
    for pair in made:
        assert tenant.clients[pair["client_id"]]["client_secret"] == pair["client_secret"]
        assert tenant.granted(pair["client_id"])


async def test_too_many_creates_are_told_when_to_come_back_and_nothing_is_done(
    root: Caller, tenant: Tenant, tenant_service: TenantService
) -> None:
    tenant.buckets = {EVERYTHING: Bucket(1, 1)}
    replies = await asyncio.gather(
        *(root.request("POST", CLIENTS_PATH, json={"name": f"client-{n}"}) for n in range(24))
    )
    by_status = {status: [r for r in replies if r.status_code == status] for status in (201, 429)}
    assert len(by_status[201]) + len(by_status[429]) == 24
    assert len(by_status[429]) > 0
    assert len(tenant.clients) == 1 + len(by_status[201])
    assert len(tenant.calls("POST", "/api/v2/client-grants")) == len(by_status[201]) + sum(
        path == "/api/v2/client-grants" for path in tenant.refused_paths
    )
    for reply in by_status[429]:
        assert int(reply.headers["retry-after"]) >= 1
        assert set(reply.json()) == {"message"}
    assert tenant_service.orphans.all() == []


async def test_while_the_tenant_is_closed_nobody_asks_it(
    root: Caller, wire: Wire, tenant: Tenant, clock: Clock
) -> None:
    closed = Fault(429, headers={"Retry-After": "600"})
    wire.fault = lambda request: closed if request.url.path.startswith("/api/v2/") else None
    first = await root.request("GET", CLIENTS_PATH)
    assert (first.status_code, first.headers["retry-after"]) in {(429, "600"), (429, "599")}
    asked = len(tenant.seen)
    wire.fault = lambda request: None
    for method in ("GET", "POST"):
        reply = await root.request(method, CLIENTS_PATH, json={"name": "x"})
        assert reply.status_code == 429
    assert len(tenant.seen) == asked
    clock.ahead(601)
    assert await root.names() == ["butlr-tui root"]


async def test_who_has_less_patience_does_not_stand_behind_who_has_more(
    root: Caller, wire: Wire, clock: Clock, tenant: Tenant
) -> None:
    """A create that has begun waits for its grant; a list that comes meanwhile is answered at once."""
    await root.names()
    begun = asyncio.Event()

    def close(request: httpx.Request) -> Fault | None:
        if request.url.path != "/api/v2/client-grants" or begun.is_set():
            return None
        begun.set()
        return Fault(429, headers={"Retry-After": "50"})

    wire.fault = close
    started = clock()
    create = asyncio.create_task(root.create())
    await begun.wait()
    while clock() == started and (reply := await root.list()).status_code == 200:
        pass  # until the 429 has been heard of
    assert (clock(), reply.status_code) == (started, 429)
    assert tenant.granted((await create)["client_id"])
    assert clock() - started == pytest.approx(50, abs=1)


async def test_a_sign_in_beyond_the_limit(http: httpx.AsyncClient, wire: Wire, tenant: Tenant) -> None:
    for headers, wait in (({"Retry-After": "7"}, {"6", "7"}), ({}, {"30"})):
        wire.fault = lambda request, headers=headers: Fault(429, headers=headers)  # type: ignore[misc]
        reply = await http.post(CLIENT_LOGIN_PATH, json=login(tenant.root_pair))
        assert reply.status_code == 429
        assert reply.headers["retry-after"] in wait


async def test_a_sign_in_when_the_tenant_fails(http: httpx.AsyncClient, wire: Wire, tenant: Tenant) -> None:
    for fault in (Fault(500), Fault(error=httpx.ReadTimeout("slow")), Fault(200, b"<html>"), Fault(302)):
        wire.fault = lambda request, fault=fault: fault  # type: ignore[misc]
        reply = await http.post(CLIENT_LOGIN_PATH, json=login(tenant.root_pair))
        assert (reply.status_code, reply.content) == (500, b'{"message":"Internal server error"}')


async def test_a_client_without_a_grant_is_told_so(http: httpx.AsyncClient, tenant: Tenant) -> None:
    made = tenant.make("no grant")
    reply = await http.post(CLIENT_LOGIN_PATH, json=login(made))
    assert reply.status_code == 403
    assert reply.json() == {
        "error": "access_denied",
        "error_description": 'Client is not authorized to access "https://butlrauth/". You need to create a '
        '"client-grant" associated to this API. See: '
        "https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants",
    }


async def test_the_sign_in_hands_out_no_management_token(http: httpx.AsyncClient, tenant: Tenant) -> None:
    pair = {"client_id": tenant.environment["AUTH0_CLIENT_ID"]}
    pair["client_secret"] = tenant.environment["AUTH0_CLIENT_SECRET"]
    asked = login(pair) | {"audience": f"{tenant.url}/api/v2/"}
    assert (await http.post(CLIENT_LOGIN_PATH, json=asked)).status_code == 401
    assert tenant.seen[-1][2]["audience"] == "https://butlrauth/"


async def test_one_token_for_all_who_ask_at_once(root: Caller, tenant: Tenant, clock: Clock) -> None:
    def tokens() -> int:
        return sum(path == "/oauth/token" for _, path, _ in tenant.seen) - 1  # root's own sign-in

    await asyncio.gather(*(root.names() for _ in range(20)))
    assert tokens() == 1
    clock.ahead(86_400 - 301)
    root = await root.sign_in()
    await root.names()
    assert tokens() - 1 == 1
    clock.ahead(2)
    await asyncio.gather(*(root.names() for _ in range(20)))
    assert tokens() - 1 == 2


async def test_a_short_lived_token_is_renewed_early_too(
    tenant: Tenant, clock: Clock, tenant_service: TenantService
) -> None:
    tenant.token_life = 100
    source = tenant_service.store._api.token
    first = await source.get()
    clock.ahead(89)
    assert await source.get() is first
    clock.ahead(2)
    assert await source.get() is not first
    await tenant_service.stop()


async def test_a_token_that_the_tenant_refuses_is_renewed_once(
    root: Caller, tenant: Tenant, wire: Wire
) -> None:
    await root.names()
    refused = {"left": 1}

    def fault(request: httpx.Request) -> Fault | None:
        if request.url.path == "/api/v2/clients" and refused["left"]:
            refused["left"] -= 1
            return Fault(401)
        return None

    wire.fault = fault
    await root.create()
    assert len(tenant.clients) == 2
    refused["left"] = 2
    reply = await root.request("POST", CLIENTS_PATH, json={"name": "x"})
    assert reply.status_code == 500
    assert refused["left"] == 0


@pytest.mark.parametrize(
    "fault",
    [
        *(Fault(status) for status in (302, 400, 401, 403, 404, 500)),
        Fault(200),
        Fault(200, b'{"access_token":"a b","expires_in":5}'),
        Fault(200, b'{"access_token":"canary\\r\\nX: y","expires_in":5}'),
        Fault(after=True),
        Fault(error=httpx.ReadTimeout("slow")),
        Fault(error=httpx.ConnectError("refused")),
    ],
)
async def test_without_a_token_nothing_was_sent(
    root: Caller, tenant_service: TenantService, wire: Wire, tenant: Tenant, fault: Fault
) -> None:
    """And nothing that the token's endpoint says is taken for the answer to what was not sent."""
    wire.fault = lambda request: fault if request.url.path == "/oauth/token" else None
    with pytest.raises(NotSent) as caught:
        await tenant_service.store._api.token.get()
    assert "canary" not in str(caught.value)
    for method, path in (("GET", ""), ("DELETE", f"/{root.client_id}"), ("POST", "")):
        reply = await root.request(method, CLIENTS_PATH + path, json={"name": "x"})
        assert (reply.status_code, reply.content) == (500, b'{"message":"Internal server error"}')
    assert list(tenant.clients) == [root.client_id]
    assert tenant.calls("GET", "/api") == tenant.calls("POST", "/api") == []


async def test_who_leaves_stops_no_one(root: Caller, tenant_service: TenantService) -> None:
    source = tenant_service.store._api.token
    impatient = asyncio.create_task(source.get())
    patient = asyncio.create_task(source.get())
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await patient).value
    assert impatient.cancelled() or impatient.done()


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"x-ratelimit-reset": "1000"}, 5),
        ({"x-ratelimit-reset": "990"}, 0),
        ({"x-ratelimit-reset": "99999"}, 3600),
        ({"x-ratelimit-reset": "soon"}, None),
        ({"x-ratelimit-reset": "-1"}, None),
        ({"x-ratelimit-reset": "1000", "date": "nonsense"}, 5),
        # the tenant's clock, not ours, which is 495 s ahead of it
        ({"x-ratelimit-reset": "503", "date": "Thu, 01 Jan 1970 00:08:20 GMT"}, 3),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "Thu, 01 Jan 1970 00:16:40 GMT"}, 5),
        ({"retry-after": "Thu, 01 Jan 1970 00:16:40 GMT", "date": "Thu, 01 Jan 1970 00:16:38 GMT"}, 2),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
    ],
)
def test_how_long_the_tenant_wants_to_be_left_alone(headers: dict[str, str], wait: float | None) -> None:
    assert told_wait(httpx.Headers(headers), 995) == wait


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, 30),
        ({"retry-after": "7", "x-ratelimit-limit": "100", "x-ratelimit-reset": "99999"}, 7),
        ({"x-ratelimit-limit": "100", "x-ratelimit-reset": str(995 + 86_400)}, 864),  # a hundred a day
        ({"x-ratelimit-limit": "30", "x-ratelimit-reset": "996"}, 1 / 30),
        ({"x-ratelimit-reset": "1000"}, 5),
        ({"x-ratelimit-reset": "9999999999"}, 3600),
    ],
)
def test_who_was_refused_a_sign_in_is_told_when_there_is_one_again(
    headers: dict[str, str], wait: float
) -> None:
    """And not when there are as many as ever."""
    assert wait_for_one(httpx.Headers(headers), 995) == pytest.approx(wait)


async def test_the_limit_is_kept_without_being_hit(clock: Clock) -> None:
    """Where nobody else takes a part of it and its answers come in order, no call is refused."""
    limits = Limits(clock.times)
    per_second: dict[int, int] = {}

    async def send() -> Response:
        second = int(clock())
        per_second[second] = per_second.get(second, 0) + 1
        left = 3 - per_second[second]
        assert left >= 0
        headers = {"x-ratelimit-limit": "3", "x-ratelimit-remaining": str(left)}
        headers["x-ratelimit-reset"] = str(second + 1)
        return Response(200, httpx.Headers(headers), b"")

    for _ in range(20):
        await limits.paced(send, clock() + 10)
    assert list(per_second.values()) == [3] * 6 + [2]


async def test_many_at_once_are_refused_once_at_most_and_then_keep_to_it(clock: Clock) -> None:
    """Nobody knows the limit before the first answer: of the four that go first, two are too many."""
    limits = Limits(clock.times)
    sent: dict[int, int] = {}
    refused = 0

    async def send() -> Response:
        nonlocal refused
        second = int(clock())
        sent[second] = sent.get(second, 0) + 1
        left = 2 - sent[second]
        await asyncio.sleep(0)
        headers = {"x-ratelimit-limit": "2", "x-ratelimit-remaining": str(max(0, left))}
        headers["x-ratelimit-reset"] = str(second + 1)
        refused += left < 0
        return Response(200 if left >= 0 else 429, httpx.Headers(headers), b"")

    answers = await asyncio.gather(*(limits.paced(send, clock() + 30) for _ in range(20)))
    assert [answer.status for answer in answers] == [200] * 20
    assert list(sent.values()) == [4] + [2] * 9
    assert refused == 2


async def test_a_429_that_does_not_say_how_long_is_waited_for_longer_each_time(clock: Clock) -> None:
    limits = Limits(clock.times)
    at: list[float] = []

    async def send() -> Response:
        at.append(clock())
        return Response(429, httpx.Headers(), b"")

    started = clock()
    with pytest.raises(Busy):
        await limits.paced(send, started + 20)
    assert [moment - started for moment in at] == [0, 2, 6, 14]


async def test_nothing_is_begun_too_late(clock: Clock) -> None:
    async def send() -> Response:
        raise AssertionError

    with pytest.raises(Busy):
        await Limits(clock.times).paced(send, clock() - 1)


async def test_a_plan_without_room_says_so_and_leaves_nothing(
    root: Caller, tenant: Tenant, tenant_service: TenantService
) -> None:
    tenant.room = len(tenant.clients)
    reply = await root.request("POST", CLIENTS_PATH, json={"name": "one too many"})
    assert reply.status_code == 400
    assert reply.json() == {
        "code": "INVALID_REQUEST",
        "message": "the tenant has no room for another application",
    }
    assert len(tenant.clients) == tenant.room
    assert tenant_service.orphans.all() == []


async def test_lists_have_a_bucket_of_their_own(clock: Clock) -> None:
    """Where it is empty, nothing but lists waits for it; a Retry-After is for everything."""
    limits = Limits(clock.times)
    headers = {
        "x-ratelimit-limit": "5",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": str(int(clock()) + 3),
    }

    async def send() -> Response:
        return Response(200, httpx.Headers(headers), b"")

    async def closed() -> Response:
        return Response(429, httpx.Headers({"retry-after": "60"}), b"")

    await limits.paced(send, clock(), LISTS)
    with pytest.raises(Busy):
        await limits.paced(send, clock(), LISTS)
    await limits.paced(send, clock())
    clock.ahead(3)
    await limits.paced(send, clock(), LISTS)
    clock.ahead(3)
    with pytest.raises(Busy):
        await limits.paced(closed, clock(), LISTS)
    with pytest.raises(Busy):
        await limits.paced(send, clock())


async def test_on_the_buckets_of_every_plan_no_call_is_refused(
    tenant: Tenant, root: Caller, clock: Clock
) -> None:
    for n in range(650):
        tenant.make(f"n{n}", owner=root.client_id)
    for plan in (free, self_service, enterprise):
        clock.ahead(60)
        tenant.buckets = plan()
        assert len(await root.names()) == 651
        assert tenant.refused == 0
