"""The signing key, and what becomes of it while the service runs."""

import json
from pathlib import Path

import httpx
import pytest

from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.service.commands.rotate_key import rotate_key
from butlr_tui.service.files import SIGNING_KEY
from butlr_tui.service.keys import make_keys
from butlr_tui.service.local import open_service
from butlr_tui.service.openapi import KEYS_PATH
from butlr_tui.service.tokens import TOKEN_LIFETIME
from tests.support.jwt_forger import JwtForger

from .conftest import Caller, Clock


async def kids(http: httpx.AsyncClient) -> list[str]:
    return [key["kid"] for key in (await http.get(KEYS_PATH)).json()["keys"]]


async def test_the_public_keys_are_told_to_everybody_and_nothing_of_the_private_ones(
    http: httpx.AsyncClient,
) -> None:
    reply = await http.get(KEYS_PATH)
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "max-age=60"
    (key,) = reply.json()["keys"]
    assert {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA"}.items() <= key.items()
    assert set(key) == {"kty", "crv", "use", "alg", "x", "kid"}


async def test_after_a_rotation_the_old_key_verifies_until_its_last_token_has_ended(
    http: httpx.AsyncClient, root: Caller, data: Path, clock: Clock
) -> None:
    before = await kids(http)
    forge = JwtForger.of(data, root.client_id, "", clock())
    said: list[str] = []
    assert rotate_key(data, said.append, now=clock) == 0
    assert said[0].startswith("Another key signs from now on, also where the service runs.")
    new, *old = await kids(http)
    assert old == before
    assert (await root.request("GET", CLIENTS_PATH)).status_code == 200
    await root.sign_in()
    assert (await root.request("GET", CLIENTS_PATH)).status_code == 200

    clock.ahead(TOKEN_LIFETIME)
    endless = {"Authorization": f"Bearer {forge.claiming(exp=forge.now + 99_999)}"}
    assert (await http.get(CLIENTS_PATH, headers=endless)).status_code == 200
    clock.ahead(100)
    assert await kids(http) == [new]
    assert (await http.get(CLIENTS_PATH, headers=endless)).status_code == 401
    await root.sign_in()
    assert (await root.request("GET", CLIENTS_PATH)).status_code == 200


async def test_of_a_replaced_key_only_its_public_part_is_kept(data: Path, clock: Clock) -> None:
    open_service(data, now=clock).close()
    private = json.loads((data / SIGNING_KEY).read_bytes())["keys"][0]["d"]
    for _ in range(3):
        rotate_key(data, lambda _: None, now=clock)
    content = (data / SIGNING_KEY).read_text()
    assert private not in content
    assert ["d" in key for key in json.loads(content)["keys"]] == [True, False, False, False]
    clock.ahead(TOKEN_LIFETIME + 100)
    rotate_key(data, lambda _: None, now=clock)
    assert len(json.loads((data / SIGNING_KEY).read_bytes())["keys"]) == 2


async def test_a_file_with_a_lone_key_is_read(data: Path, clock: Clock) -> None:
    service = open_service(data, now=clock)
    service.close()
    lone = json.loads((data / SIGNING_KEY).read_bytes())["keys"][0]
    (data / SIGNING_KEY).write_text(json.dumps(lone))
    again = open_service(data, now=clock)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(again.app), base_url="http://127.0.0.1"
    ) as http:
        assert [key["x"] for key in (await http.get(KEYS_PATH)).json()["keys"]] == [lone["x"]]
    again.close()


@pytest.mark.parametrize("harm", ["gone", "torn"])
async def test_a_service_that_runs_goes_on_with_the_key_that_it_has(
    http: httpx.AsyncClient, root: Caller, data: Path, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = await kids(http)
    (data / SIGNING_KEY).unlink()
    if harm == "torn":
        (data / SIGNING_KEY).write_text("{")
        (data / SIGNING_KEY).chmod(0o600)
    assert await kids(http) == before
    assert (await root.sign_in()) is root
    assert (await root.request("GET", CLIENTS_PATH)).status_code == 200
    assert "The signing key can't be read again" in caplog.text
    (data / SIGNING_KEY).unlink(missing_ok=True)
    make_keys(data / SIGNING_KEY)
    assert await kids(http) != before


async def test_a_key_that_is_taken_away_verifies_no_longer_than_a_second(
    root: Caller, data: Path, clock: Clock
) -> None:
    """Whoever holds a leaked one could sign tokens of anybody."""
    (data / SIGNING_KEY).unlink()
    make_keys(data / SIGNING_KEY)
    clock.ahead(1)
    assert (await root.request("GET", CLIENTS_PATH)).status_code == 401


@pytest.mark.parametrize("engine", ["auth0"])
async def test_a_tenants_keys_are_not_ours_to_tell(http: httpx.AsyncClient) -> None:
    assert (await http.get(KEYS_PATH)).status_code == 404
