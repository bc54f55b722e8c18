"""The service's refusals, each with its body.

Source: CONTRACT.md, "The M2M client service" (the table of errors) and "Signing in".
"""

from butlr_tui.contract import ErrorCode

MALFORMED_JWT = "missing or malformed jwt"
INVALID_JWT = "invalid or expired jwt"
NO_CLIENT_ID = "token is valid but missing client_id"


class Refused(Exception):
    """The request ends here, with this status and this body."""

    def __init__(self, status: int, body: dict[str, str], headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers


def invalid(message: str) -> Refused:
    """400 of the client endpoints."""
    return Refused(400, {"code": ErrorCode.INVALID_REQUEST, "message": message})


def unauthorized(message: str) -> Refused:
    """401 of the client endpoints, with the challenge that RFC 9110 wants."""
    return Refused(401, {"message": message}, {"WWW-Authenticate": "Bearer"})


def not_found() -> Refused:
    """404 for a client that is not there, or that another owns."""
    return Refused(404, {"code": ErrorCode.CLIENT_NOT_FOUND, "message": "client not found"})


def too_many(seconds: int) -> Refused:
    """429: nothing was done; worth trying again after `seconds`."""
    body = {"message": f"too many requests: nothing was done, try again in {seconds} s"}
    return Refused(429, body, {"Retry-After": str(seconds)})


def sign_in_refused(status: int, error: str, description: str) -> Refused:
    """A refusal in OAuth's form, as Auth0 words it."""
    return Refused(status, {"error": error, "error_description": description})


def sign_in_invalid(message: str) -> Refused:
    """400 of the sign-in."""
    return sign_in_refused(400, "invalid_request", message)
