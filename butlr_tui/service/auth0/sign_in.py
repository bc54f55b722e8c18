"""The sign-in of a client, passed on to the tenant.

Source: CONTRACT.md, "Signing in" and "The Auth0 Management API v2" (token).
"""

import asyncio
from typing import Final

import httpx

from butlr_tui.http.error_body import error_body
from butlr_tui.http.errors import Rejected, ServerFailed
from butlr_tui.models import Credentials
from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.limits import wait_for_one
from butlr_tui.service.auth0.token import read_token, sign_in
from butlr_tui.service.errors import sign_in_refused
from butlr_tui.service.store import Busy, Issued

_AT_ONCE: Final = 3


class TenantSignIns:
    """`SignIns` of an Auth0 tenant. Asks for the one API's audience whatever the caller asked for: this
    service hands out no token for the Management API.
    """

    def __init__(self, http: httpx.AsyncClient, audience: str, clocks: Clocks) -> None:
        self._http = http
        self._clocks = clocks
        self._audience = audience
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def token_for(self, pair: Credentials) -> Issued | None:
        """A token, or None where id and secret are no pair; the sign-in is sent once.

        Raises Refused, Busy, and ServiceError where the tenant gave no clear answer.
        """
        secret = pair.client_secret.get_secret_value()
        async with self._slots:
            answer = await sign_in(self._http, pair.client_id, secret, self._audience)
        if answer.status == 200:
            reply = read_token(answer)
            return Issued(reply.access_token.get_secret_value(), reply.scope, int(reply.expires_in))
        if answer.status == 401:
            return None
        said = error_body(answer, secret)
        if answer.status == 429:
            raise Busy(wait_for_one(answer.headers, self._clocks.now()))
        if answer.status in {400, 403}:
            raise sign_in_refused(answer.status, said.code or "access_denied", said.message or "Forbidden")
        happened = f"Auth0 answered {answer.status} to a sign-in."
        raise (Rejected if 400 <= answer.status < 500 else ServerFailed)(happened, answer.status)
