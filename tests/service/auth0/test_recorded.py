"""Every recorded answer of Auth0, given to the engine and asked of the fake tenant (figure 37 of reliability)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from butlr_tui.contract import AUDIENCE
from butlr_tui.http.errors import InvalidResponse, NoToken, Rejected, ServiceError
from butlr_tui.http.transport import open_client
from butlr_tui.models import Credentials
from butlr_tui.service.auth0.callers import Keys
from butlr_tui.service.auth0.check import about_api, read_api
from butlr_tui.service.auth0.engine import TenantService
from butlr_tui.service.auth0.findings import Line
from butlr_tui.service.auth0.management import read
from butlr_tui.service.auth0.settings import read_settings
from butlr_tui.service.auth0.wire import GRANT, GRANTS, GrantPage
from butlr_tui.service.errors import Refused
from butlr_tui.service.store import Busy, NoRoom
from tests.service.conftest import Clock
from tests.support.buckets import Bucket
from tests.support.figures import figure
from tests.support.tenant import PRIVATE_KEY, SERVICE_ID, SERVICE_SECRET, URL, Fault, Tenant, Wire

from .recorded import recorded

Sample = dict[str, Any]

LISTS = recorded("clients-list")
CREATES = recorded("clients-create")
SINGLE = recorded("clients-get-delete")
GRANTED = recorded("client-grants")
APIS = recorded("resource-servers")
ERRORS = recorded("management-errors")
TOKENS = recorded("tokens-and-keys")
LIMITS = recorded("rate-limit-headers")["rows"]
REMARSHALLED = "re-marshalled"
"""In the note of a recording through which a library went: it lost members, and made up empty ones."""


def _answer(sample: Sample) -> Fault:
    response = sample["response"]
    body = response["body"]
    # its framing and its date went with the recording
    headers = {
        name: value
        for name, value in response.get("headers", {}).items()
        if name.startswith("x-ratelimit") or name == "retry-after"
    }
    return Fault(response["status"], b"" if body is None else json.dumps(body).encode(), headers)


def _ids(samples: list[Sample]) -> list[str]:
    return [sample["source"].rpartition("/")[2][:60] for sample in samples]


@pytest.fixture
def answering(wire: Wire, tenant: Tenant) -> Callable[[str, str, Fault], None]:
    """Has a recorded answer given to the calls of one kind."""

    def answer(method: str, path: str, fault: Fault) -> None:
        def choose(request: httpx.Request) -> Fault | None:
            return fault if (request.method, request.url.path) == (method, path) else None

        wire.fault = choose

    return answer


Answering = Callable[[str, str, Fault], None]


# The engine


@pytest.mark.parametrize("sample", LISTS, ids=_ids(LISTS))
async def test_the_engine_reads_a_list(
    sample: Sample, answering: Answering, tenant_service: TenantService
) -> None:
    """Whole, or it is an error: a list without ids or without its total is never taken for one."""
    answering("GET", "/api/v2/clients", _answer(sample))
    body = sample["response"]["body"]
    reading = tenant_service.store.list("nobody")
    if isinstance(body, dict):
        assert [piece async for piece in reading] == [[]] * bool(body["clients"])
    else:
        with pytest.raises(InvalidResponse):
            [piece async for piece in reading]
    await tenant_service.stop()
    figure(37, answers_given_to_the_engine=1)


@pytest.mark.parametrize("sample", CREATES, ids=_ids(CREATES))
async def test_the_engine_takes_a_new_client(
    sample: Sample, answering: Answering, tenant: Tenant, tenant_service: TenantService
) -> None:
    made = sample["response"]["body"]
    tenant.clients[made["client_id"]] = made
    answering("POST", "/api/v2/clients", _answer(sample))
    pair = await tenant_service.store.create(tenant.root["client_id"], "n", "")
    assert (pair.client_id, pair.client_secret.get_secret_value()) == (made["client_id"], "[REDACTED]")
    assert tenant.granted(made["client_id"])
    await tenant_service.stop()
    figure(37, answers_given_to_the_engine=1)


@pytest.mark.parametrize("sample", SINGLE, ids=_ids(SINGLE))
async def test_the_engine_reads_and_deletes_one(
    sample: Sample, answering: Answering, tenant: Tenant, tenant_service: TenantService
) -> None:
    """A 404 in the tenant's own words is a client that is not there; one whose words are lost is no answer."""
    request, response = sample["request"], sample["response"]
    own = tenant.make("own", owner=tenant.root["client_id"])["client_id"]
    answering(request["method"], f"/api/v2/clients/{own}", _answer(sample))
    store, root = tenant_service.store, tenant.root["client_id"]
    if request["method"] == "DELETE":
        assert await store.delete(root, own)
    elif response["status"] == 404 and "statusCode" in response["body"]:
        assert await store.get(root, own) is None
    else:  # of a list of members without the id, too
        with pytest.raises(ServiceError):
            await store.get(root, own)
    await tenant_service.stop()
    figure(37, answers_given_to_the_engine=1)


