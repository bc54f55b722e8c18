"""What a token says about its holder: read without verifying, to be shown, never to decide on.

Source: CONTRACT.md, "JWT".
"""

import binascii
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

_CAP: Final = 64 << 10


class Identity(NamedTuple):
    """Who holds a token, by its own word. Raw strings: they pass through text.py before they are shown."""

    client_id: str | None = None
    claim: str | None = None
    """The claim that gave it: `client_id`, or Auth0's `azp`, which this service does not take."""
    scopes: tuple[str, ...] = ()
    issuer: str | None = None
    expires_at: datetime | None = None

    @property
    def warning(self) -> str | None:
        """What the service will say to a token without a `client_id`, in the contract's words; else None."""
        if self.claim == "azp":
            holder = "Your token names its holder in azp"
        elif self.claim is None and (self.scopes or self.issuer or self.expires_at):
            holder = "Your token names no holder"
        else:
            return None
        return f"{holder} and has no client_id: the service answers “token is valid but missing client_id”."


def whoami(token: str) -> Identity:
    """What the token says; all None where it is no JWT. Never raises."""
    claims = _claims(token)
    claim = next((name for name in ("client_id", "azp") if _text(claims.get(name))), None)
    return Identity(
        _text(claims.get(claim)) if claim else None,
        claim,
        _scopes(claims.get("scope")),
        _text(claims.get("iss")),
        _date(claims.get("exp")),
    )


def _claims(token: str) -> dict[str, Any]:
    parts = token.split(".", 3)
    if len(parts) != 3 or len(token) > _CAP:
        return {}
    try:
        claims = from_json(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return claims if isinstance(claims, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _scopes(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(value.split())
    if isinstance(value, list):
        return tuple(one for one in value if isinstance(one, str))
    return ()


def _date(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
