"""The document at `/openapi.json` says what the service does, and no more (reliability.md, figure 22)."""

import json
from collections import Counter
from collections.abc import Iterator
from http import HTTPMethod
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from starlette.routing import Route

from butlr_tui.contract import AUDIENCE, CLIENT_LOGIN_PATH, ErrorCode
from butlr_tui.service.local import LocalService
from butlr_tui.service.openapi import OPENAPI_PATH, document
from butlr_tui.service.store import StoredClient
from tests.support.figures import figure, times

from .conftest import login, root_pair

OPERATIONS = {
    "GET /api/v1/client",
    "POST /api/v1/client",
    "GET /api/v1/client/{client_id}",
    "DELETE /api/v1/client/{client_id}",
    "POST /api/v2/clients/login",
}
HAS_AN_ID = "/api/v1/client/{client_id}"


async def test_it_is_served_to_everybody(http: httpx.AsyncClient) -> None:
    reply = await http.get(OPENAPI_PATH)
    assert reply.status_code == 200
    assert reply.json() == json.loads(json.dumps(document(AUDIENCE)))
    assert reply.json()["openapi"].startswith("3.1")


def test_it_names_every_route_and_no_other(service: LocalService) -> None:
    routes = {
        (route.path, method)
        for route in service.app.routes
        if isinstance(route, Route)
        for method in HTTPMethod
        if hasattr(route.endpoint, method.lower())
    }
    described = {
        (path, method.upper())
        for path, item in document(AUDIENCE)["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert described == routes


def every(value: Any, key: str) -> Iterator[Any]:
    """All values of that key, at any depth."""
    if isinstance(value, dict):
        yield from (item for name, item in value.items() if name == key)
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from every(each, key)


def test_its_references_lead_somewhere_and_its_codes_are_the_contracts() -> None:
    made = document(AUDIENCE)
    schemas = made["components"]["schemas"]
    used = {reference.removeprefix("#/components/schemas/") for reference in every(made, "$ref")}
    assert used == set(schemas)
    codes = [constant for properties in every(made, "code") for constant in every(properties, "const")]
    codes += [
        each
        for properties in every(made, "code")
        for several in every(properties, "enum")
        for each in several
    ]
    assert set(codes) == {code.value for code in ErrorCode}


def test_a_secret_comes_with_a_create_alone() -> None:
    schemas = document(AUDIENCE)["components"]["schemas"]
    assert [name for name, item in schemas.items() if "client_secret" in item["properties"]] == ["NewClient"]
    assert all(item["additionalProperties"] is False for name, item in schemas.items() if name != "Wanted")


@pytest.fixture
def operations(service: LocalService) -> dict[str, Any]:
    """What Schemathesis reads in the document that the service serves."""
    schema: Any = schemathesis.openapi.from_asgi(OPENAPI_PATH, service.app)
    found = [operation.ok() for operation in schema.get_all_operations()]
    return {each.label: each for each in found}


async def test_what_is_described_is_what_happens(service: LocalService, operations: dict[str, Any]) -> None:
    """Requests that the document allows, and such that it does not; some with a token, some for what exists."""
    pair = root_pair(service)
    token = {"Authorization": f"Bearer {await _token(service)}"}
    seen: Counter[int] = Counter()

    def make(case: Any, existing: int) -> None:
        if case.path == HAS_AN_ID and existing == 0:
            client_id = f"client_{sum(seen.values())}"
            service.store.add([StoredClient(client_id, pair["client_id"], "n", "", bytes(32))])
            case.path_parameters["client_id"] = client_id
        if case.path == CLIENT_LOGIN_PATH and existing < 2 and isinstance(case.body, dict):
            case.body = login(pair) | ({"audience": "https://another/"} if existing else {})

    def check(label: str, mode: GenerationMode, count: int) -> None:
        @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @seed(22)
        @given(case=operations[label].as_strategy(mode), existing=st.integers(0, 9), signed_in=st.booleans())
        def run(case: Any, existing: int, signed_in: bool) -> None:
            make(case, existing)
            answer = case.call(headers=token if signed_in else {})
            seen[answer.status_code] += 1
            case.validate_response(answer)

        run()

    assert set(operations) > OPERATIONS
    share = times(300, 10_000) // (2 * len(OPERATIONS))
    for label in sorted(OPERATIONS):
        for mode in GenerationMode:
            check(label, mode, share)
    print(sorted(seen.items()))
    figure(22, cases=sum(seen.values()), undocumented_statuses=0, schema_violations=0)
    assert {200, 201, 204, 400, 401, 403, 404} <= set(seen)


async def _token(service: LocalService) -> str:
    transport = httpx.ASGITransport(service.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        reply = await http.post(CLIENT_LOGIN_PATH, json=login(root_pair(service)))
    token: str = reply.json()["access_token"]
    return token