@pytest.mark.parametrize("sample", GRANTED, ids=_ids(GRANTED))
def test_the_engine_reads_grants(sample: Sample) -> None:
    """None of these is for a client of the service: each is for another API, for people, or for nobody."""
    body = sample["response"]["body"]
    if body is None:
        assert sample["request"]["method"] == "DELETE"  # which the engine does not send
        return
    answer = httpx.Response(sample["response"]["status"], json=body)
    if "client_grants" in body:
        found = read(GRANTS, _response(answer))
        assert isinstance(found, GrantPage)
        grants = found.client_grants
    else:
        grants = [read(GRANT, _response(answer))]
    assert not any(grant.suffices(grant.client_id, AUDIENCE) for grant in grants)
    assert [grant.subject_type for grant in grants] == [
        one.get("subject_type", "client") for one in body.get("client_grants", [body])
    ]
    figure(37, answers_given_to_the_engine=1)


def _response(answer: httpx.Response) -> Any:
    from butlr_tui.http.transport import Response

    return Response(answer.status_code, answer.headers, answer.content)


@pytest.mark.parametrize("sample", APIS, ids=_ids(APIS))
async def test_the_check_reads_an_api(
    sample: Sample, answering: Answering, tenant: Tenant, tenant_service: TenantService
) -> None:
    answering("GET", f"/api/v2/resource-servers/{AUDIENCE}", _answer(sample | {"response": _as_200(sample)}))
    api, settings = tenant_service.store._api, read_settings(tenant.environment)
    if sample["response"]["status"] == 404:
        with pytest.raises(Rejected):
            await read_api(api, AUDIENCE)
    else:
        lines = about_api(await read_api(api, AUDIENCE), settings)
        alg = sample["response"]["body"]["signing_alg"]
        assert Line(alg == "RS256", f"signing: the API's tokens are signed with {alg}") in lines
    await tenant_service.stop()
    figure(37, answers_given_to_the_engine=1)


def _as_200(sample: Sample) -> Sample:
    """A 201 has what a 200 of the same API would have."""
    response: Sample = sample["response"]
    return response | {"status": 200} if response["status"] == 201 else response


@pytest.mark.parametrize("sample", ERRORS, ids=range(len(ERRORS)))
async def test_the_engine_hears_a_refusal(
    sample: Sample, answering: Answering, tenant: Tenant, tenant_service: TenantService
) -> None:
    status, body = sample["response"]["status"], sample["response"]["body"]
    answering("GET", "/api/v2/things", _answer(sample))
    api = tenant_service.store._api
    if status == 429:
        with pytest.raises(Busy):
            await api.get("things", {}, api.in_time())
    else:
        with pytest.raises(Rejected) as caught:
            await api.get("things", {}, api.in_time())
        assert (caught.value.status, caught.value.code) == (status, body.get("errorCode", body["error"]))
    if body.get("errorCode") == "too_many_entities":
        answering("POST", "/api/v2/clients", _answer(sample))
        with pytest.raises(NoRoom):
            await tenant_service.store.create(tenant.root["client_id"], "n", "")
        assert tenant_service.orphans.all() == []
    await tenant_service.stop()
    figure(37, answers_given_to_the_engine=1)


