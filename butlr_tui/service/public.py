"""The endpoints that want no token and tell nothing of anybody's clients."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from butlr_tui.service.bodies import reply
from butlr_tui.service.endpoint import Endpoint
from butlr_tui.service.openapi import document

_HEALTHY: Final = reply(200, {"status": "ok"})
_KEYS_SECONDS: Final = 60
"""How long others may keep the keys: a token of a new one is not good there before."""


class HealthEndpoint(Endpoint):
    """`/healthz`: whether the service runs."""

    async def get(self, _request: Request) -> Response:
        return _HEALTHY


class ReadyEndpoint(Endpoint):
    """`/readyz`: whether the engine answers a write."""

    async def get(self, _request: Request) -> Response:
        if await self.engine.readiness.is_ready():
            return reply(200, {"status": "ok"})
        return reply(503, {"status": "not ready"})


class KeysEndpoint(Endpoint):
    """`/.well-known/jwks.json`: the public keys of the service's own tokens."""

    async def get(self, _request: Request) -> Response:
        if self.engine.key_set is None:
            raise HTTPException(404)
        return reply(200, self.engine.key_set(), {"Cache-Control": f"max-age={_KEYS_SECONDS}"})


class OpenApiEndpoint(Endpoint):
    """`/openapi.json`: the contract as an OpenAPI document."""

    async def get(self, _request: Request) -> Response:
        return reply(200, document(self.engine.audience))
