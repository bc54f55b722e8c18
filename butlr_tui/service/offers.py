"""What the service tells beyond the documented bodies, to those who ask for it: when clients last signed in.

A header of each reply says that it may be asked for. Without the parameter a body has no other byte for it.
Source: CONTRACT.md, "The last sign-in".
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from butlr_tui.contract import ACTIVITY, INCLUDE, OFFERS_HEADER
from butlr_tui.service.endpoint import Engine
from butlr_tui.service.store import Activity

Fields = dict[str, str | None]

_HEADER: Final = (OFFERS_HEADER.lower().encode(), ACTIVITY.encode())


def asked_activity(request: Request, engine: Engine) -> Activity | None:
    """Who knows the activity, where the request asks for it; None also where nobody does."""
    # Most ask for nothing, and reading a query takes as long as a database.
    if engine.activity is None or not engine.activity.knows or not request.scope["query_string"]:
        return None
    return engine.activity if ACTIVITY in request.query_params.getlist(INCLUDE) else None


async def with_activity(clients: Sequence[Fields], activity: Activity) -> list[Fields]:
    """The clients, each with when it last signed in and since when that is known. Raises what `activity` does."""
    known = await activity.last_sign_ins([str(client["client_id"]) for client in clients])
    since = _moment(known.since)
    return [
        {**client, "last_sign_in": None if at is None else _moment(at), "activity_since": since}
        for client in clients
        for at in [known.at.get(str(client["client_id"]))]
    ]


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(int(at), UTC):%Y-%m-%dT%H:%M:%SZ}"


class OffersActivity:
    """Middleware that says in each reply that the activity may be asked for, while that is known."""

    def __init__(self, app: ASGIApp, activity: Activity) -> None:
        self._app = app
        self._activity = activity

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._activity.knows:
            await self._app(scope, receive, send)
            return

        async def offering(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), _HEADER]
            await send(message)

        await self._app(scope, receive, offering)