@pytest.mark.parametrize("alg", ["RS256", None])
async def test_the_engine_takes_the_keys(
    alg: str | None, answering: Answering, wire: Wire, clock: Clock
) -> None:
    body = json.loads(json.dumps(TOKENS["jwks"]["body"]))
    if alg is None:
        del body["keys"][0]["alg"]
    answering("GET", "/.well-known/jwks.json", Fault(200, json.dumps(body).encode()))
    async with open_client(URL, transport=wire) as http:
        assert await Keys(http, clock.times).fetch() == 1
    figure(37, answers_given_to_the_engine=1)


@pytest.mark.parametrize("sample", TOKENS["token_replies"], ids=range(len(TOKENS["token_replies"])))
async def test_the_engine_hears_a_sign_in(
    sample: Sample, answering: Answering, tenant_service: TenantService, data: Path
) -> None:
    """The service's own, and one that it passes on."""
    body, status = sample["body"], sample["status"]
    headers = {"x-ratelimit-remaining": "0", "retry-after": "7"} if status == 429 else {}
    given = body if status != 200 else body | {"access_token": "e30.e30.c2ln"}
    answering("POST", "/oauth/token", Fault(status, json.dumps(given).encode(), headers))
    own = tenant_service.store._api.token
    sign_ins = tenant_service.app.engine.sign_ins
    pair = Credentials("id", SecretStr("canary-secret"))
    if status == 200:
        assert (await own.get()).value == "e30.e30.c2ln"
        issued = await sign_ins.token_for(pair)
        assert issued is not None
        assert (issued.scope, issued.expires_in) == (body.get("scope", ""), 86_400)
    elif status == 429:
        for call in (own.get(), sign_ins.token_for(pair)):
            with pytest.raises(Busy) as busy:
                await call
            assert busy.value.seconds == pytest.approx(7, abs=1)
    else:
        with pytest.raises(NoToken) as caught:
            await own.get()
        assert f"{status} {body['error']} ({body['error_description'].rstrip('.')[:40]}" in str(caught.value)
        if status == 401:
            assert await sign_ins.token_for(pair) is None
        else:
            with pytest.raises(Refused) as refused:
                await sign_ins.token_for(pair)
            assert refused.value.body["error"] == body["error"]
    await tenant_service.stop()
    figure(37, answers_given_to_the_engine=1)


# The fake tenant


