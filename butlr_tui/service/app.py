"""The ASGI app: its routes as a table. What becomes of errors is in `error_replies`."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from butlr_tui.contract import AUDIENCE, CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.service.clients import ClientEndpoint, ClientsEndpoint
from butlr_tui.service.endpoint import Engine
from butlr_tui.service.error_replies import ERROR_REPLIES, LastResort
from butlr_tui.service.framing import OneLength
from butlr_tui.service.openapi import HEALTH_PATH, OPENAPI_PATH
from butlr_tui.service.public import HealthEndpoint, OpenApiEndpoint
from butlr_tui.service.sign_in import SignInEndpoint
from butlr_tui.service.store import Callers, SignIns, Store

_ROUTES = (
    Route(CLIENTS_PATH, ClientsEndpoint),
    Route(CLIENTS_PATH + "/{client_id}", ClientEndpoint),
    Route(CLIENT_LOGIN_PATH, SignInEndpoint),
    Route(HEALTH_PATH, HealthEndpoint),
    Route(OPENAPI_PATH, OpenApiEndpoint),
)


def create_app(store: Store, callers: Callers, sign_ins: SignIns, audience: str = AUDIENCE) -> Starlette:
    """The service over `store`, for those whom `callers` knows. Needs no lifespan events."""
    middleware = [Middleware(LastResort), Middleware(OneLength)]
    app = Starlette(routes=_ROUTES, middleware=middleware, exception_handlers=ERROR_REPLIES)
    app.router.redirect_slashes = False
    app.state.engine = Engine(store, callers, sign_ins, audience)
    return app
