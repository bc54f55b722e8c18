"""Calls of the Management API, one method per HTTP method: reads and deletes may be sent again, a POST never.

Source: CONTRACT.md, "The Auth0 Management API v2".
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from butlr_tui.http.deadline import Deadline
from butlr_tui.http.error_body import parsed
from butlr_tui.http.errors import InvalidResponse, NotSent, Rejected, ServerFailed, ServiceError
from butlr_tui.http.retry import retry
from butlr_tui.http.transport import BODY_CAP, Response, exchange
from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.limits import Limits
from butlr_tui.service.auth0.settings import TenantSettings
from butlr_tui.service.auth0.token import CALL_SECONDS, TokenSource
from butlr_tui.service.store import Busy
from butlr_tui.text import safe, truncate

T = TypeVar("T")
_log = logging.getLogger(__name__)

PATIENCE: Final = 20.0
"""Seconds that a request may wait for the rate limit before it is answered 429."""
LISTS: Final = "lists"
"""On some plans the tenant counts the lists of clients apart from all other calls."""
NOT_DONE: Final = (NotSent, Rejected, Busy)
"""After these a write has certainly done nothing; after any other ServiceError it may have."""


class Management:
    """The Management API of one tenant, at the tenant's pace. Raises ServiceError and Busy.

    `until` is the monotonic second after which nothing more is begun.
    """

    def __init__(self, http: httpx.AsyncClient, settings: TenantSettings, clocks: Clocks) -> None:
        self.token = TokenSource(http, settings, clocks)
        self._http = http
        self._clocks = clocks
        self._limits = Limits(clocks)

    def in_time(self, seconds: float = PATIENCE) -> float:
        """`until` for what begins now."""
        return self._clocks.monotonic() + seconds

    async def get(self, path: str, params: Mapping[str, str], until: float) -> Response:
        """The whole answer, 200; tried up to three times."""

        async def attempt() -> Response:
            answer = await self._send("GET", path, until, params=params)
            if answer.incomplete is not None:
                raise answer.incomplete
            return answer

        return await self._retry(attempt, until)

    async def unpaced(self, path: str) -> Response:
        """The answer to one GET, whatever it is and whatever the rate limit says: for who wants to know that."""
        token = await self.token.get()
        return await self._exchange("GET", path, None, None, token.value)

    async def post(self, path: str, body: Mapping[str, Any], until: float) -> Response:
        """The whole answer, 201; sent once. Raises another error than those of NOT_DONE where it may be done."""
        answer = await self._send("POST", path, until, body=body, success=201)
        if answer.incomplete is not None:
            raise answer.incomplete
        return answer

    async def delete(self, path: str, until: float) -> None:
        """Deletes, whether it is there or not (204); tried up to three times, since a second one does no harm."""

        async def attempt() -> None:
            await self._send("DELETE", path, until, success=204)

        await self._retry(attempt, until)

    async def _retry(self, attempt: Callable[[], Awaitable[T]], until: float) -> T:
        seconds = until - self._clocks.monotonic() + CALL_SECONDS
        deadline = Deadline(seconds, clock=self._clocks.monotonic)
        return await retry(attempt, deadline=deadline, sleep=self._clocks.sleep, uniform=self._clocks.uniform)

    async def _send(
        self,
        method: str,
        path: str,
        until: float,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        success: int = 200,
    ) -> Response:
        answer = await self._authorised(method, path, until, params, body)
        if answer.status == success:
            return answer
        said = _Said.of(answer)
        what = path.partition("/")[0]
        if answer.status != 404:
            # The tenant's own code (`insufficient_scope`) is what its administrator needs; never the body.
            words = (said.code, said.missing) if said.missing else (said.code,)
            _log.warning("Auth0 answered %s %s: %s %s", method, what, answer.status, ": ".join(words))
        happened = f"Auth0 answered {answer.status} to {method} {what}."
        refused = 400 <= answer.status < 500 and said.status == answer.status
        raise (Rejected if refused else ServerFailed)(happened, answer.status, said.code, said.missing)

    async def _authorised(
        self,
        method: str,
        path: str,
        until: float,
        params: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
    ) -> Response:
        """The answer, with a new token where the first was refused: a 401 did nothing."""
        for renewed in (False, True):
            token = await self.token.get()

            async def send(bearer: str = token.value) -> Response:
                return await self._exchange(method, path, params, body, bearer)

            bucket = LISTS if (method, path) == ("GET", "clients") else ""
            answer = await self._limits.paced(send, until, bucket)
            if answer.status != 401 or renewed:
                break
            self.token.drop(token)
        return answer

    async def _exchange(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
        bearer: str,
    ) -> Response:
        request = self._http.build_request(
            method, f"/api/v2/{path}", params=params, json=body, headers={"Authorization": f"Bearer {bearer}"}
        )
        return await exchange(self._http, request, cap=BODY_CAP, deadline=CALL_SECONDS)


class _Said(NamedTuple):
    """The tenant's error `{statusCode, error, message, errorCode}`. A 404 without it is not the tenant's own."""

    status: int | None
    code: str
    missing: str = ""
    """Which permission is missing, in the tenant's words: the only ones that quote nothing of what was sent."""

    @classmethod
    def of(cls, answer: Response) -> "_Said":
        fields = parsed(answer.body)
        if not isinstance(fields, dict):
            return cls(None, "")
        status, code = fields.get("statusCode"), fields.get("errorCode") or fields.get("error")
        return cls(
            status if isinstance(status, int) else None,
            _short(code),
            _short(fields.get("message")) if code == "insufficient_scope" else "",
        )


def _short(words: Any) -> str:
    return truncate(safe(words), 80) if isinstance(words, str) else ""


def client_path(client_id: str) -> str | None:
    """The path of a client, or None for an id that no path can name: it has no client either."""
    if client_id in {"", ".", ".."} or len(client_id) > 255:
        return None
    return f"clients/{quote(client_id, safe='')}"


def read(shape: TypeAdapter[T], answer: Response) -> T:
    """What the body holds. Raises InvalidResponse, which quotes nothing of it."""
    try:
        value = shape.validate_json(answer.body)
    except ValidationError:
        pass
    else:
        return value
    # Out here, so that it carries no context: the parser's exception may quote a secret.
    raise InvalidResponse("Auth0 answered something else than its documentation says.", answer.status)


def is_rejected(error: ServiceError, *statuses: int) -> bool:
    """Whether the tenant refused with one of these statuses."""
    return isinstance(error, Rejected) and error.status in statuses