async def _ask(tenant: Tenant, sample: Sample, *, authorised: bool = True) -> httpx.Response:
    """The fake's answer to a recorded request."""
    request = sample["request"]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(tenant.app), base_url=URL) as http:
        headers = {}
        if authorised:
            pair = {"client_id": SERVICE_ID, "client_secret": SERVICE_SECRET}
            asked = {**pair, "audience": f"{URL}/api/v2/", "grant_type": "client_credentials"}
            token = (await http.post("/oauth/token", json=asked)).json()["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
        return await http.request(
            request["method"], request["path"], json=request.get("body"), headers=headers
        )


def _same(theirs: Any, ours: Any) -> bool:
    """Whether the fake's answer is the recorded one; ids, dates and what was redacted may differ."""
    if theirs == "[REDACTED]":
        return isinstance(ours, str) and bool(ours)
    if isinstance(theirs, dict):
        return isinstance(ours, dict) and all(
            name in ours and _same(theirs[name], ours[name]) for name in theirs
        )
    if isinstance(theirs, list):
        return isinstance(ours, list) and len(theirs) == len(ours) and all(map(_same, theirs, ours))
    return bool(theirs == ours)


@pytest.mark.parametrize("sample", LISTS, ids=_ids(LISTS))
async def test_the_fake_gives_a_list(sample: Sample, tenant: Tenant) -> None:
    query = parse_qs(urlsplit(sample["request"]["path"]).query)
    body = sample["response"]["body"]
    shown = body["clients"] if isinstance(body, dict) else body
    tenant.clients.clear()
    for number in range(84 if isinstance(body, list) else len(shown)):
        client = dict(shown[number]) if number < len(shown) else {"tenant": "t", "name": "more"}
        client.setdefault("client_id", f"id{number}")
        client.setdefault("global", "is_global" in query)
        tenant.clients[client["client_id"]] = client
    if REMARSHALLED in sample.get("note", ""):
        body = {name: value for name, value in body.items() if name not in {"length", "next"}}
    reply = await _ask(tenant, sample)
    assert reply.status_code == sample["response"]["status"]
    assert _same(body, reply.json())
    if "fields" in query and REMARSHALLED not in sample.get("note", ""):
        given = reply.json() if isinstance(body, list) else reply.json()["clients"]
        assert [set(one) for one in given] == [set(one) for one in shown]
    figure(37, answers_asked_of_the_fake=1)


@pytest.mark.parametrize("sample", CREATES, ids=_ids(CREATES))
async def test_the_fake_makes_a_client(sample: Sample, tenant: Tenant) -> None:
    reply = await _ask(tenant, sample)
    theirs, ours = sample["response"]["body"], reply.json()
    assert reply.status_code == sample["response"]["status"]
    changing = {"client_id", "tenant"}
    assert _same({name: value for name, value in theirs.items() if name not in changing}, ours)
    if REMARSHALLED not in sample.get("note", ""):
        assert set(ours) == set(theirs)
    assert PRIVATE_KEY in reply.text  # as older tenants do; the recordings have it cut out
    figure(37, answers_asked_of_the_fake=1)


@pytest.mark.parametrize("sample", SINGLE, ids=_ids(SINGLE))
async def test_the_fake_reads_and_deletes_one(sample: Sample, tenant: Tenant) -> None:
    tenant.scopes += " read:client_keys"
    response = sample["response"]
    name = urlsplit(sample["request"]["path"]).path.rpartition("/")[2]
    if response["status"] == 200:
        tenant.clients[name] = (
            tenant.make("TestClient-rubytest-210908") | response["body"] | {"client_id": name}
        )
    reply = await _ask(tenant, sample)
    assert reply.status_code == response["status"]
    if response["status"] == 200:
        assert _same(response["body"], reply.json())
        assert set(reply.json()) == set(response["body"])
    elif response["body"] and "statusCode" in response["body"]:
        assert reply.json() == response["body"]
    figure(37, answers_asked_of_the_fake=1)


@pytest.mark.parametrize("sample", GRANTED, ids=_ids(GRANTED))
async def test_the_fake_grants(sample: Sample, tenant: Tenant) -> None:
    request, body = sample["request"], sample["response"]["body"]
    if request["body"]:
        tenant.api |= {
            "identifier": request["body"]["audience"],
            "scopes": [{"value": scope} for scope in request["body"]["scope"]],
        }
        if "client_id" in request["body"]:
            tenant.clients[request["body"]["client_id"]] = tenant.make("c")
    elif body is not None:
        tenant.grants = list(body["client_grants"])
    reply = await _ask(tenant, sample)
    assert reply.status_code == sample["response"]["status"]
    if body is not None:
        assert _same({name: value for name, value in body.items() if name != "id"}, reply.json())
    figure(37, answers_asked_of_the_fake=1)


async def test_the_fake_has_an_api(tenant: Tenant) -> None:
    """Read by its id; only the answers to a GET are of a call that the fake knows."""
    for sample in APIS:
        if sample["request"]["method"] != "GET":
            continue
        tenant.api = dict(sample["response"]["body"])
        tenant.api.setdefault("id", "another")
        tenant.api.setdefault("identifier", "another")
        reply = await _ask(tenant, sample)
        assert reply.status_code == sample["response"]["status"]
        assert _same(sample["response"]["body"], reply.json())
        figure(37, answers_asked_of_the_fake=1)


async def test_the_fake_refuses_in_the_tenants_words(tenant: Tenant) -> None:
    by_code = {sample["response"]["body"].get("errorCode"): sample["response"] for sample in ERRORS}
    many = {"request": {"method": "GET", "path": "/api/v2/clients?page=10&per_page=100"}}
    new = {"request": {"method": "POST", "path": "/api/v2/clients", "body": {"name": "n"}}}
    query = {"request": {"method": "GET", "path": "/api/v2/clients?q=name:x&page=0"}}
    elsewhere = {"request": {"method": "GET", "path": "/api/v2/connections/c/scim-configuration"}}

    tenant.paging.reach = 1000
    assert (await _ask(tenant, many)).json() == by_code["invalid_paging"]["body"]
    tenant.room = len(tenant.clients)
    full = await _ask(tenant, new)
    assert (full.status_code, full.json()) == (403, by_code["too_many_entities"]["body"])
    assert (await _ask(tenant, query)).json() == by_code["query_syntax_error"]["body"]
    bare = [sample["response"]["body"] for sample in ERRORS if "errorCode" not in sample["response"]["body"]]
    assert (await _ask(tenant, elsewhere)).json() in bare
    assert (await _ask(tenant, many, authorised=False)).json() in bare
    tenant.scopes = "read:clients"
    forbidden = (await _ask(tenant, new)).json()
    assert forbidden.pop("message") == "Insufficient scope, expected any of: create:clients"
    assert forbidden.items() <= by_code["insufficient_scope"]["body"].items()
    tenant.buckets = {"": Bucket(0, 1)}
    assert (await _ask(tenant, many)).json() == by_code["too_many_requests"]["body"]
    figure(37, answers_asked_of_the_fake=7)


async def test_the_fakes_sign_in_refuses_in_the_tenants_words(tenant: Tenant) -> None:
    said = {(one["status"], one["body"].get("error")): one["body"] for one in TOKENS["token_replies"]}
    made = tenant.make("no grant")

    async def sign_in(secret: str) -> tuple[int, Any]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(tenant.app), base_url=URL) as http:
            asked = {"client_id": made["client_id"], "client_secret": secret, "audience": AUDIENCE}
            reply = await http.post("/oauth/token", json={**asked, "grant_type": "client_credentials"})
            return reply.status_code, reply.json()

    assert await sign_in("wrong") == (401, said[401, "access_denied"])
    status, body = await sign_in(made["client_secret"])
    theirs = said[403, "access_denied"]["error_description"]
    assert (status, body["error_description"]) == (
        403,
        theirs.replace("https://dev-x.us.auth0.com/api/v2/", AUDIENCE),
    )
    made["grant_types"] = []
    status, body = await sign_in(made["client_secret"])
    assert (status, body["error_description"]) == (403, said[403, "unauthorized_client"]["error_description"])
    figure(37, answers_asked_of_the_fake=3)


@pytest.mark.parametrize(
    ("path", "size", "per_second"),
    [
        ("/api/v2/", 50, 16.0),
        ("/oauth/token", 100, 100 / 86_400),
        ("/", 1000, 1000.0),
        ("/userinfo", 10, 1 / 13),
        ("/dbconnections/change_password", 10, 1 / 60),
    ],
)
def test_the_fakes_buckets_tell_what_was_recorded(path: str, size: int, per_second: float) -> None:
    """The reset is when the bucket is full again, and not when a call is possible."""
    rows = [row for row in LIMITS if row[4] == size and row[1].startswith(path)]
    wrong = told = 0
    for *_, remaining, _, until_reset in rows:
        bucket = Bucket(size, per_second)
        for _ in range(size - remaining):
            bucket.take(0)
        told += 1
        assert bucket.headers["x-ratelimit-remaining"] == str(remaining)
        # their clock's second had begun by then
        wrong += abs(int(bucket.headers["x-ratelimit-reset"]) - until_reset) > 1
    figure(37, answers_asked_of_the_fake=told)
    assert told
    assert wrong == 0
