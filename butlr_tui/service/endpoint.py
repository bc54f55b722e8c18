"""What all endpoints of the service have in common: the engine that they ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.endpoints import HTTPEndpoint

from butlr_tui.service.audit import AuditEvent
from butlr_tui.service.readiness import Readiness
from butlr_tui.service.store import Activity, Callers, SignIns, Store


@dataclass(frozen=True, slots=True)
class Engine:
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


class Endpoint(HTTPEndpoint):
    """A path of the service. Its methods are those of HTTP; any other is answered 405 with `Allow`."""

    audited: ClassVar[Mapping[str, AuditEvent]] = {}
    """What its methods are in the audit."""

    @property
    def engine(self) -> Engine:
        """The engine that `create_app` was given."""
        engine: Engine = self.scope["app"].state.engine
        return engine
