"""Signs in: a client's id and secret, or a user's name and password, for a token.

Source: CONTRACT.md, "Signing in". Whatever fails here, the request that needed the token was not sent: so
every error is a NotSent or a Rejected.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
from pydantic import SecretStr, TypeAdapter, ValidationError

from butlr_tui.auth.credentials import TypedUser
from butlr_tui.auth.token import Token, is_token
from butlr_tui.contract import CLIENT_LOGIN_PATH, USER_LOGIN_PATH
from butlr_tui.http import errors
from butlr_tui.http.connection_errors import where
from butlr_tui.http.error_body import ErrorBody, beginning, error_body, rate_limited
from butlr_tui.http.loopback import Loopback
from butlr_tui.http.offers import Offers
from butlr_tui.http.transport import BODY_CAP, Response, exchange, open_client
from butlr_tui.models import Credentials, TokenReply

DEADLINE: Final = 30.0
"""Seconds that a sign-in may take."""
_LONGEST: Final = 3650 * 86_400.0
"""Seconds; keeps a hostile `expires_in` within what a date can say."""
_REPLY: Final = TypeAdapter(TokenReply)


class SignIn:
    """The sign-in of one service, over a connection of its own, without a token. Never sends twice."""

    def __init__(
        self,
        base_url: str,
        audience: str,
        transport: httpx.AsyncBaseTransport | None = None,
        loopback: Loopback = Loopback(),  # noqa: B008 (immutable)
        offers: Offers | None = None,
    ) -> None:
        """`offers` hears what the replies say. Raises BadSetting."""
        self._http = open_client(base_url, transport=transport, loopback=loopback)
        self._audience = audience
        self._offers = offers or Offers()

    async def aclose(self) -> None:
        """Closes the connection."""
        await self._http.aclose()

    async def token_for(self, credentials: Credentials) -> Token:
        """A new token for a client. Raises Unreachable, NoToken or a Rejected."""
        body = {
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret.get_secret_value(),
            "audience": self._audience,
            "grant_type": "client_credentials",
        }
        return await self._ask(CLIENT_LOGIN_PATH, body, credentials.client_secret, "client id and secret")

    async def token_for_user(self, user: TypedUser) -> Token:
        """A new token for a user. Raises Unreachable, NoToken or a Rejected.

        The refresh token that comes with it is left: no endpoint that takes it is documented.
        """
        body = {"username": user.username, "password": user.password.get_secret_value()}
        return await self._ask(USER_LOGIN_PATH, body, user.password, "user name and password")

    async def _ask(self, path: str, body: dict[str, str], secret: SecretStr, pair: str) -> Token:
        try:
            request = self._http.build_request("POST", path, json=body)
        except UnicodeEncodeError:  # half of a surrogate pair, as a terminal may pass on
            request = None
        if request is None:
            raise errors.CredentialError(f"This {pair} hold half a character, so nothing was sent.")
        try:
            answer = await exchange(self._http, request, cap=BODY_CAP, deadline=DEADLINE)
        except errors.NoResponse as error:
            failure = error.message
        else:
            self._offers.hear(request.url, answer.headers)
            return _token(answer, secret.get_secret_value(), pair, where(request.url))
        raise errors.NoToken(f"Signing in failed: {failure}")


def _token(answer: Response, secret: str, pair: str, at: str) -> Token:
    if not 200 <= answer.status < 300:
        raise _refusal(answer, secret, pair, at)
    if answer.incomplete is not None:
        raise errors.NoToken(f"Signing in failed: {answer.incomplete.message}", answer.status)
    try:
        reply = _REPLY.validate_json(answer.body)
    except ValidationError:
        reply = None
    if reply is None or not is_token(reply.access_token.get_secret_value()):
        raise errors.NoToken(f"Signing in failed: {at} answered without a usable token.", answer.status)
    life = min(reply.expires_in, _LONGEST)
    return Token(
        reply.access_token,
        tuple(reply.scope.split()),
        life,
        time.monotonic() + life,
        datetime.now(UTC) + timedelta(seconds=life),
    )


def _refusal(answer: Response, secret: str, pair: str, at: str) -> errors.ServiceError:
    said = error_body(answer, secret)
    told = (answer.status, said.code, said.message)
    why = said.message or str(answer.status)
    match answer.status:
        case 403 if not said.is_json:
            return errors.GatewayRefused(
                f"A gateway in front of {at} refused the sign-in (403); the service itself was not reached.",
                403,
                beginning=beginning(answer.body, secret),
            )
        case 400 | 401 | 403:
            return errors.CredentialsRefused(f"{at} does not accept this {pair} ({why}).", *told)
        case 404 | 405:
            return errors.NoService(f"Nobody signs in at {at}: no such page ({answer.status}).", *told)
        case 429:
            return rate_limited(answer, said)
        case _:
            return errors.NoToken(f"Signing in failed: {at} answered {_status(answer, said)}.", *told)


def _status(answer: Response, said: ErrorBody) -> str:
    if 300 <= answer.status < 400:
        return f"with another address ({answer.status}), which is never followed"
    return f"{answer.status}: {said.message}" if said.message else str(answer.status)
