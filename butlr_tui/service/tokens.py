"""Issues the service's JWTs and verifies them.

Source: contract.md, "JWT"; reliability.md, "The local service".
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from butlr_tui.contract import AUDIENCE, SCOPES
from butlr_tui.service.files import DataFolderError, write_private

ISSUER: Final = "urn:butlr-tui:service"
ALGORITHM: Final = "Ed25519"
LEEWAY: Final = 10
"""Seconds that clocks may differ by."""

_LENGTH_LIMIT: Final = 8192
_HEADERS: Final = frozenset({"alg", "kid", "typ"})


class InvalidToken(Exception):
    """Not one of ours, or not any more."""


class NoClientId(Exception):
    """One of ours that does not say whose it is."""


class Tokens:
    """Issues and verifies with one key and one algorithm."""

    def __init__(self, key: OKPKey, *, now: Callable[[], float], lifetime: int) -> None:
        """`now` gives seconds since 1970; `lifetime` is in seconds."""
        self.lifetime = lifetime
        self._key = key
        self._now = now
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY,
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
        )

    def issue(self, client_id: str) -> str:
        """A token with which `client_id` may call the API until its lifetime is over."""
        issued = int(self._now())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": issued,
            "exp": issued + self.lifetime,
            "client_id": client_id,
            "scope": " ".join(SCOPES),
        }
        header = {"alg": ALGORITHM, "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])

    def caller(self, token: str) -> str:
        """The client that the token was issued to. Raises InvalidToken, NoClientId."""
        if len(token) > _LENGTH_LIMIT:
            raise InvalidToken
        try:
            verified = jwt.decode(token, self._key, algorithms=[ALGORITHM])
            self._claims.validate(verified.claims)
        except Exception:  # whatever the decoder chokes on, it was not made by us
            raise InvalidToken from None
        if verified.header.get("kid") != self._key.kid or not _HEADERS.issuperset(verified.header):
            raise InvalidToken
        client_id = verified.claims.get("client_id")
        if not isinstance(client_id, str) or not client_id:
            raise NoClientId
        return client_id


def signing_key(file: Path) -> OKPKey:
    """The key in `file`, made there on the first start. Raises OSError, DataFolderError.

    Call it with the store's lock held, so that two first starts agree on one key.
    """
    if not file.exists():
        key = OKPKey.generate_key("Ed25519")
        write_private(file, json.dumps(key.as_dict(private=True)).encode())
    try:
        key = OKPKey.import_key(json.loads(file.read_bytes()))
        usable = key.is_private and key.curve_name == "Ed25519"
    except (JoseError, ValueError, TypeError, KeyError):
        usable = False
    if not usable:
        raise DataFolderError(f"{file} holds no usable signing key: move it away, and a new one is made.")
    key.ensure_kid()
    return key
