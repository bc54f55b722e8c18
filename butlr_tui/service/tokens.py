"""Issues the service's own JWTs, and verifies JWTs, whoever issued them.

A key goes with one algorithm, whatever a token's header says; `iss`, `aud`, `exp` and who calls must be there.
Source: CONTRACT.md, "JWT".
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from joserfc import jws, jwt
from joserfc.jwa import EdDSAAlgorithm
from joserfc.jwk import OKPKey, RSAKey

from butlr_tui.contract import AUDIENCE, SCOPES
from butlr_tui.service.keys import ALGORITHM, SigningKeys
from butlr_tui.service.store import InvalidToken, NoClientId

ISSUER: Final = "urn:butlr-tui:service"
"""`iss` of the service's tokens, unless `--issuer` says another."""
TOKEN_LIFETIME: Final = 3600
"""Seconds that a token holds."""
LEEWAY: Final = 10
"""Seconds that clocks may differ by."""

_LENGTH_LIMIT: Final = 8192
_REMEMBERED: Final = 1024
"""Tokens of which it is remembered whose they are: callers come again with theirs."""
_HEADERS: Final = frozenset({"alg", "kid", "typ"})
_EDDSA: Final = EdDSAAlgorithm()
_EDDSA.security_warning = ""  # our keys are Ed25519's alone, and that is what RFC 9864 misses in the name


def _only(algorithm: str) -> jws.JWSRegistry:
    """What signs and verifies with that one alone."""
    registry = jws.JWSRegistry(algorithms=[algorithm])
    registry.algorithms = {**registry.algorithms, ALGORITHM: _EDDSA}
    return registry


class _Verified(NamedTuple):
    """A good token."""

    key: OKPKey | RSAKey
    caller: str
    ends: float
    """Seconds since 1970."""


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
        self._algorithms = _only(algorithm)
        self._caller_claims = caller_claims
        self._verified: dict[str, _Verified] = {}
        self._now = now
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
        known = self._verified.get(token)
        if known is not None and known.key is key and int(self._now()) - LEEWAY < known.ends:
            return known.caller
        try:
            verified = jwt.decode(token, key, registry=self._algorithms)
            self._claims.validate(verified.claims)
        except Exception:  # whatever the decoder chokes on, it was not made by the issuer
            raise InvalidToken from None
        if verified.header.get("kid") != key.kid or not _HEADERS.issuperset(verified.header):
            raise InvalidToken
        named = (verified.claims[claim] for claim in self._caller_claims if claim in verified.claims)
        caller = next(named, None)
        if not isinstance(caller, str) or not caller:
            raise NoClientId
        if len(self._verified) >= _REMEMBERED:
            del self._verified[next(iter(self._verified))]  # the one that came first
        self._verified[token] = _Verified(key, caller, verified.claims["exp"])
        return caller


@lru_cache(_REMEMBERED)
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
    """Issues and verifies with keys of our own."""

    def __init__(
        self, keys: SigningKeys, *, now: Callable[[], float], lifetime: int, issuer: str = ISSUER
    ) -> None:
        """`now` gives seconds since 1970; `lifetime` is in seconds."""
        self.lifetime = lifetime
        self._keys = keys
        self._now = now
        self._issuer = issuer
        self._algorithms = _only(ALGORITHM)
        self._verifier = Verifier(algorithm=ALGORITHM, issuer=issuer, audience=AUDIENCE, now=now)

    def issue(self, client_id: str) -> str:
        """A token with which `client_id` may call the API until its lifetime is over."""
        key = self._keys.signing()
        issued = int(self._now())
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "iat": issued,
            "exp": issued + self.lifetime,
            "client_id": client_id,
            "scope": " ".join(SCOPES),
        }
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, registry=self._algorithms)

    def caller(self, token: str) -> str:
        """The client that the token was issued to. Raises InvalidToken, NoClientId."""
        key = self._keys.verifying(key_id(token))
        if key is None:
            raise InvalidToken
        return self._verifier.caller(token, key)
