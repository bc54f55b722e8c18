"""The ASGI app: its routes as a table. What becomes of errors is in `error_replies`."""

import time
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from butlr_tui.contract import AUDIENCE, CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.service.boundary import Boundary
from butlr_tui.service.clients import ClientEndpoint, ClientsEndpoint
from butlr_tui.service.endpoint import Engine
from butlr_tui.service.error_replies import ERROR_REPLIES
from butlr_tui.service.lists import Lists
from butlr_tui.service.openapi import HEALTH_PATH, KEYS_PATH, OPENAPI_PATH, READY_PATH
from butlr_tui.service.public import HealthEndpoint, KeysEndpoint, OpenApiEndpoint, ReadyEndpoint
from butlr_tui.service.readiness import Readiness
from butlr_tui.service.sign_in import SignInEndpoint
from butlr_tui.service.store import Activity, Audit, Callers, SignIns, Store
from butlr_tui.service.witness import Witness

_ROUTES = (
    Route(CLIENTS_PATH, ClientsEndpoint),
    Route(CLIENTS_PATH + "/{client_id}", ClientEndpoint),
    Route(CLIENT_LOGIN_PATH, SignInEndpoint),
    Route(HEALTH_PATH, HealthEndpoint),
    Route(READY_PATH, ReadyEndpoint),
    Route(KEYS_PATH, KeysEndpoint),
    Route(OPENAPI_PATH, OpenApiEndpoint),
)


def create_app(
    store: Store,
    callers: Callers,
    sign_ins: SignIns,
    audience: str = AUDIENCE,
    key_set: Callable[[], dict[str, Any]] | None = None,
    *,
    activity: Activity | None = None,
    audit: Audit | None = None,
    now: Callable[[], float] = time.time,
) -> Starlette:
    """The service over `store`, for those whom `callers` knows. Needs no lifespan events.

    `key_set` gives the public keys of its tokens, where they are its own. Where there is `activity`, callers may
    ask for it; `audit` hears what happened, and when by `now` (seconds since 1970).
    """
    witness = None if audit is None else Witness(audit, now)
    app = Starlette(
        routes=_ROUTES,
        middleware=[Middleware(Boundary, activity, witness)],
        exception_handlers=ERROR_REPLIES,
    )
    app.router.redirect_slashes = False
    readiness = Readiness(store.prove_writable)
    app.state.engine = Engine(store, callers, sign_ins, audience, readiness, key_set, activity, Lists())
    return app
