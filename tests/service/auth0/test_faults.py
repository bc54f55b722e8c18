"""A failure of every kind at every call of a create and of a delete (figure 21 of reliability)."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from butlr_tui.contract import CLIENTS_PATH, SCOPES
from butlr_tui.service.auth0.engine import EVERY_SECONDS, TenantService, open_tenant_service
from butlr_tui.service.auth0.store import GRACE_SECONDS
from tests.service.conftest import Caller, Clock
from tests.support.figures import figure, times
from tests.support.tenant import Fault, Tenant, Wire

pytestmark = pytest.mark.slow

NAME = "canary-name"


class Crash(BaseException):
    """The end of the process, as far as its own code can see."""


def _own_words(status: int) -> Fault:
    """An error of the tenant itself."""
    body = {"statusCode": status, "error": "Error", "message": "no", "errorCode": "no"}
    return Fault(status, json.dumps(body).encode())


KINDS: dict[str, Callable[[], Fault]] = {
    **{f"status {status}": partial(_own_words, status) for status in (400, 401, 403, 409, 500, 503)},
    **{f"gateway's {status}": partial(Fault, status, b"<html>") for status in (400, 401, 403, 404, 418, 503)},
    **{f"status {status} after": partial(Fault, status, after=True) for status in (500, 502, 504)},
    "429 for an hour": lambda: Fault(429, headers={"Retry-After": "3600"}),
    "429 for a moment": lambda: Fault(429, headers={"Retry-After": "1"}),
    "redirect": lambda: Fault(302, headers={"Location": "https://evil.example/"}),
    "redirect after": lambda: Fault(307, headers={"Location": "https://evil.example/"}, after=True),
    "200 of another": lambda: Fault(200, b"<html>Sign in to the Wi-Fi</html>"),
    "201 of another": lambda: Fault(201, b"<html>Sign in to the Wi-Fi</html>"),
    "201 of nothing": partial(Fault, 201, b'{"client_id":"x"}'),
    "201 without a secret": lambda: Fault(201, b'{"client_id":"x"}', after=True),
    "compressed": lambda: Fault(201, b"\x1f\x8b", {"Content-Encoding": "gzip"}, after=True),
    "refused": lambda: Fault(error=httpx.ConnectError("refused")),
    "no connection in time": lambda: Fault(error=httpx.ConnectTimeout("slow")),
    "reset before": lambda: Fault(error=httpx.ReadError("reset")),
    "reset after": lambda: Fault(error=httpx.ReadError("reset"), after=True),
    "timeout before": lambda: Fault(error=httpx.ReadTimeout("slow")),
    "timeout after": lambda: Fault(error=httpx.ReadTimeout("slow"), after=True),
    "half an answer": lambda: Fault(after=True),
    "crash before": lambda: Fault(error=Crash()),
    "crash after": lambda: Fault(error=Crash(), after=True),
}
CALLS = ("keys", "token", "is the caller there", "client", "grant or delete")
"""Of a create and of a delete on a service that has just started, in order."""
LENGTHS = ((1, 1000), (1, 1000), (1, 1000), (1, 2, 3, 1000), (1, 2, 3, 4, 5, 7, 9, 1000))
"""For each of them, how many calls in a row fail: the more, the further into what follows a failure."""


def cases(first: int) -> Iterator[tuple[str, int]]:
    """What fails how, and how often in a row: each kind with each length; in CI with one of them in turn."""
    lengths = LENGTHS[first]
    for number, kind in enumerate(KINDS):
        for turn in range(times(1, len(lengths))):
            yield kind, lengths[(number + turn) % len(lengths)]


@dataclass
class Case:
    """A service that has just started, a signed-in caller, and what becomes of its calls."""

    clock: Clock
    folder: Path
    tenant: Tenant = field(init=False)
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tenant = Tenant(self.clock)
        self.wire = Wire(self.tenant)
        self.service = self.start()

    def start(self) -> TenantService:
        return open_tenant_service(
            self.folder, self.tenant.environment, transport=self.wire, clocks=self.clock.times
        )

    async def request(self, method: str, path: str, **more: Any) -> httpx.Response | None:
        """The answer, or None after a crash."""
        transport = httpx.ASGITransport(self.service.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            caller = Caller(http, self.tenant.root_pair)
            self.wire.fault, fault = (lambda request: None), self.wire.fault
            await caller.sign_in()
            self.wire.fault = fault
            try:
                return await caller.request(method, path, **more)
            except Crash:
                return None

    def fail(self, first: int, length: int, kind: Callable[[], Fault]) -> None:
        """From the call `first` on, so many fail."""

        def fault(request: httpx.Request) -> Fault | None:
            self.calls.append(f"{request.method} {request.url.path}")
            return kind() if first <= len(self.calls) - 1 < first + length else None

        self.wire.fault = fault

    async def heal_and_sweep(self) -> None:
        """All is well again; the service starts anew, when every create in flight is long over."""
        self.wire.fault = lambda request: None
        await self.service.stop()
        self.service.close()
        self.clock.ahead(GRACE_SECONDS + 3600)
        self.service = self.start()
        assert await self.service.sweep.once() == 0
        assert self.service.orphans.all() == []

    async def end(self) -> None:
        await self.service.stop()
        self.service.close()

    def others(self) -> list[dict[str, Any]]:
        """The tenant's clients beside the caller."""
        return [client for client in self.tenant.clients.values() if client is not self.tenant.root]

    def unrecorded(self) -> list[dict[str, Any]]:
        """Clients that the record of unfinished creates does not know."""
        marks = {orphan.mark for orphan in self.service.orphans.all()}
        return [
            other for other in self.others() if other["client_metadata"].get("butlr_request") not in marks
        ]

    def leaks(self, *texts: str) -> list[str]:
        """Secrets and tokens in texts and in the files of the service."""
        files = b"".join(file.read_bytes() for file in self.folder.iterdir()).decode("latin-1")
        return [secret for secret in self.tenant.issued if any(secret in text for text in (*texts, files))]


