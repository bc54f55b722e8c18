"""Tells the audit who signed in, and what was refused or failed.

What was done to clients is not told here: the engine records that in the transaction that does it.
"""

from collections.abc import Callable
from typing import Final

from starlette.types import Scope

from butlr_tui.service.audit import ADDRESS, AuditEvent, AuditOutcome, AuditRow, told_id
from butlr_tui.service.store import Audit

_READS: Final = ("GET", "HEAD")


class Witness:
    """Goes by what the endpoint that answered says of itself (`audited`), and by the status of its answer."""

    def __init__(self, audit: Audit, now: Callable[[], float]) -> None:
        """`now` gives seconds since 1970."""
        self._audit = audit
        self._now = now

    def note(self, scope: Scope, status: int) -> None:
        """The request with this scope is answered with this status. To be called where `ADDRESS` is set."""
        is_read = scope["method"] in _READS
        if is_read and status < 400:  # what is asked most, and nothing of it is told
            return
        method = "GET" if is_read else scope["method"]
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
