"""What all endpoints of the service have in common: the engine that they ask."""

from collections.abc import Callable, Generator, Mapping
from typing import Any, ClassVar, Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from butlr_tui.service.audit import AuditEvent
from butlr_tui.service.lists import Lists
from butlr_tui.service.readiness import Readiness
from butlr_tui.service.store import Activity, Callers, SignIns, Store

_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""In the order in which `Allow` names them."""


class Engine(NamedTuple):
    """What the endpoints ask, in its roles, and the API that its tokens are for."""

    store: Store
    callers: Callers
    sign_ins: SignIns
    audience: str
    readiness: Readiness
    key_set: Callable[[], dict[str, Any]] | None
    """The JWK Set of its tokens; None where another service issues them."""
    activity: Activity | None
    """None where it does not know when clients signed in."""
    lists: Lists


class Endpoint:
    """A path of the service. Its methods are those of HTTP; any other is answered 405 with `Allow`.

    As Starlette's HTTPEndpoint, which looks for its methods at each request: a tenth of what a short one takes.
    """

    _handlers: ClassVar[dict[str, str]] = {}
    """By the request's method, the name of the coroutine that answers it."""

    def __init_subclass__(cls) -> None:
        found = {method: method.lower() for method in _METHODS if hasattr(cls, method.lower())}
        if "GET" in found:
            found["HEAD"] = "get"
        cls._handlers = {method: found[method] for method in _METHODS if method in found}

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.engine: Engine = scope["app"].engine
        """The engine that `create_app` was given."""
        self._receive = receive
        self._send = send

    def __await__(self) -> Generator[Any, None, None]:
        return self._answer().__await__()

    async def _answer(self) -> None:
        handler = self._handlers.get(self.scope["method"])
        if handler is None:
            raise HTTPException(405, headers={"Allow": ", ".join(self._handlers)})
        response: Response = await getattr(self, handler)(Request(self.scope, self._receive, self._send))
        await response(self.scope, self._receive, self._send)

    audited: ClassVar[Mapping[str, AuditEvent]] = {}
    """What its methods are in the audit."""
