"""The four endpoints of the clients.

Source: CONTRACT.md, "The M2M client service".
"""

from asyncio import to_thread
from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from butlr_tui.contract import fault_in_description, fault_in_name
from butlr_tui.service.bodies import read_object, reply, reply_list
from butlr_tui.service.errors import (
    INVALID_JWT,
    MALFORMED_JWT,
    NO_CLIENT_ID,
    invalid,
    not_found,
    unauthorized,
)
from butlr_tui.service.store import Callers, InvalidToken, NoClientId, Record, Store


class Clients:
    """Lists, shows, creates and deletes the clients of whoever calls."""

    def __init__(self, store: Store, callers: Callers) -> None:
        self._store = store
        self._callers = callers

    async def all(self, request: Request) -> Response:
        """`GET` and `POST /api/v1/client`."""
        owner = await self._caller(request)
        if request.method == "POST":
            return await self._create(owner, request)
        records = await self._store.list(owner)
        return await to_thread(_list_reply, records)

    async def one(self, request: Request) -> Response:
        """`GET` and `DELETE /api/v1/client/{id}`."""
        owner = await self._caller(request)
        client_id: str = request.path_params["client_id"]
        if request.method == "DELETE":
            if not await self._store.delete(owner, client_id):
                raise not_found()
            return Response(status_code=204)
        record = await self._store.get(owner, client_id)
        if record is None:
            raise not_found()
        return reply(200, _wire(record))

    async def _create(self, owner: str, request: Request) -> Response:
        fields = await read_object(request, invalid)
        name = _checked(fields, "name", fault_in_name)
        description = _checked(fields, "description", fault_in_description)
        made = await self._store.create(owner, name, description)
        return reply(
            201,
            {
                "name": name,
                "description": description,
                "client_id": made.client_id,
                "client_secret": made.client_secret.get_secret_value(),
            },
        )

    async def _caller(self, request: Request) -> str:
        """The client whose token the request carries."""
        try:
            return await self._callers.caller(_bearer_token(request))
        except InvalidToken:
            raise unauthorized(INVALID_JWT) from None
        except NoClientId:
            raise unauthorized(NO_CLIENT_ID) from None


def _list_reply(records: Sequence[Record]) -> Response:
    return reply_list(map(_wire, records))


def _bearer_token(request: Request) -> str:
    headers = request.headers.getlist("authorization")
    scheme, _, token = headers[0].partition(" ") if len(headers) == 1 else ("", "", "")
    token = token.strip(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthorized(MALFORMED_JWT)
    return token


def _checked(fields: dict[str, Any], field: str, fault_in: Callable[[str], str | None]) -> str:
    value = fields.get(field)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise invalid(f"client {field} must be a string")
    if fault := fault_in(value):
        raise invalid(fault)
    return value


def _wire(record: Record) -> dict[str, str]:
    return {
        "id": record.client_id,
        "name": record.name,
        "description": record.description,
        "client_id": record.client_id,
    }
