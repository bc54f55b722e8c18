"""Who may call, on every engine: 60 attacks refused, 20 valid tokens accepted (figure 16 of reliability)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from butlr_tui.contract import AUDIENCE, CLIENTS_PATH
from butlr_tui.service import tokens
from butlr_tui.service.keys import ALGORITHM, SigningKeys, make_keys
from butlr_tui.service.store import InvalidToken
from tests.support.figures import figure
from tests.support.jwt_forger import ATTACKS, VALID, JwtForger
from tests.support.tenant import URL, rsa_key

from .conftest import ENGINES, Caller, Clock

INVALID = b'{"message":"invalid or expired jwt"}'
MALFORMED = b'{"message":"missing or malformed jwt"}'
NO_CLIENT_ID = b'{"message":"token is valid but missing client_id"}'


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def forge(root: Caller, data: Path, clock: Clock, engine: str) -> JwtForger:
    gone = (await root.create())["client_id"]
    await root.request("DELETE", f"{CLIENTS_PATH}/{gone}")
    if engine == "auth0":
        return JwtForger(rsa_key(0), "RS256", f"{URL}/", root.client_id, gone, int(clock()))
    return JwtForger.of(data, root.client_id, gone, clock())


async def _list(http: httpx.AsyncClient, authorization: str) -> httpx.Response:
    return await http.get(CLIENTS_PATH, headers=[(b"Authorization", authorization.encode("latin-1"))])


def test_there_are_as_many_as_promised() -> None:
    assert len(ATTACKS) >= 60
    assert len(VALID) >= 20


@pytest.mark.slow  # all in all; and none is another one on another Python
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=list(ATTACKS))
async def test_attack(http: httpx.AsyncClient, forge: JwtForger, attack: Callable[[JwtForger], str]) -> None:
    reply = await _list(http, f"Bearer {attack(forge)}")
    accepted, refused = int(reply.is_success), int(reply.status_code == 401)
    figure(16, attacks=accepted + refused, accepted=accepted)
    assert (reply.status_code, reply.content) == (401, INVALID)
    assert reply.headers["www-authenticate"] == "Bearer"
    # the same forge without the attack gets in
    assert (await _list(http, f"Bearer {forge.claiming()}")).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("make", VALID.values(), ids=list(VALID))
async def test_valid(http: httpx.AsyncClient, forge: JwtForger, make: Callable[[JwtForger], str]) -> None:
    reply = await _list(http, f"Bearer {make(forge)}")
    accepted, refused = int(reply.is_success), int(not reply.is_success)
    figure(16, valid=accepted + refused, refused=refused)
    assert reply.status_code == 200, reply.text


@pytest.mark.parametrize("scheme", ["bearer ", "BEARER ", "BeArEr ", "Bearer  "])
async def test_the_scheme_has_no_case(http: httpx.AsyncClient, forge: JwtForger, scheme: str) -> None:
    assert (await _list(http, scheme + forge.claiming())).status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic {}", "{}", "Token {}", "Bearer\t{}"])
async def test_a_header_that_holds_no_token(http: httpx.AsyncClient, forge: JwtForger, header: str) -> None:
    reply = await _list(http, header.format(forge.claiming()))
    assert (reply.status_code, reply.content) == (401, MALFORMED)


async def test_no_header_and_two(http: httpx.AsyncClient, forge: JwtForger) -> None:
    bearer = ("Authorization", f"Bearer {forge.claiming()}")
    for headers in ([], [bearer, bearer]):
        reply = await http.get(CLIENTS_PATH, headers=headers)
        assert (reply.status_code, reply.content) == (401, MALFORMED)
    assert (await http.get(CLIENTS_PATH, headers=[bearer])).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"without": "client_id"},
        {"client_id": None},
        {"client_id": ""},
        {"client_id": 5},
        {"client_id": True},
        {"client_id": ["client"]},
        {"client_id": {"id": "client"}},
        {"without": "client_id", "azp": "client"},
    ],
)
async def test_valid_but_without_client_id(
    http: httpx.AsyncClient, forge: JwtForger, changes: dict[str, Any]
) -> None:
    reply = await _list(http, f"Bearer {forge.claiming(**changes)}")
    assert (reply.status_code, reply.content) == (401, NO_CLIENT_ID)


async def test_an_expired_token_without_client_id_is_expired(
    http: httpx.AsyncClient, forge: JwtForger
) -> None:
    reply = await _list(http, f"Bearer {forge.claiming(without='client_id', exp=1)}")
    assert reply.content == INVALID


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", CLIENTS_PATH),
        ("POST", CLIENTS_PATH),
        ("GET", f"{CLIENTS_PATH}/x"),
        ("DELETE", f"{CLIENTS_PATH}/x"),
    ],
)
async def test_every_endpoint_asks(http: httpx.AsyncClient, forge: JwtForger, method: str, path: str) -> None:
    reply = await http.request(method, path)
    assert (reply.status_code, reply.content) == (401, MALFORMED)
    expired = {"Authorization": f"Bearer {forge.claiming(exp=1)}"}
    reply = await http.request(method, path, headers=expired)
    assert (reply.status_code, reply.content) == (401, INVALID)


async def test_a_token_ends_with_its_client(root: Caller) -> None:
    pair = await root.create()
    caller = await root.become(pair)
    assert await caller.names() == []
    await root.request("DELETE", f"{CLIENTS_PATH}/{pair['client_id']}")
    reply = await caller.request("GET", CLIENTS_PATH)
    assert (reply.status_code, reply.content) == (401, INVALID)


async def test_a_token_that_was_good_is_so_until_it_ends(
    http: httpx.AsyncClient, forge: JwtForger, clock: Clock
) -> None:
    token = forge.claiming(exp=int(clock()) + 60)
    for ahead, status in ((0, 200), (69, 200), (1, 401), (-5, 200)):
        clock.ahead(ahead)
        assert (await _list(http, f"Bearer {token}")).status_code == status
    signed, _, signature = token.rpartition(".")
    other = signature.translate({ord(signature[0]): "B" if signature[0] == "A" else "A"})
    assert (await _list(http, f"Bearer {signed}.{other}")).status_code == 401


def test_a_token_that_was_good_is_none_with_another_key(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "_REMEMBERED", 2)
    for name in ("key", "other"):
        make_keys(tmp_path / name)
    held, other = SigningKeys(tmp_path / "key", clock), SigningKeys(tmp_path / "other", clock)
    issuing = tokens.Tokens(held, now=clock, lifetime=60)
    verifier = tokens.Verifier(algorithm=ALGORITHM, issuer=tokens.ISSUER, audience=AUDIENCE, now=clock)
    for caller in ("client_1", "client_2", "client_3"):
        token = issuing.issue(caller)
        for _ in range(2):
            assert verifier.caller(token, held.signing()) == caller
            with pytest.raises(InvalidToken):
                verifier.caller(token, other.signing())
