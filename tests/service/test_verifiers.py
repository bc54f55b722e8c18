"""Libraries that are not ours verify the service's tokens with the keys that it tells."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from butlr_tui.contract import AUDIENCE, CLIENT_LOGIN_PATH
from butlr_tui.service.commands.rotate_key import rotate_key
from butlr_tui.service.local import open_service
from butlr_tui.service.openapi import KEYS_PATH
from tests.support.oracles import library

from .conftest import login, root_pair

ISSUER = "https://m2m.example.com"


class Issued:
    """A service with an issuer of its own, a token of its root, and its keys."""

    def __init__(self, http: httpx.AsyncClient, pair: dict[str, str]) -> None:
        self.http = http
        self.pair = pair

    async def token(self) -> str:
        return str((await self.http.post(CLIENT_LOGIN_PATH, json=login(self.pair))).json()["access_token"])

    async def keys(self) -> dict[str, Any]:
        return dict((await self.http.get(KEYS_PATH)).json())


@pytest.fixture
async def issued(data: Path) -> AsyncIterator[Issued]:
    service = open_service(data, issuer=ISSUER)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(service.app), base_url="http://127.0.0.1"
    ) as http:
        yield Issued(http, root_pair(service))
    service.close()


def otherwise_signed(token: str) -> str:
    head, body, signature = token.split(".")
    return f"{head}.{body}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


async def test_pyjwt_verifies_them(issued: Issued, data: Path) -> None:
    jwt = library("jwt")
    old = await issued.token()
    rotate_key(data, lambda _: None)
    new = await issued.token()
    keys = jwt.PyJWKSet.from_dict(await issued.keys())
    for token in (old, new):
        key = keys[jwt.get_unverified_header(token)["kid"]]
        claims = jwt.decode(token, key, algorithms=["EdDSA"], audience=AUDIENCE, issuer=ISSUER)
        assert claims["client_id"] == issued.pair["client_id"]
        with pytest.raises(jwt.InvalidSignatureError):
            jwt.decode(otherwise_signed(token), key, algorithms=["EdDSA"], audience=AUDIENCE)


async def test_jwcrypto_verifies_them(issued: Issued, data: Path) -> None:
    library("jwcrypto")
    from jwcrypto.jwk import JWKSet
    from jwcrypto.jwt import JWT, JWTInvalidClaimValue, JWTMissingKey

    old = await issued.token()
    rotate_key(data, lambda _: None)
    new = await issued.token()
    keys = JWKSet.from_json(json.dumps(await issued.keys()))
    claims = {"iss": ISSUER, "aud": AUDIENCE}
    for token in (old, new):
        verified = JWT(jwt=token, key=keys, algs=["EdDSA"], check_claims=claims)
        assert json.loads(verified.claims)["client_id"] == issued.pair["client_id"]
        with pytest.raises(JWTInvalidClaimValue):
            JWT(jwt=token, key=keys, algs=["EdDSA"], check_claims={"iss": "https://evil.example"})
        with pytest.raises(JWTMissingKey):  # no key of the set made that
            JWT(jwt=otherwise_signed(token), key=keys, algs=["EdDSA"])
