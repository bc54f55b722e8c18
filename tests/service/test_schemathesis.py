"""Figure 22 of the reliability figures: the service does what the document at `/openapi.json` says, and no more.

Schemathesis makes the requests and judges the answers.
"""

from collections import Counter
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from butlr_tui.contract import CLIENT_LOGIN_PATH
from butlr_tui.service.local import LocalService
from butlr_tui.service.openapi import OPENAPI_PATH
from butlr_tui.service.store import StoredClient
from tests.support.figures import figure, times
from tests.support.oracles import library

from .conftest import login, root_pair

pytestmark = pytest.mark.slow

schemathesis = library("schemathesis")
checks = library("schemathesis.openapi.checks")
core = library("schemathesis.core.failures")

OPERATIONS = {
    "GET /api/v1/client",
    "POST /api/v1/client",
    "GET /api/v1/client/{client_id}",
    "DELETE /api/v1/client/{client_id}",
    "POST /api/v2/clients/login",
}
HAS_AN_ID = "/api/v1/client/{client_id}"


@pytest.fixture
def operations(service: LocalService) -> dict[str, Any]:
    """What Schemathesis reads in the document that the service serves."""
    schema: Any = schemathesis.openapi.from_asgi(OPENAPI_PATH, service.app)
    found = [operation.ok() for operation in schema.get_all_operations()]
    return {operation.label: operation for operation in found}


async def test_what_is_described_is_what_happens(service: LocalService, operations: dict[str, Any]) -> None:
    """Requests that the document allows, and such that it does not; some with a token, some for what exists."""
    pair = root_pair(service)
    token = {"Authorization": f"Bearer {await _token(service)}"}
    seen: Counter[int] = Counter()
    failures: list[Exception] = []

    def make(case: Any, existing: int) -> None:
        if case.path == HAS_AN_ID and existing == 0:
            client_id = f"client_{sum(seen.values())}"
            service.store.add([StoredClient(client_id, pair["client_id"], "n", "", bytes(32))])
            case.path_parameters["client_id"] = client_id
        if case.path == CLIENT_LOGIN_PATH and existing < 2 and isinstance(case.body, dict):
            case.body = login(pair) | ({"audience": "https://another/"} if existing else {})

    def check(label: str, mode: Any, count: int) -> None:
        @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @seed(22)
        @given(case=operations[label].as_strategy(mode), existing=st.integers(0, 9), signed_in=st.booleans())
        def run(case: Any, existing: int, signed_in: bool) -> None:
            make(case, existing)
            answer = case.call(headers=token if signed_in else {})
            seen[answer.status_code] += 1
            try:
                case.validate_response(answer)
            except core.FailureGroup as group:
                failures.extend(failure for failure in group.exceptions if not _is_ignored(label, failure))

        run()

    assert set(operations) > OPERATIONS
    share = times(300, 10_000) // (2 * len(OPERATIONS))
    for label in sorted(OPERATIONS):
        for mode in schemathesis.GenerationMode:
            check(label, mode, share)
    print(sorted(seen.items()))
    undocumented = sum(isinstance(failure, checks.UndefinedStatusCode) for failure in failures)
    figure(
        22,
        cases=sum(seen.values()),
        undocumented_statuses=undocumented,
        schema_violations=len(failures) - undocumented,
    )
    assert failures == []
    assert {200, 201, 204, 400, 401, 403, 404} <= set(seen)


def _is_ignored(label: str, failure: Exception) -> bool:
    """A read has no body: what is wrong with it stands in the query, where the document says that it is ignored,
    or in the header that is put right here.
    """
    return label.startswith("GET") and isinstance(failure, core.AcceptedNegativeData)


async def _token(service: LocalService) -> str:
    transport = httpx.ASGITransport(service.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        reply = await http.post(CLIENT_LOGIN_PATH, json=login(root_pair(service)))
    token: str = reply.json()["access_token"]
    return token
