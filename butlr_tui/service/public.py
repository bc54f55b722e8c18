"""The endpoints that want no token and tell nothing of anybody's clients."""

from starlette.requests import Request
from starlette.responses import Response

from butlr_tui.service.bodies import reply
from butlr_tui.service.endpoint import Endpoint
from butlr_tui.service.openapi import document


class HealthEndpoint(Endpoint):
    """`/healthz`: whether the service runs."""

    async def get(self, _request: Request) -> Response:
        return reply(200, {"status": "ok"})


class OpenApiEndpoint(Endpoint):
    """`/openapi.json`: the contract as an OpenAPI document."""

    async def get(self, _request: Request) -> Response:
        return reply(200, document(self.engine.audience))
