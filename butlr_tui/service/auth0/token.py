"""The token for the Management API: cached, and renewed by one task for all who wait.

Source: CONTRACT.md, "The Auth0 Management API v2" (token; default life 86,400 s).
"""

from dataclasses import dataclass, field
from typing import Final

import httpx
from pydantic import TypeAdapter, ValidationError

from butlr_tui.http.error_body import error_body
from butlr_tui.http.errors import InvalidResponse, NoResponse, NoToken
from butlr_tui.http.transport import BODY_CAP, Response, exchange
from butlr_tui.models import TokenReply
from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.limits import wait_for_one
from butlr_tui.service.auth0.settings import TenantSettings
from butlr_tui.service.auth0.single_flight import SingleFlight
from butlr_tui.service.store import Busy

TOKEN_PATH: Final = "/oauth/token"  # noqa: S105 - a path
CALL_SECONDS: Final = 10.0
"""Seconds that one call to the tenant may take."""
_EARLY: Final = 300.0
"""Seconds before its end at which a token is renewed, or a tenth of its life where that is less."""
_REPLY: Final = TypeAdapter(TokenReply)


@dataclass(frozen=True, slots=True)
class ManagementToken:
    """A token, what it allows, and when to renew it (monotonic seconds)."""

    value: str = field(repr=False)
    scopes: frozenset[str]
    renew_at: float


class TokenSource:
    """Gives the current token for the Management API. Raises NotSent, Busy: what needed the token was not sent."""

    def __init__(self, http: httpx.AsyncClient, settings: TenantSettings, clocks: Clocks) -> None:
        self._http = http
        self._settings = settings
        self._clocks = clocks
        self._current: ManagementToken | None = None
        self._renew = SingleFlight(self._request)

    async def get(self) -> ManagementToken:
        """A token that is good for some minutes yet, or was a moment ago."""
        current = self._current
        if current is not None and self._clocks.monotonic() < current.renew_at:
            return current
        return await self._renew()

    def drop(self, token: ManagementToken) -> None:
        """Give `token` no more, which the tenant refused: the next call asks for another."""
        if self._current is token:
            self._current = None

    async def _request(self) -> ManagementToken:
        secret = self._settings.client_secret.get_secret_value()
        try:
            answer = await sign_in(self._http, self._settings.client_id, secret, self._settings.management)
            if answer.status == 429:
                raise Busy(wait_for_one(answer.headers, self._clocks.now()))
            if answer.status != 200:
                said = error_body(answer, secret)
                words = (
                    f"{said.code} ({said.message})"
                    if said.code and said.message
                    else said.code or said.message
                )
                why = f"{answer.status} {words}".rstrip()
                raise NoToken(f"The tenant gave no Management API token: {why}", answer.status, said.code)
            reply = read_token(answer)
        except (NoResponse, InvalidResponse) as error:
            # Whatever became of the sign-in, of the call that needs the token nothing was sent.
            failure = NoToken(f"The tenant gave no Management API token: {error.message}", error.status)
        else:
            life = reply.expires_in
            self._current = ManagementToken(
                reply.access_token.get_secret_value(),
                frozenset(reply.scope.split()),
                self._clocks.monotonic() + life - min(_EARLY, life / 10),
            )
            return self._current
        raise failure


async def sign_in(http: httpx.AsyncClient, client_id: str, secret: str, audience: str) -> Response:
    """The tenant's answer to a client that signs in. Raises NotSent, NoResponse."""
    request = http.build_request(
        "POST",
        TOKEN_PATH,
        json={
            "client_id": client_id,
            "client_secret": secret,
            "audience": audience,
            "grant_type": "client_credentials",
        },
    )
    return await exchange(http, request, cap=BODY_CAP, deadline=CALL_SECONDS)


def read_token(answer: Response) -> TokenReply:
    """The token in a 200. Raises InvalidResponse or what cut the answer short."""
    if answer.incomplete is not None:
        raise answer.incomplete
    try:
        reply = _REPLY.validate_json(answer.body)
    except ValidationError:
        reply = None
    value = "" if reply is None else reply.access_token.get_secret_value()
    if reply is None or not value.isascii() or not value.isprintable() or " " in value:
        raise InvalidResponse("The tenant answered a sign-in without a usable token.", answer.status)
    return reply
