"""Who calls: the tenant's JWTs, verified against its published keys, of clients that it still has.

Source: CONTRACT.md, "JWT".
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from pydantic import BaseModel, ConfigDict, ValidationError

from butlr_tui.http.deadline import Deadline
from butlr_tui.http.errors import InvalidResponse, ServerFailed, ServiceError
from butlr_tui.http.retry import retry
from butlr_tui.http.transport import BODY_CAP, Response, exchange
from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.single_flight import SingleFlight
from butlr_tui.service.auth0.token import CALL_SECONDS
from butlr_tui.service.store import InvalidToken
from butlr_tui.service.tokens import Verifier, key_id

ALGORITHM: Final = "RS256"
KEYS_PATH: Final = "/.well-known/jwks.json"
FLOOR_SECONDS: Final = 10.0
"""Between two fetches of the keys: anybody can send a token with an unknown `kid`."""
FRESH_SECONDS: Final = 900.0
"""After these the keys are fetched again, so that a revoked one is forgotten."""
_SHORTEST_MODULUS: Final = 342
"""Characters of base64 that 2,048 bits take."""
_log = logging.getLogger(__name__)


class _KeySet(BaseModel):
    """RFC 7517. Keys of other kinds may be in it."""

    model_config = ConfigDict(hide_input_in_errors=True)
    keys: list[dict[str, Any]]


class Keys:
    """The tenant's signing keys, cached."""

    def __init__(self, http: httpx.AsyncClient, clocks: Clocks) -> None:
        self._http = http
        self._clocks = clocks
        self._keys: dict[str, RSAKey] = {}
        self._tried = self._fetched = float("-inf")
        self._fetch = SingleFlight(self._request)

    async def get(self, kid: str) -> RSAKey | None:
        """The key of that id, or None. Raises ServiceError where the tenant has given no keys yet."""
        now = self._clocks.monotonic()
        missing = kid not in self._keys
        if (missing or now - self._fetched > FRESH_SECONDS) and now - self._tried >= FLOOR_SECONDS:
            try:
                await self._fetch()
            except ServiceError as error:
                _log.warning("The tenant's keys can't be fetched: %s", error)
        if not self._keys:
            raise ServerFailed("The tenant has given no keys to verify tokens with.")
        return self._keys.get(kid)

    async def fetch(self) -> int:
        """Fetch the keys; how many are usable. Raises ServiceError."""
        await self._fetch()
        return len(self._keys)

    async def _request(self) -> None:
        self._tried = self._clocks.monotonic()
        deadline = Deadline(CALL_SECONDS, clock=self._clocks.monotonic)
        answer = await retry(
            lambda: self._ask(deadline.left),
            deadline=deadline,
            sleep=self._clocks.sleep,
            uniform=self._clocks.uniform,
        )
        try:
            keys = _KeySet.model_validate_json(answer.body).keys
        except ValidationError:
            keys = []
        usable = [key for key in map(_usable, keys) if key is not None]
        if not usable:
            raise InvalidResponse("Auth0 gave no keys that are usable.", answer.status)
        self._keys = {str(key.kid): key for key in usable}
        self._fetched = self._clocks.monotonic()

    async def _ask(self, left: float) -> Response:
        request = self._http.build_request("GET", KEYS_PATH)
        answer = await exchange(self._http, request, cap=BODY_CAP, deadline=left)
        if answer.status != 200:
            raise ServerFailed(f"Auth0 answered {answer.status} to a request for its keys.", answer.status)
        if answer.incomplete is not None:
            raise answer.incomplete
        return answer


def _usable(given: dict[str, Any]) -> RSAKey | None:
    """The public key, if it may sign tokens with RS256."""
    kid = given.get("kid")
    if given.get("kty") != "RSA" or not isinstance(kid, str) or not kid:
        return None
    if given.get("use", "sig") != "sig" or given.get("alg", ALGORITHM) != ALGORITHM:
        return None
    n, e = given.get("n"), str(given.get("e"))
    # Before the import: joserfc warns of a short key rather than refusing it.
    if not isinstance(n, str) or len(n) < _SHORTEST_MODULUS:
        return None
    try:
        return RSAKey.import_key({"kty": "RSA", "n": n, "e": e, "kid": kid})
    except (JoseError, ValueError, TypeError):
        return None


class TenantCallers:
    """`Callers` of an Auth0 tenant."""

    def __init__(self, keys: Keys, verifier: Verifier, exists: Callable[[str], Awaitable[bool]]) -> None:
        self._keys = keys
        self._verifier = verifier
        self._exists = exists

    async def caller(self, token: str) -> str:
        """The client that the JWT was issued to; the tenant has it, or had it a minute ago.

        Raises InvalidToken, NoClientId, Busy, and ServiceError without keys or an answer whether it exists.
        """
        key = await self._keys.get(key_id(token))
        if key is None:
            raise InvalidToken
        caller = self._verifier.caller(token, key)
        if not await self._exists(caller):
            raise InvalidToken
        return caller

    async def holder(self, token: str) -> str:
        """The same: the tenant tells no editions, and with them whether the client exists."""
        return await self.caller(token)
