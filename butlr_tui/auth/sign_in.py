"""Signs in: a client's id and secret for a token.

Source: contract.md, "Signing in". Whatever fails here, the request that needed the token was not sent: so
every error is a NotSent or a Rejected.
"""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
from pydantic import SecretStr, TypeAdapter, ValidationError

from butlr_tui.contract import CLIENT_LOGIN_PATH
from butlr_tui.http import errors
from butlr_tui.http.reasons import where
from butlr_tui.http.said import ErrorBody, beginning, error_body, slow_down
from butlr_tui.http.transport import BODY_CAP, Answer, exchange, open_client
from butlr_tui.models import Credentials, TokenReply

DEADLINE: Final = 30.0
"""Seconds."""
_LONGEST: Final = 3650 * 86_400.0
"""Seconds; keeps a hostile `expires_in` within what a date can say."""
_B64TOKEN: Final = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
"""RFC 6750, 2.1. A CR or LF in a token would end up in an exception that prints it."""
_REPLY: Final = TypeAdapter(TokenReply)


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """A token and how long it is good for, on both clocks."""

    value: SecretStr
    scopes: tuple[str, ...]
    life: float
    """Seconds, when it came."""
    ends: float
    """On time.monotonic()."""
    expires_at: datetime
    """UTC, by this machine's clock: to be shown, not to be decided on."""


class SignIn:
    """The sign-in of one service, over a connection of its own, without a token. Never sends twice."""

    def __init__(
        self, base_url: str, audience: str, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Raises BadSetting."""
        self._http = open_client(base_url, transport=transport)
        self._audience = audience

    async def aclose(self) -> None:
        """Closes the connection."""
        await self._http.aclose()

    async def token_for(self, credentials: Credentials) -> Token:
        """A new token. Raises Unreachable, NoToken or a Rejected."""
        request = self._http.build_request(
            "POST",
            CLIENT_LOGIN_PATH,
            json={
                "client_id": credentials.client_id,
                "client_secret": credentials.client_secret.get_secret_value(),
                "audience": self._audience,
                "grant_type": "client_credentials",
            },
        )
        try:
            answer = await exchange(self._http, request, cap=BODY_CAP, deadline=DEADLINE)
        except errors.NoAnswer as error:
            failure = error.happened
        else:
            return _token(answer, credentials, where(request.url))
        raise errors.NoToken(f"Signing in failed: {failure}")


def _token(answer: Answer, credentials: Credentials, at: str) -> Token:
    if not 200 <= answer.status < 300:
        raise _refusal(answer, credentials, at)
    if answer.fault is not None:
        raise errors.NoToken(f"Signing in failed: {answer.fault.happened}", answer.status)
    try:
        reply = _REPLY.validate_json(answer.body)
    except ValidationError:
        reply = None
    if reply is None or not _B64TOKEN.fullmatch(reply.access_token.get_secret_value()):
        raise errors.NoToken(f"Signing in failed: {at} answered without a usable token.", answer.status)
    life = min(reply.expires_in, _LONGEST)
    return Token(
        reply.access_token,
        tuple(reply.scope.split()),
        life,
        time.monotonic() + life,
        datetime.now(UTC) + timedelta(seconds=life),
    )


def _refusal(answer: Answer, credentials: Credentials, at: str) -> errors.ServiceError:
    said = error_body(answer, credentials.client_secret.get_secret_value())
    told = (answer.status, said.code, said.message)
    why = said.message or str(answer.status)
    match answer.status:
        case 403 if not said.is_json:
            return errors.GatewayRefused(
                f"A gateway in front of {at} refused the sign-in (403); the service itself was not reached.",
                403,
                beginning=beginning(answer.body, credentials.client_secret.get_secret_value()),
            )
        case 400 | 401 | 403:
            return errors.CredentialsRefused(
                f"{at} does not accept this client id and secret ({why}).", *told
            )
        case 404 | 405:
            return errors.NoService(f"Nobody signs in at {at}: no such page ({answer.status}).", *told)
        case 429:
            return slow_down(answer, said)
        case _:
            return errors.NoToken(f"Signing in failed: {at} answered {_status(answer, said)}.", *told)


def _status(answer: Answer, said: ErrorBody) -> str:
    if 300 <= answer.status < 400:
        return f"with another address ({answer.status}), which is never followed"
    return f"{answer.status}: {said.message}" if said.message else str(answer.status)
