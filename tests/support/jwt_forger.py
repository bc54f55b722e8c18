"""Makes tokens, sound and unsound, knowing the signing key of the service, or of the tenant."""

import base64
import hmac
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from butlr_tui.contract import AUDIENCE, SCOPES
from butlr_tui.service.local import SIGNING_KEY
from butlr_tui.service.tokens import ISSUER, LEEWAY
from tests.support.tenant import rsa_key

GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def unb64(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


@dataclass
class JwtForger:
    """`gone` is the id of a client that has been deleted."""

    key: OKPKey | RSAKey
    alg: str
    issuer: str
    client_id: str
    gone: str
    now: int

    @classmethod
    def of(cls, data: Path, client_id: str, gone: str, now: float) -> "JwtForger":
        """With the local service's key."""
        key = OKPKey.import_key(json.loads((data / SIGNING_KEY).read_bytes())["keys"][0])
        key.ensure_kid()
        return cls(key, "EdDSA", ISSUER, client_id, gone, int(now))

    @property
    def stranger(self) -> OKPKey | RSAKey:
        """A key of the same kind that is nobody's."""
        return rsa_key(9) if self.alg == "RS256" else OKPKey.generate_key("Ed25519")

    @property
    def other_alg(self) -> str:
        """The algorithm of the other engine."""
        return "EdDSA" if self.alg == "RS256" else "RS256"

    @property
    def header(self) -> dict[str, Any]:
        return {"typ": "JWT", "alg": self.alg, "kid": self.key.kid}

    @property
    def claims(self) -> dict[str, Any]:
        return {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "iat": self.now,
            "exp": self.now + 3600,
            "client_id": self.client_id,
            "scope": " ".join(SCOPES),
        }

    def raw(self, header: bytes, payload: bytes, key: Any = None) -> str:
        """These very bytes, with a sound signature."""
        signer = (key or self.key).private_key
        message = f"{b64(header)}.{b64(payload)}"
        if isinstance(signer, RSAPrivateKey):
            signature = signer.sign(message.encode(), PKCS1v15(), SHA256())
        else:
            assert isinstance(signer, Ed25519PrivateKey)
            signature = signer.sign(message.encode())
        return f"{message}.{b64(signature)}"

    def headed(self, key: Any = None, without: str = "", **changes: Any) -> str:
        header = {name: value for name, value in (self.header | changes).items() if name != without}
        return self.raw(json.dumps(header).encode(), json.dumps(self.claims).encode(), key)

    def claiming(self, without: str = "", **changes: Any) -> str:
        claims = {name: value for name, value in (self.claims | changes).items() if name != without}
        return self.raw(json.dumps(self.header).encode(), json.dumps(claims).encode())

    def parts(self) -> list[str]:
        return self.claiming().split(".")

    def resigned(self, change: Callable[[bytes], bytes]) -> str:
        """A sound token whose signature was changed afterwards."""
        header, payload, signature = self.parts()
        return f"{header}.{payload}.{b64(change(unb64(signature)))}"

    def hmac(self, secret: bytes, alg: str = "HS256") -> str:
        """Signed with a secret that is none: the confusion of public keys with HMAC secrets."""
        header = {"alg": alg, "kid": self.key.kid}
        message = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(self.claims).encode())}"
        return f"{message}.{b64(hmac.digest(secret, message.encode(), f'sha{alg[2:]}'))}"

    def public(self) -> dict[str, Any]:
        return dict(self.key.as_dict(private=False))


def _tampered(forge: JwtForger, **changes: Any) -> str:
    header, _, signature = forge.parts()
    return f"{header}.{b64(json.dumps(forge.claims | changes).encode())}.{signature}"


def _other_header(forge: JwtForger, header: Mapping[str, Any]) -> str:
    _, payload, signature = forge.parts()
    return f"{b64(json.dumps(header).encode())}.{payload}.{signature}"


def _stranger_with_own_key(forge: JwtForger) -> str:
    stranger = forge.stranger
    return forge.headed(stranger, jwk=stranger.as_dict(private=False))


def _ec(forge: JwtForger) -> str:
    header = {"alg": "ES256", "kid": forge.key.kid}
    return jws.serialize_compact(
        header, json.dumps(forge.claims), ECKey.generate_key("P-256"), algorithms=["ES256"]
    )


