"""Ids and secrets for new clients."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from typing import Final

from pydantic import SecretStr

from butlr_tui.ids import new_ksuid
from butlr_tui.models import Credentials

_SECRET_BYTES: Final = 48
_NOBODY: Final = secrets.token_bytes(32)


def mint(at: float) -> Credentials:
    """A new pair: `client_` and a KSUID that tells `at` (seconds since 1970), and a secret of 384 bits.

    Source: CONTRACT.md, "Ids".
    """
    return Credentials(
        client_id=f"client_{new_ksuid(datetime.fromtimestamp(at, UTC))}",
        client_secret=SecretStr(secrets.token_urlsafe(_SECRET_BYTES)),
    )


def digest(secret: str) -> bytes:
    """What is kept of a secret. Plain SHA-256: 384 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def matches(secret: str, secret_hash: bytes | None) -> bool:
    """Whether `secret` has that hash, taking as long for a client that is not there (None)."""
    return hmac.compare_digest(digest(secret), secret_hash or _NOBODY)
