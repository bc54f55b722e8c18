"""The endpoints of the clients: list and create, show and delete.

Source: CONTRACT.md, "The M2M client service".
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from butlr_tui.contract import ACTIVITY, INCLUDE, fault_in_description, fault_in_name
from butlr_tui.service.audit import AuditEvent
from butlr_tui.service.bodies import header_lines, read_object, reply
from butlr_tui.service.endpoint import Endpoint
from butlr_tui.service.errors import (
    INVALID_JWT,
    MALFORMED_JWT,
    NO_CLIENT_ID,
    Refused,
    invalid,
    not_found,
    unauthorized,
)
from butlr_tui.service.offers import Fields, asked_activity, with_activity
from butlr_tui.service.store import Callers, InvalidToken, NoClientId, Record


class ClientsEndpoint(Endpoint):
    """`/api/v1/client`: the clients of whoever calls."""

    audited = {"GET": AuditEvent.READ, "POST": AuditEvent.CREATE}  # noqa: RUF012 (typed as it should be in the base class)

    async def get(self, request: Request) -> Response:
        engine = self.engine
        owner = await _authorised(request, engine.callers.holder)
        store, activity, key = engine.store, asked_activity(request, engine), owner

        async def pieces() -> AsyncIterator[Sequence[Fields]]:
            async for records in store.list(owner, anew=_asks_anew(request)):
                piece = [*map(_wire, records)]
                yield piece if activity is None else await with_activity(piece, activity)

        # It tells whether the owner still exists. And it comes before the list: one that changes while it is read
        # may be newer than its edition, never older.
        edition = await store.edition(owner)
        if activity is not None and edition is not None:
            key = f"{owner}?{INCLUDE}={ACTIVITY}"
            edition = edition._replace(mark=f"{edition.mark}-{await activity.edition(owner)}")
        return await engine.lists.reply(key, edition, header_lines(request, b"if-none-match"), pieces)

    async def post(self, request: Request) -> Response:
        callers, store = self.engine.callers, self.engine.store
        # The engine finds out whether it still exists as it creates. Whoever is gone is not told what to mend.
        owner = await _authorised(request, callers.holder)
        try:
            fields = await read_object(request, invalid)
            name = _checked(fields, "name", fault_in_name)
            description = _checked(fields, "description", fault_in_description)
        except Refused:
            await _caller(request, callers)
            raise
        made = await store.create(owner, name, description)
        return reply(
            201,
            {
                "name": name,
                "description": description,
                "client_id": made.client_id,
                "client_secret": made.client_secret.get_secret_value(),
            },
        )


class ClientEndpoint(Endpoint):
    """`/api/v1/client/{client_id}`: one of them."""

    audited = {"GET": AuditEvent.READ, "DELETE": AuditEvent.DELETE}  # noqa: RUF012 (the same)

    async def get(self, request: Request) -> Response:
        owner = await _caller(request, self.engine.callers)
        record = await self.engine.store.get(owner, request.path_params["client_id"])
        if record is None:
            raise not_found()
        client = _wire(record)
        if (activity := asked_activity(request, self.engine)) is not None:
            (client,) = await with_activity([client], activity)
        return reply(200, client)

    async def delete(self, request: Request) -> Response:
        owner = await _caller(request, self.engine.callers)
        if not await self.engine.store.delete(owner, request.path_params["client_id"]):
            raise not_found()
        return Response(status_code=204)


async def _caller(request: Request, callers: Callers) -> str:
    """The client whose token the request carries."""
    return await _authorised(request, callers.caller)


async def _authorised(request: Request, caller: Callable[[str], Awaitable[str]]) -> str:
    """Who it is, by `caller`, whose token the request carries."""
    try:
        who = await caller(_bearer_token(request))
    except InvalidToken:
        raise unauthorized(INVALID_JWT) from None
    except NoClientId:
        raise unauthorized(NO_CLIENT_ID) from None
    request.scope.setdefault("state", {})["verified_caller"] = who
    return who


def _bearer_token(request: Request) -> str:
    lines = header_lines(request, b"authorization")
    scheme, _, token = lines[0].partition(" ") if len(lines) == 1 else ("", "", "")
    token = token.strip(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthorized(MALFORMED_JWT)
    return token


def _asks_anew(request: Request) -> bool:
    """Whether no list will do that was read before (RFC 9111, 5.2.1.4)."""
    lines = header_lines(request, b"cache-control")
    return any(one.strip().lower() == "no-cache" for line in lines for one in line.split(","))


def _checked(fields: dict[str, Any], field: str, fault_in: Callable[[str], str | None]) -> str:
    value = fields.get(field)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise invalid(f"client {field} must be a string")
    if fault := fault_in(value):
        raise invalid(fault)
    return value


def _wire(record: Record) -> Fields:
    return {
        "id": record.client_id,
        "name": record.name,
        "description": record.description,
        "client_id": record.client_id,
    }