def _malleable(forge: JwtForger) -> str:
    """The same number, written as another: S + L for Ed25519, s + n for RSA."""

    def change(signature: bytes) -> bytes:
        if isinstance(forge.key, RSAKey):
            s = int.from_bytes(signature, "big") + forge.key.public_key.public_numbers().n
            return s.to_bytes((s.bit_length() + 7) // 8, "big")
        s = int.from_bytes(signature[32:], "little") + GROUP_ORDER
        return signature[:32] + s.to_bytes(32, "little")

    return forge.resigned(change)


def _dangling_bits(forge: JwtForger) -> str:
    token = forge.claiming()
    return token[:-1] + ALPHABET[ALPHABET.index(token[-1]) + 1]


def _flattened(forge: JwtForger) -> str:
    header, payload, signature = forge.parts()
    return json.dumps({"protected": header, "payload": payload, "signature": signature})


def _header_bytes(forge: JwtForger, header: bytes) -> str:
    return forge.raw(header, json.dumps(forge.claims).encode())


def _payload_bytes(forge: JwtForger, payload: bytes) -> str:
    return forge.raw(json.dumps(forge.header).encode(), payload)


ATTACKS: dict[str, Callable[[JwtForger], str]] = {
    # the algorithm
    "alg none, no signature": lambda f: ".".join(f.headed(alg="none").split(".")[:2]) + ".",
    "alg none, sound signature": lambda f: f.headed(alg="none"),
    "alg None": lambda f: ".".join(f.headed(alg="None").split(".")[:2]) + ".",
    "alg nOnE": lambda f: ".".join(f.headed(alg="nOnE").split(".")[:2]) + ".",
    "alg empty": lambda f: f.headed(alg=""),
    "alg missing": lambda f: f.headed(without="alg"),
    "alg null": lambda f: f.headed(alg=None),
    "alg a list": lambda f: f.headed(alg=[f.alg]),
    "alg in lower case": lambda f: f.headed(alg=f.alg.lower()),
    "alg Ed25519, sound signature": lambda f: f.headed(alg="Ed25519"),
    "alg Ed448, sound signature": lambda f: f.headed(alg="Ed448"),
    "alg ES256, sound signature": lambda f: f.headed(alg="ES256"),
    "alg of another, sound signature": lambda f: f.headed(alg=f.other_alg),
    "alg PS256, sound signature": lambda f: f.headed(alg="PS256"),
    "alg RS512, sound signature": lambda f: f.headed(alg="RS512"),
    "alg HS256, sound signature": lambda f: f.headed(alg="HS256"),
    "HS256 with the public key as PEM": lambda f: f.hmac(f.key.as_pem(private=False)),
    "HS256 with the public key as DER": lambda f: f.hmac(f.key.as_der(private=False)),
    "HS256 with the public key raw": lambda f: f.hmac(unb64(str(f.public().get("x") or f.public()["n"]))),
    "HS256 with the public key as JWK": lambda f: f.hmac(json.dumps(f.public()).encode()),
    "HS256 with the kid": lambda f: f.hmac(str(f.key.kid).encode()),
    "HS512 with the public key as PEM": lambda f: f.hmac(f.key.as_pem(private=False), "HS512"),
    "ES256 with a key of the attacker": _ec,
    # the key
    "another key, our kid": lambda f: f.headed(f.stranger),
    "another key, its own kid": lambda f: f.headed(f.stranger, kid="mine"),
    "another key, given as jwk": _stranger_with_own_key,
    "another key, given as jku": lambda f: f.headed(f.stranger, jku="https://evil/"),
    "kid missing": lambda f: f.headed(without="kid"),
    "kid empty": lambda f: f.headed(kid=""),
    "kid unknown": lambda f: f.headed(kid="key-1"),
    "kid a path": lambda f: f.headed(kid="../../../../dev/null"),
    "kid SQL": lambda f: f.headed(kid="' UNION SELECT 'key"),
    "kid a list": lambda f: f.headed(kid=[f.key.kid]),
    "kid a number": lambda f: f.headed(kid=0),
    "jwk beside a sound signature": lambda f: f.headed(jwk=f.public()),
    "jku beside a sound signature": lambda f: f.headed(jku="https://evil/"),
    "x5u beside a sound signature": lambda f: f.headed(x5u="https://evil/"),
    "crit unknown": lambda f: f.headed(crit=["evil"], evil=1),
    "b64 false": lambda f: f.headed(crit=["b64"], b64=False),
    # the signature
    "two parts": lambda f: ".".join(f.parts()[:2]),
    "signature empty": lambda f: ".".join(f.parts()[:2]) + ".",
    "signature cut": lambda f: f.resigned(lambda s: s[:-1]),
    "signature halved": lambda f: f.resigned(lambda s: s[:32]),
    "signature longer": lambda f: f.resigned(lambda s: s + b"\0"),
    "signature of zeros": lambda f: f.resigned(lambda s: bytes(len(s))),
    "signature with one bit flipped": lambda f: f.resigned(lambda s: bytes([s[0] ^ 1]) + s[1:]),
    "signature plus the order": _malleable,
    "signature with dangling bits": _dangling_bits,
    "signature of another token": lambda f: _tampered(f, exp=f.now + 3601),
    "client_id changed": lambda f: _tampered(f, client_id="client_other"),
    "scope changed": lambda f: _tampered(f, scope="admin"),
    "header changed": lambda f: _other_header(f, {"alg": f.alg, "kid": f.key.kid}),
    "garbage behind": lambda f: f.claiming() + "!",
    "a character behind": lambda f: f.claiming() + "A",
    "padding behind": lambda f: f.claiming() + "==",
    "a part behind": lambda f: f.claiming() + ".e30",
    "garbage before": lambda f: "!" + f.claiming(),
    "a space within": lambda f: f.claiming().replace(".", ". ", 1),
    "a comma and another": lambda f: f"{f.claiming()}, Bearer {f.claiming()}",
    "five parts": lambda f: f.claiming() + ".e30.e30",
    "JSON serialisation": _flattened,
    "only dots": lambda f: "..",
    "no JWT": lambda f: "token",
    "not ASCII": lambda f: f.claiming() + "\u00e9",
    "too long, but sound": lambda f: f.claiming(more="x" * 8192),
    # the claims, soundly signed
    "expired": lambda f: f.claiming(exp=f.now - 3600),
    "expired by the leeway": lambda f: f.claiming(exp=f.now - LEEWAY),
    "not yet valid": lambda f: f.claiming(nbf=f.now + LEEWAY + 1),
    "issued in the future": lambda f: f.claiming(iat=f.now + LEEWAY + 1),
    "exp missing": lambda f: f.claiming(without="exp"),
    "exp null": lambda f: f.claiming(exp=None),
    "exp a string": lambda f: f.claiming(exp=str(f.now + 3600)),
    "exp true": lambda f: f.claiming(exp=True),
    "exp a list": lambda f: f.claiming(exp=[f.now + 3600]),
    "exp NaN": lambda f: f.claiming(exp=math.nan),
    "exp Infinity": lambda f: f.claiming(exp=math.inf),
    "exp negative": lambda f: f.claiming(exp=-1),
    "exp zero": lambda f: f.claiming(exp=0),
    "nbf a string": lambda f: f.claiming(nbf="0"),
    "iat a string": lambda f: f.claiming(iat=str(f.now)),
    "iss missing": lambda f: f.claiming(without="iss"),
    "iss another": lambda f: f.claiming(iss="https://evil/"),
    "iss with a tail": lambda f: f.claiming(iss=ISSUER + "/"),
    "iss a list": lambda f: f.claiming(iss=[ISSUER]),
    "iss empty": lambda f: f.claiming(iss=""),
    "aud missing": lambda f: f.claiming(without="aud"),
    "aud another": lambda f: f.claiming(aud="https://other/"),
    "aud cut": lambda f: f.claiming(aud=AUDIENCE[:-1]),
    "aud in upper case": lambda f: f.claiming(aud=AUDIENCE.upper()),
    "aud an empty list": lambda f: f.claiming(aud=[]),
    "aud a list of others": lambda f: f.claiming(aud=["https://other/"]),
    "aud an object": lambda f: f.claiming(aud={AUDIENCE: True}),
    "aud a mixed list": lambda f: f.claiming(aud=[AUDIENCE, 1]),
    "client deleted": lambda f: f.claiming(client_id=f.gone),
    "client unknown": lambda f: f.claiming(client_id="client_unknown"),
    "client with SQL": lambda f: f.claiming(client_id="' OR 1=1 --"),
    # bytes, soundly signed
    "header no JSON": lambda f: _header_bytes(f, b"{"),
    "header a list": lambda f: _header_bytes(f, b'["alg"]'),
    "header a string": lambda f: _header_bytes(f, b'"alg"'),
    "header a number": lambda f: _header_bytes(f, b"5"),
    "header nested": lambda f: _header_bytes(f, b"[" * 350),
    "header too long": lambda f: f.headed(typ="x" * 600),
    "payload empty": lambda f: _payload_bytes(f, b""),
    "payload no JSON": lambda f: _payload_bytes(f, b"{"),
    "payload a list": lambda f: _payload_bytes(f, b"[]"),
    "payload null": lambda f: _payload_bytes(f, b"null"),
    "payload nested": lambda f: _payload_bytes(f, b"[" * 5000),
}

VALID: dict[str, Callable[[JwtForger], str]] = {
    "as issued": lambda f: f.claiming(),
    "no typ": lambda f: f.headed(without="typ"),
    "typ at+jwt": lambda f: f.headed(typ="at+jwt"),
    "header with white space": lambda f: _header_bytes(f, json.dumps(f.header, indent=4).encode()),
    "payload with white space": lambda f: _payload_bytes(f, json.dumps(f.claims, indent=4).encode()),
    "aud a list": lambda f: f.claiming(aud=[AUDIENCE]),
    "aud one of many": lambda f: f.claiming(aud=["https://other/", AUDIENCE]),
    "exp a float": lambda f: f.claiming(exp=f.now + 0.5),
    "exp far ahead": lambda f: f.claiming(exp=2**40),
    "exp this second": lambda f: f.claiming(exp=f.now),
    "exp within the leeway": lambda f: f.claiming(exp=f.now - LEEWAY + 1),
    "iat within the leeway": lambda f: f.claiming(iat=f.now + LEEWAY),
    "iat missing": lambda f: f.claiming(without="iat"),
    "iat a float": lambda f: f.claiming(iat=f.now - 0.5),
    "nbf in the past": lambda f: f.claiming(nbf=f.now - 1),
    "nbf within the leeway": lambda f: f.claiming(nbf=f.now + LEEWAY),
    "no scope": lambda f: f.claiming(without="scope"),
    "fewer scopes": lambda f: f.claiming(scope="read:spaces"),
    "sub and jti": lambda f: f.claiming(sub="somebody", jti="1"),
    "claims of others": lambda f: f.claiming(azp="x", more={"Zürich": ["東京"]}),
}
