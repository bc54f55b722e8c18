"""What all endpoints of the service have in common: the engine that they ask."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.endpoints import HTTPEndpoint

from butlr_tui.service.readiness import Readiness
from butlr_tui.service.store import Callers, SignIns, Store


@dataclass(frozen=True, slots=True)
class Engine:
    """What the endpoints ask, in its three roles, and the API that its tokens are for."""

    store: Store
    callers: Callers
    sign_ins: SignIns
    audience: str
    readiness: Readiness
    key_set: Callable[[], dict[str, Any]] | None
    """The JWK Set of its tokens; None where another service issues them."""


class Endpoint(HTTPEndpoint):
    """A path of the service. Its methods are those of HTTP; any other is answered 405 with `Allow`."""

    @property
    def engine(self) -> Engine:
        """The engine that `create_app` was given."""
        engine: Engine = self.scope["app"].state.engine
        return engine
