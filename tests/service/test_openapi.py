"""The document at `/openapi.json`: what it describes, and what it refers to."""

import json
from collections.abc import Iterator
from http import HTTPMethod
from typing import Any

import httpx
from starlette.routing import Route

from butlr_tui.contract import AUDIENCE, ErrorCode
from butlr_tui.service.app import ROUTES
from butlr_tui.service.openapi import OPENAPI_PATH, document


async def test_it_is_served_to_everybody(http: httpx.AsyncClient) -> None:
    reply = await http.get(OPENAPI_PATH)
    assert reply.status_code == 200
    assert reply.json() == json.loads(json.dumps(document(AUDIENCE)))
    assert reply.json()["openapi"].startswith("3.1")


def test_it_names_every_route_and_no_other() -> None:
    routes = {
        (route.path, method)
        for route in ROUTES
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
        for item in value:
            yield from every(item, key)


def test_its_references_lead_somewhere_and_its_codes_are_the_contracts() -> None:
    made = document(AUDIENCE)
    schemas = made["components"]["schemas"]
    used = {reference.removeprefix("#/components/schemas/") for reference in every(made, "$ref")}
    assert used == set(schemas)
    codes = [constant for properties in every(made, "code") for constant in every(properties, "const")]
    codes += [
        choice
        for properties in every(made, "code")
        for choices in every(properties, "enum")
        for choice in choices
    ]
    assert set(codes) == {code.value for code in ErrorCode}


def test_a_secret_comes_with_a_create_alone() -> None:
    schemas = document(AUDIENCE)["components"]["schemas"]
    assert [name for name, item in schemas.items() if "client_secret" in item["properties"]] == ["NewClient"]
    assert all(item["additionalProperties"] is False for name, item in schemas.items() if name != "Wanted")
