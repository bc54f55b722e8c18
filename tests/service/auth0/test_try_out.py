"""`serve check --write`: one client, and each fact as the tenant tells it."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import httpx
import pytest

from butlr_tui import cli_serve
from butlr_tui.plain import prompt
from butlr_tui.service.auth0.check import check
from butlr_tui.service.auth0.try_out import NAME
from tests.service.conftest import Clock
from tests.support.buckets import EVERYTHING, Bucket
from tests.support.paging import Paging
from tests.support.tenant import Fault, Tenant, Wire


@pytest.fixture
def run(tenant: Tenant, wire: Wire, clock: Clock) -> Callable[[], tuple[int, list[str]]]:
    """The exit code, and what is said after that all is well."""

    def run() -> tuple[int, list[str]]:
        said: list[str] = []
        code = check(tenant.environment, said.append, wire, clock.times, write=True)
        assert not any(secret in line for secret in tenant.issued for line in said)
        return code, said[9:]

    return run


Run = Callable[[], tuple[int, list[str]]]


def test_all_that_it_tells(run: Run, tenant: Tenant) -> None:
    tenant.buckets = {EVERYTHING: Bucket(50, 16)}
    code, said = run()
    limit = said.pop(5)
    assert (code, said) == (
        0,
        [
            "ok      secret: it is in the answer to a create without read:client_keys, and private keys besides",
            "ok      list: a new client is in the list that follows",
            "ok      grant: a second one is answered 409 conflict",
            "ok      checkpoints: take goes with app_type and fields, and there is a next page",
            "ok      search: clients can't be searched here (404 inexistent_client)",
            "ok      delete: it is gone (404 inexistent_client)",
        ],
    )
    told = r"x-ratelimit-limit 50, x-ratelimit-remaining 0, x-ratelimit-reset \d+"
    assert re.fullmatch(rf"ok      rate limit: read \d\d in a row is refused, with {told}", limit)
    assert [client["name"] for client in tenant.clients.values()] == ["butlr-tui root"]
    assert len(tenant.grants) == 1


def test_what_a_tenant_may_answer_instead(run: Run, tenant: Tenant) -> None:
    tenant.paging = Paging(checkpoints_with_filter=False)
    code, said = run()
    assert code == 0
    assert "ok      checkpoints: take does not go with app_type and fields (400 invalid_query_string)" in said
    assert "ok      rate limit: not reached by 60 reads in a row" in said


@pytest.mark.parametrize(
    ("lag", "told"),
    [
        (0, "a new client is found by its metadata after 0 s"),
        (5, "a new client is found by its metadata after 6 s"),
        (600, "a new client is not found by its metadata within 30 s"),
    ],
)
def test_how_late_the_search_is(run: Run, tenant: Tenant, lag: float, told: str) -> None:
    tenant.search_lag = lag
    code, said = run()
    assert code == 0
    assert f"ok      search: {told}" in said


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (
            Fault(201, b"{}", after=True),
            "NOT OK  stopped: Auth0 answered something else than its documentation says",
        ),
        (Fault(error=httpx.ReadTimeout("slow"), after=True), "it may have been made all the same"),
        (Fault(502, after=True), "it may have been made all the same"),
        (Fault(error=httpx.ConnectError("refused")), "nothing was made"),
    ],
)
def test_what_was_made_is_deleted_whatever_comes_in_between(
    fault: Fault, line: str, run: Run, tenant: Tenant, wire: Wire
) -> None:
    def choose(request: httpx.Request) -> Fault | None:
        return fault if (request.method, request.url.path) == ("POST", "/api/v2/clients") else None

    wire.fault = choose
    code, said = run()
    assert code == 1
    assert any(line in one for one in said)
    assert [client["name"] for client in tenant.clients.values()] == ["butlr-tui root"]


def test_what_can_not_be_deleted_is_named(run: Run, tenant: Tenant, wire: Wire) -> None:
    wire.fault = lambda request: Fault(500) if request.method == "DELETE" else None
    code, said = run()
    [left] = [client["client_id"] for client in tenant.clients.values() if client["name"] == NAME]
    assert code == 1
    assert said[-1] == (
        f"NOT OK  delete: Auth0 answered 500 to DELETE clients. Delete it in Auth0's dashboard: {left}"
    )


def test_nothing_is_written_where_something_else_is_wrong(tenant: Tenant, wire: Wire, clock: Clock) -> None:
    tenant.api["signing_alg"] = "HS256"
    said: list[str] = []
    assert check(tenant.environment, said.append, wire, clock.times, write=True) == 1
    assert said[-1] == "Nothing was written: first the above."
    assert tenant.calls("POST", "/api/v2/clients") == []


def test_who_says_no_means_it(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def ask(question: str) -> str:
        assert NAME in question
        return ""

    monkeypatch.setattr(prompt, "somebody_is_there", lambda: True)
    monkeypatch.setattr(prompt, "ask", ask)
    assert cli_serve._check(SimpleNamespace(write=True, yes=False)) == 1  # type: ignore[arg-type]
    assert capsys.readouterr().err == "Nothing was written.\n"


def test_nobody_to_ask_means_no(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli_serve._check(SimpleNamespace(write=True, yes=False)) == 2  # type: ignore[arg-type]
    assert "nobody can be asked" in capsys.readouterr().err