@pytest.mark.parametrize("first", range(len(CALLS)), ids=CALLS)
async def test_create(first: int, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    counts = dict.fromkeys(("cases", "201", "429", "unrecorded", "duplicates", "leaks", "left"), 0)
    for number, (kind, length) in enumerate(cases(first)):
        case = Case(clock, tmp_path / str(number))
        case.fail(first, length, KINDS[kind])
        reply = await case.request("POST", CLIENTS_PATH, json={"name": NAME, "description": "d"})
        at = f"{kind} × {length} at {CALLS[first]}: {reply and reply.status_code}"
        assert len(case.calls) > first, at
        created = reply is not None and reply.status_code == 201
        handed_over = _handed_over(case, reply) if created else []
        counts["cases"] += 1
        counts["201"] += created
        counts["duplicates"] += len(case.others()) > 1
        counts["duplicates"] += len(case.tenant.calls("POST", "/api/v2/clients")) > 1
        counts["unrecorded"] += len(case.unrecorded()) - len(handed_over)
        counts["leaks"] += len(case.leaks(caplog.text, "" if created or reply is None else reply.text))
        if reply is not None and reply.status_code == 429:
            counts["429"] += 1
            assert int(reply.headers["retry-after"]) >= (3000 if "hour" in kind else 1), at
            assert case.others() == [], at
        elif reply is not None and not created:
            _is_of_the_contract(reply, kind, at)
        await case.heal_and_sweep()
        counts["left"] += len(case.others()) - len(handed_over)
        assert [other["client_id"] for other in case.others()] == handed_over, at
        assert len(case.tenant.grants) == 1 + len(handed_over), at
        await case.end()
        caplog.clear()
    print("create", CALLS[first], counts)
    figure(21, failures=counts["cases"], unrecorded_orphans=counts["unrecorded"])
    assert {key: counts[key] for key in ("unrecorded", "duplicates", "leaks", "left")} == dict.fromkeys(
        ("unrecorded", "duplicates", "leaks", "left"), 0
    )


def _handed_over(case: Case, reply: httpx.Response | None) -> list[str]:
    """The client that a 201 speaks of: whole, granted, and no longer in the record."""
    assert reply is not None
    made = reply.json()
    client = case.tenant.clients[made["client_id"]]
    assert client["client_secret"] == made["client_secret"]
    assert client["client_metadata"]["butlr_owner"] == case.tenant.root["client_id"]
    assert case.tenant.granted(made["client_id"])
    assert case.service.orphans.all() == []
    return [made["client_id"]]


def _is_of_the_contract(reply: httpx.Response, kind: str, at: str) -> None:
    code = reply.json().get("code")
    # 400 is how the tenant says that something is no id, or no name; nothing else may be taken for that
    assert reply.status_code == 500 or kind == "status 400", at
    allowed: dict[int, set[str | None]] = {
        400: {"INVALID_REQUEST"},
        401: {None},
        500: {None, "CLIENT_CREATE_FAILED", "CLIENT_GRANT_CREATE_FAILED", "CLIENT_DELETE_FAILED"},
    }
    assert code in allowed[reply.status_code], at


@pytest.mark.parametrize("first", range(len(CALLS)), ids=CALLS)
async def test_delete(first: int, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    counts = dict.fromkeys(("cases", "204", "lies", "strangers", "leaks", "unrecorded"), 0)
    for number, (kind, length) in enumerate(cases(first)):
        case = Case(clock, tmp_path / str(number))
        tenant = case.tenant
        own = tenant.make("own", owner=tenant.root["client_id"])["client_id"]
        tenant.grant(own)
        stranger = tenant.make("stranger", owner="somebody")["client_id"]
        case.fail(first, length, KINDS[kind])
        reply = await case.request("DELETE", f"{CLIENTS_PATH}/{own}")
        at = f"{kind} × {length} at {CALLS[first]}: {reply and reply.status_code}"
        assert len(case.calls) > first, at
        counts["cases"] += 1
        counts["204"] += reply is not None and reply.status_code == 204
        counts["leaks"] += len(case.leaks(caplog.text, "" if reply is None else reply.text))
        there = own in tenant.clients
        if reply is not None and reply.status_code == 204:
            counts["lies"] += there
        elif reply is not None and reply.status_code == 404:
            counts["lies"] += there and kind != "status 400"  # by which the tenant says: that is no id
        elif reply is not None and reply.status_code == 429:
            counts["lies"] += not there
        elif reply is not None:
            _is_of_the_contract(reply, kind, at)
        await case.heal_and_sweep()
        again = await case.request("DELETE", f"{CLIENTS_PATH}/{own}")
        assert again is not None
        assert again.status_code == (204 if there else 404), at
        counts["strangers"] += stranger not in tenant.clients
        counts["unrecorded"] += own in tenant.clients  # one that nobody can delete, and nobody looks for
        await case.end()
        caplog.clear()
    print("delete", CALLS[first], counts)
    figure(21, failures=counts["cases"], unrecorded_orphans=counts["unrecorded"])
    assert counts["204"] > 0
    assert (counts["lies"], counts["strangers"], counts["leaks"]) == (0, 0, 0)


async def test_the_calls_are_those(clock: Clock, tmp_path: Path) -> None:
    """What the cases above count on: the calls, in order, where all is well."""
    case = Case(clock, tmp_path / "data")
    case.fail(1000, 1, KINDS["refused"])
    made = await case.request("POST", CLIENTS_PATH, json={"name": NAME})
    assert made is not None
    root = case.tenant.root["client_id"]
    assert case.calls == [
        "GET /.well-known/jwks.json",
        "POST /oauth/token",
        f"GET /api/v2/clients/{root}",
        "POST /api/v2/clients",
        "POST /api/v2/client-grants",
    ]
    await case.service.stop()
    case.service.close()
    case.service = case.start()
    case.calls.clear()
    await case.request("DELETE", f"{CLIENTS_PATH}/{made.json()['client_id']}")
    path = f"/api/v2/clients/{made.json()['client_id']}"
    assert case.calls[3:] == [f"GET {path}", f"DELETE {path}"]
    await case.end()


@pytest.mark.parametrize(
    "kind", ["timeout after", "half an answer", "status 502 after", "201 without a secret"]
)
async def test_a_client_that_was_made_all_the_same_is_looked_for_and_deleted(
    clock: Clock, tmp_path: Path, kind: str
) -> None:
    case = Case(clock, tmp_path / "data")
    case.fail(3, 1, KINDS[kind])
    reply = await case.request("POST", CLIENTS_PATH, json={"name": NAME})
    assert reply is not None
    assert reply.json()["code"] == "CLIENT_CREATE_FAILED"
    assert case.others() == []
    assert case.service.orphans.all() == []
    assert case.calls[4] == "GET /api/v2/clients"
    await case.end()


async def test_a_client_that_shows_only_later_is_swept(clock: Clock, tmp_path: Path) -> None:
    case = Case(clock, tmp_path / "data")
    case.fail(3, 1, KINDS["timeout before"])
    await case.request("POST", CLIENTS_PATH, json={"name": NAME})
    [unfinished] = case.service.orphans.all()
    late = case.tenant.make(NAME)
    late["client_metadata"] = {"butlr_request": unfinished.mark}
    assert await case.service.sweep.once() == 0  # not due yet
    assert case.others() == [late]
    clock.ahead(GRACE_SECONDS)
    assert await case.service.sweep.once() == 0
    assert case.others() == []
    await case.end()


async def test_a_grant_that_was_made_all_the_same_is_adopted(clock: Clock, tmp_path: Path) -> None:
    case = Case(clock, tmp_path / "data")
    case.fail(4, 1, KINDS["timeout after"])
    reply = await case.request("POST", CLIENTS_PATH, json={"name": NAME})
    assert reply is not None
    assert reply.status_code == 201
    assert case.calls[5].startswith("GET /api/v2/client-grants")
    await case.end()


async def test_a_grant_with_fewer_scopes_is_not(clock: Clock, tmp_path: Path) -> None:
    case = Case(clock, tmp_path / "data")

    def grant_less(call: str) -> None:
        if call == "POST client-grants":
            case.tenant.grant(case.others()[0]["client_id"], ("read:spaces",))

    case.tenant.before = grant_less
    reply = await case.request("POST", CLIENTS_PATH, json={"name": NAME})
    assert reply is not None
    assert (reply.status_code, reply.json()["code"]) == (500, "CLIENT_GRANT_CREATE_FAILED")
    assert case.others() == []
    assert case.service.orphans.all() == []
    await case.end()


@pytest.mark.parametrize(
    ("grant", "status"),
    [
        ({"allow_all_scopes": True}, 201),
        ({"allow_all_scopes": True, "subject_type": "user"}, 500),
        ({"scope": list(SCOPES), "subject_type": "user"}, 500),
        ({"scope": list(SCOPES), "subject_type": None}, 201),
    ],
)
async def test_a_grant_that_is_there_already_is_adopted_if_it_is_one(
    clock: Clock, tmp_path: Path, grant: dict[str, Any], status: int
) -> None:
    """After a 409: all scopes need no list of them, and one for people is none for the client."""
    case = Case(clock, tmp_path / "data")

    def grant_first(call: str) -> None:
        if call == "POST client-grants":
            made = case.tenant.grant(case.others()[0]["client_id"], ())
            made |= grant

    case.tenant.before = grant_first
    reply = await case.request("POST", CLIENTS_PATH, json={"name": NAME})
    assert reply is not None
    assert reply.status_code == status
    assert len(case.others()) == (status == 201)
    await case.end()


async def test_an_orphan_is_swept_at_the_start_and_every_few_minutes(clock: Clock, tmp_path: Path) -> None:
    case = Case(clock, tmp_path / "data")
    case.fail(4, 1000, KINDS["refused"])
    reply = await case.request("POST", CLIENTS_PATH, json={"name": NAME})
    assert reply is not None
    assert reply.json()["code"] == "CLIENT_GRANT_CREATE_FAILED"
    [orphan] = case.service.orphans.all()
    assert orphan.client_id == case.others()[0]["client_id"]

    ends: list[tuple[float, int, int]] = []
    twice = asyncio.Event()
    started = clock()
    once = case.service.sweep.once

    async def noted() -> int:
        left = await once()
        ends.append((clock() - started, left, len(case.others())))
        case.wire.fault = lambda request: None
        if len(ends) == 2:
            twice.set()
        return left

    case.service.sweep.once = noted  # type: ignore[method-assign]
    await case.service.start()
    await twice.wait()
    assert ends == [(0, 1, 1), (EVERY_SECONDS, 0, 0)]
    assert case.service.orphans.all() == []
    await case.end()


async def test_a_create_that_the_sweep_has_taken_hands_nothing_over(clock: Clock, tmp_path: Path) -> None:
    """As after the process was stopped for minutes between its calls, with a second process beside it."""
    case = Case(clock, tmp_path / "data")
    other = case.start()

    def sleep_long(call: str) -> None:
        if call == "POST client-grants":
            clock.ahead(GRACE_SECONDS + 1)
            assert len(other.orphans.take(clock())) == 1

    case.tenant.before = sleep_long
    reply = await case.request("POST", CLIENTS_PATH, json={"name": NAME})
    assert reply is not None
    assert reply.status_code == 500
    assert "client_secret" not in reply.text
    assert case.others() == []
    assert await other.sweep.once() == 0
    other.close()
    await case.end()


async def test_no_create_begins_that_can_not_be_recorded(clock: Clock, tmp_path: Path) -> None:
    case = Case(clock, tmp_path / "data")
    case.service.orphans.close()
    reply = await case.request("POST", CLIENTS_PATH, json={"name": NAME})
    assert reply is not None
    assert (reply.status_code, reply.json()["code"]) == (500, "CLIENT_CREATE_FAILED")
    assert case.tenant.calls("POST", "/api/v2/clients") == []
    await case.end()


async def test_the_sweep_deletes_nothing_but_what_it_is_told(clock: Clock, tmp_path: Path) -> None:
    """A record whose id belongs to another client, and one whose mark nobody has."""
    case = Case(clock, tmp_path / "data")
    stranger = case.tenant.make("stranger", owner=case.tenant.root["client_id"])
    orphans = case.service.orphans
    orphans.begin("mark-1", clock())
    orphans.leave("mark-1", stranger["client_id"], clock())
    orphans.begin("mark-2", clock())
    orphans.begin("mark-3", clock() + 1)
    assert await case.service.sweep.once() == 0
    assert case.others() == [stranger]
    assert [orphan.mark for orphan in orphans.all()] == ["mark-3"]
    await case.end()


async def test_what_the_tenant_says_of_a_refusal_is_logged_for_its_operator(
    clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    case = Case(clock, tmp_path / "data")
    case.tenant.scopes = "read:clients"
    reply = await case.request("POST", CLIENTS_PATH, json={"name": NAME})
    assert reply is not None
    assert reply.json() == {"code": "CLIENT_CREATE_FAILED", "message": "client could not be created"}
    assert "Auth0 answered POST clients: 403 insufficient_scope" in caplog.text
    await case.end()


async def test_a_name_that_the_tenant_does_not_take(clock: Clock, tmp_path: Path) -> None:
    case = Case(clock, tmp_path / "data")
    case.fail(3, 1, KINDS["status 400"])
    reply = await case.request("POST", CLIENTS_PATH, json={"name": NAME})
    assert reply is not None
    assert reply.status_code == 400
    assert reply.json() == {
        "code": "INVALID_REQUEST",
        "message": "client name or description is not accepted",
    }
    assert case.service.orphans.all() == []
    await case.end()
