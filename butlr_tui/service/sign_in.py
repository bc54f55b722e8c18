"""The sign-in of a client: its pair against a token.

Source: contract.md, "Signing in". Its errors are not documented: these are OAuth's, in Auth0's words.
"""

from asyncio import to_thread
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from butlr_tui.contract import AUDIENCE, SCOPES
from butlr_tui.service.bodies import read_object, reply
from butlr_tui.service.errors import sign_in_invalid, sign_in_refused
from butlr_tui.service.minting import matches
from butlr_tui.service.store import Store
from butlr_tui.service.tokens import Tokens

_GRANT_TYPE: Final = "client_credentials"


class SignIn:
    """Hands out tokens."""

    def __init__(self, store: Store, tokens: Tokens) -> None:
        self._store = store
        self._tokens = tokens

    async def client(self, request: Request) -> Response:
        """`POST /api/v2/clients/login`."""
        fields = await read_object(request, sign_in_invalid)
        asked: dict[str, str] = {}
        for field in ("client_id", "client_secret", "audience", "grant_type"):
            value = fields.get(field)
            if not isinstance(value, str) or not value:
                raise sign_in_invalid(f"{field} is required and must be a string")
            asked[field] = value
        if asked["grant_type"] != _GRANT_TYPE:
            raise sign_in_refused(400, "unsupported_grant_type", f"grant_type must be {_GRANT_TYPE}")
        secret_hash = await to_thread(self._store.secret_hash, asked["client_id"])
        if not matches(asked["client_secret"], secret_hash):
            raise sign_in_refused(401, "access_denied", "Unauthorized")
        if asked["audience"] != AUDIENCE:
            raise sign_in_refused(
                403, "access_denied", f"Client is not authorized for this audience, only for {AUDIENCE}"
            )
        return reply(
            200,
            {
                "access_token": self._tokens.issue(asked["client_id"]),
                "scope": " ".join(SCOPES),
                "expires_in": self._tokens.lifetime,
                "token_type": "Bearer",
            },
        )
