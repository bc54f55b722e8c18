"""What the service answers to every error, and what it logs of it.

Source: CONTRACT.md, "The M2M client service". Unknown paths and methods are worded as Echo does, which the
production service is written with.
"""

import logging
import math
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.exceptions import HTTPException
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


def _refused(error: Refused) -> Response:
    return reply(error.status, error.body, error.headers)


def _list_too_long(error: ListTooLong) -> Response:
    report(error)
    return reply(500, {"message": f"the tenant lets no more than {error.most:,} of its clients be listed"})


def _busy(error: Busy) -> Response:
    return _refused(too_many(max(1, math.ceil(error.seconds))))


def _store_failed(error: StoreFailed) -> Response:
    report(error.__cause__ or error)
    return reply(500, {"code": error.code, "message": _FAILURES.get(error.code, _INTERNAL)})


def _no_route(error: HTTPException) -> Response:
    return reply(error.status_code, {"message": HTTPStatus(error.status_code).phrase}, error.headers)


def _unforeseen(error: Exception) -> Response:
    report(error)
    return reply(500, {"message": _INTERNAL})


_REPLIES: Final[Mapping[Any, Callable[[Any], Response]]] = {
    Refused: _refused,
    StoreFailed: _store_failed,
    OwnerGone: lambda _: _refused(unauthorized(INVALID_JWT)),
    NotAccepted: lambda _: _refused(invalid("client name or description is not accepted")),
    TooManyClients: lambda _: _refused(invalid(f"you have {CLIENTS_LIMIT:,} clients: delete some first")),
    NoRoom: lambda _: _refused(invalid("the tenant has no room for another application")),
    ListTooLong: _list_too_long,
    Busy: _busy,
    # The engine is a service elsewhere, and it could not be reached, gave no clear answer or refused ours.
    # Whatever it was is the operator's to mend, so the caller hears the same of each.
    ServiceError: _unforeseen,
    HTTPException: _no_route,
    Exception: _unforeseen,
}
"""The reply to each kind of error, its subclasses included."""


def reply_to(error: Exception) -> Response:
    """The reply to what an endpoint raised. What is a fault of the service's is logged."""
    kind = next(kind for kind in type(error).__mro__ if kind in _REPLIES)
    return _REPLIES[kind](error)


class BrokenOff(Exception):
    """An answer that can't be finished: its end is left out, by which the caller knows."""


def report(error: BaseException) -> None:
    """Log what failed, and where."""
    _log.error("%s", where_it_failed(error))
