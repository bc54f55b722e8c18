"""The endpoint of the sign-in: a client's id and secret against a token.

Source: CONTRACT.md, "Signing in". Its errors are not documented: these are OAuth's, in Auth0's words.
"""

from typing import Final

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from butlr_tui.models import Credentials
from butlr_tui.service.audit import AuditEvent
from butlr_tui.service.bodies import read_object, reply
from butlr_tui.service.endpoint import Endpoint
from butlr_tui.service.errors import sign_in_invalid, sign_in_refused

_GRANT_TYPE: Final = "client_credentials"


class SignInEndpoint(Endpoint):
    """`/api/v2/clients/login`: a client's id and secret against a token for the API."""

    audited = {"POST": AuditEvent.SIGN_IN}  # noqa: RUF012 (typed as it should be in the base class)

    async def post(self, request: Request) -> Response:
        fields = await read_object(request, sign_in_invalid)
        request.state.claimed = fields.get("client_id")
        asked: dict[str, str] = {}
        for field in ("client_id", "client_secret", "audience", "grant_type"):
            value = fields.get(field)
            if not isinstance(value, str) or not value:
                raise sign_in_invalid(f"{field} is required and must be a string")
            asked[field] = value
        if asked["grant_type"] != _GRANT_TYPE:
            raise sign_in_refused(400, "unsupported_grant_type", f"grant_type must be {_GRANT_TYPE}")
        issued = await self.engine.sign_ins.token_for(
            Credentials(asked["client_id"], SecretStr(asked["client_secret"]))
        )
        if issued is None:
            raise sign_in_refused(401, "access_denied", "Unauthorized")
        # Known only now: before, anything may stand in its place.
        request.state.verified_caller = asked["client_id"]
        if asked["audience"] != self.engine.audience:
            raise sign_in_refused(
                403,
                "access_denied",
                f"Client is not authorized for this audience, only for {self.engine.audience}",
            )
        return reply(
            200,
            {
                "access_token": issued.access_token,
                "scope": issued.scope,
                "expires_in": issued.expires_in,
                "token_type": "Bearer",
            },
        )
