"""The ASGI app: its routes as a table, and what is around every request.

That is one place rather than several middlewares, Starlette's own among them, each of which would cost a short
answer some hundredths of its time. What becomes of errors is in `error_replies`.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from butlr_tui.contract import AUDIENCE, CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.service.audit import ADDRESS
from butlr_tui.service.clients import ClientEndpoint, ClientsEndpoint
from butlr_tui.service.endpoint import Engine
from butlr_tui.service.error_replies import BrokenOff, reply_to, report
from butlr_tui.service.framing import fault_in_framing
from butlr_tui.service.lists import Lists
from butlr_tui.service.offers import OFFER
from butlr_tui.service.openapi import HEALTH_PATH, KEYS_PATH, OPENAPI_PATH, READY_PATH
from butlr_tui.service.public import HealthEndpoint, KeysEndpoint, OpenApiEndpoint, ReadyEndpoint
from butlr_tui.service.readiness import Readiness
from butlr_tui.service.sign_in import SignInEndpoint
from butlr_tui.service.store import Activity, Audit, Callers, SignIns, Store
from butlr_tui.service.witness import Witness

ROUTES: Final = (
    Route(CLIENTS_PATH, ClientsEndpoint),
    Route(CLIENTS_PATH + "/{client_id}", ClientEndpoint),
    Route(CLIENT_LOGIN_PATH, SignInEndpoint),
    Route(HEALTH_PATH, HealthEndpoint),
    Route(READY_PATH, ReadyEndpoint),
    Route(KEYS_PATH, KeysEndpoint),
    Route(OPENAPI_PATH, OpenApiEndpoint),
)


class ServiceApp:
    """Answers HTTP requests by `routes`, and what is raised there by its reply. Raises BrokenOff where something
    fails once the answer has begun.

    What two readers may read in two ways no route is asked. The engine's activity is offered in each reply, while
    it is known; `witness` hears of each.
    """

    def __init__(self, routes: ASGIApp, engine: Engine, witness: Witness | None = None) -> None:
        self.engine = engine
        self._routes = routes
        self._witness = witness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        activity, has_begun = self.engine.activity, False

        async def answer(message: Message) -> None:
            nonlocal has_begun
            if not has_begun:
                has_begun = True
                if self._witness is not None:
                    self._witness.note(scope, message["status"])
                if activity is not None and activity.knows:
                    message["headers"] = [*message["headers"], OFFER]
            await send(message)

        scope["app"] = self
        client = scope.get("client")
        before = ADDRESS.set(client[0] if client else "local socket")
        try:
            await (fault_in_framing(scope) or self._routes)(scope, receive, answer)
        except Exception as error:
            if has_begun:
                report(error)
                raise BrokenOff from None
            await reply_to(error)(scope, receive, answer)
        finally:
            ADDRESS.reset(before)


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
) -> ServiceApp:
    """The service over `store`, for those whom `callers` knows. It answers HTTP alone, no lifespan events.

    `key_set` gives the public keys of its tokens, where they are its own. Where there is `activity`, callers may
    ask for it; `audit` hears what happened, and when by `now` (seconds since 1970).
    """
    witness = None if audit is None else Witness(audit, now)
    readiness = Readiness(store.prove_writable)
    engine = Engine(store, callers, sign_ins, audience, readiness, key_set, activity, Lists())
    return ServiceApp(Router(ROUTES, redirect_slashes=False), engine, witness)
