"""What the service tells beyond the documented bodies, to those who ask for it: when clients last signed in.

A header of each reply says that it may be asked for. Without the parameter a body has no other byte for it.
Source: CONTRACT.md, "The last sign-in".
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from starlette.requests import Request

from butlr_tui.contract import ACTIVITY, INCLUDE, OFFERS_HEADER
from butlr_tui.service.endpoint import Engine
from butlr_tui.service.store import Activity

Fields = dict[str, str | None]

OFFER: Final = (OFFERS_HEADER.lower().encode(), ACTIVITY.encode())
"""The header."""


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
