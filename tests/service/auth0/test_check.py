"""`serve check`: a line each, nothing changed."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from butlr_tui.service.auth0.check import check
from tests.service.conftest import Clock
from tests.support.buckets import Bucket, enterprise, free, self_service
from tests.support.paging import Paging
from tests.support.tenant import SERVICE_SECRET, Fault, Tenant, Wire

GOOD = [
    "ok      keys: 1 to verify callers' tokens with (RS256)",
    "ok      token: the tenant gives one for https://butlr-test.eu.auth0.com/api/v2/",
    "ok      scopes: create:clients, read:clients, delete:clients, create:client_grants, read:client_grants",
    "ok      room: 1 application",
    "ok      lists: the tenant is read by checkpoint; what was read answers them for a minute at least",
    "ok      audience: https://butlrauth/ is there",
    "ok      permissions: all 12",
    "ok      signing: the API's tokens are signed with RS256",
    "ok      callers: their tokens carry client_id; it is read from client_id",
]


def _check(tenant: Tenant, wire: Wire, clock: Clock, **environment: str) -> tuple[int, list[str]]:
    said: list[str] = []
    code = check(tenant.environment | environment, said.append, wire, clock.times)
    assert not any(secret in line for secret in tenant.issued for line in said)
    return code, said


def test_all_is_well_and_nothing_was_changed(tenant: Tenant, wire: Wire, clock: Clock) -> None:
    assert _check(tenant, wire, clock) == (0, GOOD)
    assert {(method, path) for method, path, _ in tenant.seen if method != "GET"} == {
        ("POST", "/oauth/token")
    }
    assert list(tenant.clients) == [tenant.root["client_id"]]
    assert len(tenant.grants) == 1


def _set(**values: object) -> Callable[[Tenant, Wire], None]:
    def change(tenant: Tenant, wire: Wire) -> None:
        for name, value in values.items():
            setattr(tenant, name, value)

    return change


def _api(**values: object) -> Callable[[Tenant, Wire], None]:
    return lambda tenant, wire: tenant.api.update(values)


def _failing(path: str, fault: Fault) -> Callable[[Tenant, Wire], None]:
    def change(tenant: Tenant, wire: Wire) -> None:
        wire.fault = lambda request: fault if request.url.path.startswith(path) else None

    return change


def _plan(plan: Callable[[], dict[str, Bucket]], applications: int) -> Callable[[Tenant, Wire], None]:
    def change(tenant: Tenant, wire: Wire) -> None:
        tenant.buckets = plan()
        for number in range(applications - len(tenant.clients)):
            tenant.make(f"n{number}")

    return change


@pytest.mark.parametrize(
    ("change", "environment", "line", "lines"),
    [
        (
            _set(scopes="read:clients create:clients read:resource_servers"),
            {},
            "scopes: missing delete:clients, create:client_grants, read:client_grants",
            9,
        ),
        (
            lambda tenant, wire: setattr(tenant, "scopes", tenant.scopes + " read:client_keys"),
            {},
            "scopes: take away read:client_keys: with it, a list could carry secrets",
            10,
        ),
        (
            lambda tenant, wire: setattr(
                tenant, "scopes", tenant.scopes.replace("read:resource_servers", "")
            ),
            {},
            "audience: can't be seen without read:resource_servers, which only this check needs",
            6,
        ),
        (
            _api(identifier="https://other/"),
            {},
            "audience: the tenant has no API with the identifier https://butlrauth/",
            6,
        ),
        (
            lambda tenant, wire: tenant.api["scopes"].pop(),
            {},
            "permissions: the API lacks delete:hives",
            9,
        ),
        (_api(signing_alg="HS256"), {}, "signing: the API's tokens are signed with HS256", 9),
        (
            _set(dialect="access_token"),
            {},
            "callers: their tokens carry azp, but it is read from client_id: give the API the RFC 9068 token "
            "profile, or set BUTLR_CALLER_CLAIMS=client_id,azp",
            9,
        ),
        (
            lambda tenant, wire: None,
            {"AUTH0_CLIENT_SECRET": "wrong"},
            "token: The tenant gave no Management API token: 401 access_denied (Unauthorized). Is the "
            "Management API authorised for this application, and AUTH0_DOMAIN the tenant's own domain?",
            2,
        ),
        (
            _failing("/oauth", Fault(error=httpx.ConnectError("refused"))),
            {},
            "token: Nobody answers at butlr-test.eu.auth0.com:443 (no connection). Is the Management API "
            "authorised for this application, and AUTH0_DOMAIN the tenant's own domain?",
            2,
        ),
        (
            _failing("/oauth", Fault(429)),
            {},
            "token: the tenant's rate limit is used up, try again in a minute",
            2,
        ),
        (
            _failing("/api/v2/resource", Fault(429, headers={"Retry-After": "600"})),
            {},
            "audience: the tenant's rate limit is used up, try again in a minute",
            6,
        ),
        (
            _failing("/api/v2/resource", Fault(200, b"[]")),
            {},
            "audience: Auth0 answered something else than its documentation says",
            6,
        ),
        (
            _failing("/.well-known", Fault(500)),
            {},
            "keys: Auth0 answered 500 to a request for its keys",
            9,
        ),
        (
            _api(subject_type_authorization={"client": {"policy": "deny_all"}}),
            {},
            "tokens: the API gives none to machine-to-machine clients (deny_all): set it to require a grant",
            10,
        ),
        (
            _api(token_encryption={"format": "compact-nested-jwe"}),
            {},
            "tokens: the API encrypts them, so that nobody else can read who calls: take the encryption away",
            10,
        ),
        (
            _api(proof_of_possession={"mechanism": "dpop", "required": True}),
            {},
            "tokens: the API demands proof of possession, which the service does not look at: do not require it",
            10,
        ),
        (
            _plan(free, 10),
            {},
            "room: 10 applications of the 10 that the free plan has, as this one is by its rate limit: "
            "no room for another one",
            9,
        ),
    ],
)
def test_what_is_not(
    tenant: Tenant,
    wire: Wire,
    clock: Clock,
    change: Callable[[Tenant, Wire], None],
    environment: dict[str, str],
    line: str,
    lines: int,
) -> None:
    change(tenant, wire)
    code, said = _check(tenant, wire, clock, **environment)
    assert code == 1
    assert f"NOT OK  {line}" in said
    assert len(said) == lines
    assert sum(line.startswith("NOT OK") for line in said) == 1


def test_a_refusal_names_the_permission_that_is_missing(tenant: Tenant, wire: Wire, clock: Clock) -> None:
    tenant.scopes = tenant.scopes.replace("read:clients ", "")
    code, said = _check(tenant, wire, clock)
    assert code == 1
    assert "NOT OK  scopes: missing read:clients" in said
    missing = "Insufficient scope, expected any of: read:clients"
    assert f"NOT OK  room: Auth0 answered 403 to GET clients ({missing})" in said


@pytest.mark.parametrize(
    ("paging", "way"),
    [
        (Paging(checkpoints_with_filter=False), "by checkpoint, without a filter"),
        (Paging(checkpoints=False), "by position"),
    ],
)
def test_the_way_that_lists_are_read(
    tenant: Tenant, wire: Wire, clock: Clock, paging: Paging, way: str
) -> None:
    tenant.paging = paging
    line = f"ok      lists: the tenant is read {way}; what was read answers them for a minute at least"
    assert _check(tenant, wire, clock) == (0, [line if "lists:" in one else one for one in GOOD])


@pytest.mark.parametrize(
    ("dialect", "claims", "line"),
    [
        (
            "access_token",
            "client_id,azp",
            "ok      callers: their tokens carry azp; it is read from client_id, azp",
        ),
        (
            "access_token",
            "https://butlr.io/client_id",
            "ok      callers: read from https://butlr.io/client_id, which an Action of yours has to add",
        ),
    ],
)
def test_other_claims(tenant: Tenant, wire: Wire, clock: Clock, dialect: str, claims: str, line: str) -> None:
    tenant.dialect = dialect
    assert _check(tenant, wire, clock, BUTLR_CALLER_CLAIMS=claims) == (0, [*GOOD[:-1], line])


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (free, "10 that the free plan has"),
        (self_service, "100 that a self-service plan has"),
        (enterprise, "100,000 that a large plan has"),
    ],
)
def test_the_plan_shows_in_the_rate_limit(
    tenant: Tenant, wire: Wire, clock: Clock, plan: Callable[[], dict[str, Bucket]], told: str
) -> None:
    tenant.buckets = plan()
    code, said = _check(tenant, wire, clock)
    assert code == 0
    assert said[3] == f"ok      room: 1 application of the {told}, as this one is by its rate limit"


def test_settings_that_are_none(tenant: Tenant, tmp_path: Path) -> None:
    said: list[str] = []
    assert check({}, said.append) == 1
    assert len(said) == 1
    assert check({**tenant.environment, "AUTH0_DOMAIN": "http://example.com"}, said.append) == 1
    assert "Plain http" in said[1]
    assert SERVICE_SECRET not in "".join(said)
