"""Middleware that tells the audit who signed in, and what was refused or failed.

What was done to clients is not told here: the engine records that in the transaction that does it.
"""

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from butlr_tui.service.audit import ADDRESS, AuditEvent, AuditOutcome, AuditRow, told_id
from butlr_tui.service.store import Audit


class Witness:
    """Goes by what the endpoint that answered says of itself (`audited`), and by the status of its answer."""

    def __init__(self, app: ASGIApp, audit: Audit, now: Callable[[], float]) -> None:
        """`now` gives seconds since 1970."""
        self._app = app
        self._audit = audit
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, message["status"])
            await send(message)

        before = ADDRESS.set(_address(scope))
        try:
            await self._app(scope, receive, noting)
        finally:
            ADDRESS.reset(before)

    def _note(self, scope: Scope, status: int) -> None:
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        event: AuditEvent | None = getattr(scope.get("endpoint"), "audited", {}).get(method)
        if event is None:
            return
        state = scope.get("state", {})
        caller = state.get("verified_caller") or told_id(state.get("claimed"))
        if status < 400:
            if event is AuditEvent.SIGN_IN:
                self._audit.signed_in(AuditRow(self._now(), event, caller=caller, address=ADDRESS.get()))
            return
        self._audit.refused(
            AuditRow(
                self._now(),
                event,
                AuditOutcome.REFUSED if status < 500 else AuditOutcome.FAILED,
                status,
                caller,
                told_id(scope.get("path_params", {}).get("client_id")),
                ADDRESS.get(),
            )
        )


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else "local socket"
