"""The ASGI routes, and what becomes of every error.

Source: CONTRACT.md, "The M2M client service". Its 401, unknown paths and methods are worded as Echo does.
"""

import logging
import math
import traceback
from http import HTTPStatus
from pathlib import PurePath

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from butlr_tui.contract import AUDIENCE, CLIENT_LOGIN_PATH, CLIENTS_PATH, ErrorCode
from butlr_tui.service.bodies import reply
from butlr_tui.service.clients import Clients
from butlr_tui.service.errors import INVALID_JWT, Refused, invalid, too_many, unauthorized
from butlr_tui.service.openapi import HEALTH_PATH, OPENAPI_PATH, document
from butlr_tui.service.sign_in import SignIn
from butlr_tui.service.store import (
    Busy,
    Callers,
    NotAccepted,
    OwnerGone,
    SignIns,
    Store,
    StoreFailed,
)

_log = logging.getLogger(__name__)

_FAILURES = {
    ErrorCode.CLIENT_CREATE_FAILED: "client could not be created",
    ErrorCode.CLIENT_GRANT_CREATE_FAILED: "client could not be authorised for the API",
    ErrorCode.CLIENT_UPDATE_FAILED: "client could not be updated",
    ErrorCode.CLIENT_DELETE_FAILED: "client could not be deleted",
}


def create_app(store: Store, callers: Callers, sign_ins: SignIns, audience: str = AUDIENCE) -> Starlette:
    """The service over `store`, for those whom `callers` knows. Needs no lifespan events."""
    clients = Clients(store, callers)

    async def described(_request: Request) -> Response:
        return reply(200, document(audience))

    app = Starlette(
        routes=[
            Route(CLIENTS_PATH, clients.all, methods=["GET", "POST"]),
            Route(CLIENTS_PATH + "/{client_id}", clients.one, methods=["GET", "DELETE"]),
            Route(CLIENT_LOGIN_PATH, SignIn(sign_ins, audience).client, methods=["POST"]),
            Route(HEALTH_PATH, _healthy, methods=["GET"]),
            Route(OPENAPI_PATH, described, methods=["GET"]),
        ],
        middleware=[Middleware(_LastResort)],
        exception_handlers={
            Refused: _refused,
            StoreFailed: _store_failed,
            OwnerGone: _owner_gone,
            NotAccepted: _not_accepted,
            Busy: _busy,
            HTTPException: _no_route,
        },
    )
    app.router.redirect_slashes = False
    return app


async def _healthy(_request: Request) -> Response:
    return reply(200, {"status": "ok"})


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return reply(error.status, error.body, error.headers)


async def _owner_gone(request: Request, _error: Exception) -> Response:
    return await _refused(request, unauthorized(INVALID_JWT))


async def _not_accepted(request: Request, _error: Exception) -> Response:
    return await _refused(request, invalid("client name or description is not accepted"))


async def _busy(request: Request, error: Exception) -> Response:
    assert isinstance(error, Busy)
    return await _refused(request, too_many(max(1, math.ceil(error.seconds))))


async def _store_failed(_request: Request, error: Exception) -> Response:
    assert isinstance(error, StoreFailed)
    _report(error.__cause__ or error)
    return reply(500, {"code": error.code, "message": _FAILURES.get(error.code, "Internal server error")})


async def _no_route(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return reply(error.status_code, {"message": HTTPStatus(error.status_code).phrase}, error.headers)


class _LastResort:
    """Answers 500 for what nobody foresaw."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            if scope["type"] != "http":
                raise
            _report(error)
            await reply(500, {"message": "Internal server error"})(scope, receive, send)


def _report(error: BaseException) -> None:
    """Log what failed and where; never the error's text, which may quote a body, a token or a secret."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    _log.error("%s in %s, line %s", type(error).__name__, PurePath(place.filename).name, place.lineno)
