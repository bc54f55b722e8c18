"""What the service answers to every error, and what it logs of it.

Source: CONTRACT.md, "The M2M client service". Unknown paths and methods are worded as Echo does, which the
production service is written with.
"""

import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from butlr_tui.contract import ErrorCode
from butlr_tui.http.errors import ServiceError
from butlr_tui.service.bodies import reply
from butlr_tui.service.errors import INVALID_JWT, Refused, invalid, too_many, unauthorized
from butlr_tui.service.log import where_it_failed
from butlr_tui.service.store import (
    CLIENTS_LIMIT,
    Busy,
    ListTooLong,
    NoRoom,
    NotAccepted,
    OwnerGone,
    StoreFailed,
    TooManyClients,
)

_log = logging.getLogger(__name__)

_INTERNAL: Final = "Internal server error"
_FAILURES: Final = {
    ErrorCode.CLIENT_CREATE_FAILED: "client could not be created",
    ErrorCode.CLIENT_GRANT_CREATE_FAILED: "client could not be authorised for the API",
    ErrorCode.CLIENT_UPDATE_FAILED: "client could not be updated",
    ErrorCode.CLIENT_DELETE_FAILED: "client could not be deleted",
}


async def _refused(_request: Request, error: Refused) -> Response:
    return reply(error.status, error.body, error.headers)


async def _owner_gone(request: Request, _error: OwnerGone) -> Response:
    return await _refused(request, unauthorized(INVALID_JWT))


async def _not_accepted(request: Request, _error: NotAccepted) -> Response:
    return await _refused(request, invalid("client name or description is not accepted"))


async def _too_many_clients(request: Request, _error: TooManyClients) -> Response:
    return await _refused(request, invalid(f"you have {CLIENTS_LIMIT:,} clients: delete some first"))


async def _no_room(request: Request, _error: NoRoom) -> Response:
    return await _refused(request, invalid("the tenant has no room for another application"))


async def _list_too_long(_request: Request, error: ListTooLong) -> Response:
    report(error)
    return reply(500, {"message": f"the tenant lets no more than {error.most:,} of its clients be listed"})


async def _busy(request: Request, error: Busy) -> Response:
    return await _refused(request, too_many(max(1, math.ceil(error.seconds))))


async def _store_failed(_request: Request, error: StoreFailed) -> Response:
    report(error.__cause__ or error)
    return reply(500, {"code": error.code, "message": _FAILURES.get(error.code, _INTERNAL)})


async def _no_engine(_request: Request, error: ServiceError) -> Response:
    """The engine is a service elsewhere, and it could not be reached, gave no clear answer or refused ours.

    Whatever it was is the operator's to mend, so the caller hears the same of each.
    """
    return unforeseen(error)


async def _no_route(_request: Request, error: HTTPException) -> Response:
    return reply(error.status_code, {"message": HTTPStatus(error.status_code).phrase}, error.headers)


ERROR_REPLIES: Final[Mapping[Any, Callable[[Request, Any], Awaitable[Response]]]] = {
    Refused: _refused,
    StoreFailed: _store_failed,
    OwnerGone: _owner_gone,
    NotAccepted: _not_accepted,
    TooManyClients: _too_many_clients,
    NoRoom: _no_room,
    ListTooLong: _list_too_long,
    Busy: _busy,
    ServiceError: _no_engine,
    HTTPException: _no_route,
}
"""The reply to each kind of error, its subclasses included."""


class BrokenOff(Exception):
    """An answer that can't be finished: its end is left out, by which the caller knows."""


def unforeseen(error: Exception) -> Response:
    """The reply to what nobody foresaw, which is logged."""
    report(error)
    return reply(500, {"message": _INTERNAL})


def report(error: BaseException) -> None:
    """Log what failed, and where."""
    _log.error("%s", where_it_failed(error))
