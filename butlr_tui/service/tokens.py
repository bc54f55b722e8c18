"""Issues the service's own JWTs, and verifies JWTs, whoever issued them.

A key goes with one algorithm, whatever a token's header says; `iss`, `aud`, `exp` and who calls must be there.
Source: CONTRACT.md, "JWT".
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey, RSAKey

from butlr_tui.contract import AUDIENCE, SCOPES
from butlr_tui.service.files import DataFolderError
from butlr_tui.service.store import InvalidToken, NoClientId
from butlr_tui.system.private_files import read_private, replace_private

ISSUER: Final = "urn:butlr-tui:service"
ALGORITHM: Final = "Ed25519"
LEEWAY: Final = 10
"""Seconds that clocks may differ by."""

_LENGTH_LIMIT: Final = 8192
_FILE_LIMIT: Final = 1 << 16
"""Bytes of a key's file."""
_HEADERS: Final = frozenset({"alg", "kid", "typ"})


class Verifier:
    """Verifies the tokens of one issuer for one audience, signed with one algorithm."""

    def __init__(
        self,
        *,
        algorithm: str,
        issuer: str,
        audience: str,
        now: Callable[[], float],
        caller_claims: Sequence[str] = ("client_id",),
    ) -> None:
        """`now` gives seconds since 1970. The first of `caller_claims` that a token has names the caller."""
        self._algorithm = algorithm
        self._caller_claims = caller_claims
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        )

    def caller(self, token: str, key: OKPKey | RSAKey) -> str:
        """The client that the token was issued to. Raises InvalidToken, NoClientId."""
        if len(token) > _LENGTH_LIMIT:
            raise InvalidToken
        try:
            verified = jwt.decode(token, key, algorithms=[self._algorithm])
            self._claims.validate(verified.claims)
        except Exception:  # whatever the decoder chokes on, it was not made by the issuer
            raise InvalidToken from None
        if verified.header.get("kid") != key.kid or not _HEADERS.issuperset(verified.header):
            raise InvalidToken
        named = (verified.claims[claim] for claim in self._caller_claims if claim in verified.claims)
        caller = next(named, None)
        if not isinstance(caller, str) or not caller:
            raise NoClientId
        return caller


def key_id(token: str) -> str:
    """The `kid` that a token names, not verified yet. Raises InvalidToken."""
    if len(token) > _LENGTH_LIMIT:
        raise InvalidToken
    try:
        kid = jws.extract_compact(token.encode()).protected["kid"]
    except Exception:  # the same: anything may come
        raise InvalidToken from None
    if not isinstance(kid, str) or not kid:
        raise InvalidToken
    return kid


class Tokens:
    """Issues and verifies with one key of our own."""

    def __init__(self, key: OKPKey, *, now: Callable[[], float], lifetime: int) -> None:
        """`now` gives seconds since 1970; `lifetime` is in seconds."""
        self.lifetime = lifetime
        self._key = key
        self._now = now
        self._verifier = Verifier(algorithm=ALGORITHM, issuer=ISSUER, audience=AUDIENCE, now=now)

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
        return self._verifier.caller(token, self._key)


def signing_key(file: Path) -> OKPKey:
    """The key in `file`, made there on the first start. Raises OSError, DataFolderError.

    Call it with the store's lock held, so that two first starts agree on one key.
    """
    if not file.exists():
        key = OKPKey.generate_key("Ed25519")
        replace_private(file, json.dumps(key.as_dict(private=True)).encode())
    try:
        key = OKPKey.import_key(json.loads(read_private(file, _FILE_LIMIT)))
        usable = key.is_private and key.curve_name == "Ed25519"
    except (JoseError, ValueError, TypeError, KeyError):
        usable = False
    if not usable:
        raise DataFolderError(f"{file} holds no usable signing key: move it away, and a new one is made.")
    key.ensure_kid()
    return key
