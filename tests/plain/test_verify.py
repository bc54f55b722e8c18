"""What `butlr-tui verify` says of a pair, and how it ends, against the real service in this process."""

import base64
import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.token import Token
from butlr_tui.contract import SCOPES
from butlr_tui.http.errors import NoToken, Unreachable
from butlr_tui.models import Credentials
from butlr_tui.operations.outcomes import Created
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import run
from butlr_tui.plain.verify import verify
from tests.support.programs import near_ssh
from tests.support.world import World


@pytest.fixture
async def pair(world: World) -> Credentials:
    """That of a new client."""
    session = world.connect(world.profile)
    created = await session.create("kiosk", "")
    await session.aclose()
    assert isinstance(created, Created)
    return created.credentials


async def verifies(
    world: World, place: Path | str, client_id: str | None = None, *, as_json: bool = False
) -> Exit:
    session = world.connect(world.profile)
    return await run(session, lambda session: verify(session, str(place), client_id, as_json=as_json))


@pytest.fixture
def file(tmp_path: Path, pair: Credentials) -> Path:
    """A file with the pair."""
    path = tmp_path / "kiosk.json"
    secret = pair.client_secret.get_secret_value()
    path.write_text(json.dumps({"client_id": pair.client_id, "client_secret": secret}))
    return path


async def test_whose_it_is_and_what_it_may_do(
    world: World, pair: Credentials, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await verifies(world, file) is Exit.DONE
    printed = capsys.readouterr()
    assert printed.err == ""
    rows = dict(line.split(maxsplit=1) for line in printed.out.replace("client id", "client_id").splitlines())
    assert rows["client_id"] == rows["as"] == pair.client_id
    assert rows["signs"] == "in     at http://127.0.0.1:4010, tried from this machine"
    assert rows["may"].startswith(f"{len(SCOPES)} scopes: ")
    assert rows["tokens"] == "last  1 h"
    assert pair.client_secret.get_secret_value() not in printed.out


async def test_for_a_program(
    world: World, pair: Credentials, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await verifies(world, file, as_json=True) is Exit.DONE
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "client_id": pair.client_id,
        "signs_in": True,
        "at": "http://127.0.0.1:4010",
        "identity": pair.client_id,
        "scopes": told["scopes"],
        "lasts_seconds": 3600.0,
    }
    assert sorted(told["scopes"]) == sorted(SCOPES)


async def test_the_secret_alone(world: World, pair: Credentials, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(pair.client_secret.get_secret_value() + "\n")
    assert await verifies(world, tmp_path / "secret", pair.client_id) is Exit.DONE
    assert await verifies(world, tmp_path / "secret") is Exit.FAILED


async def test_one_that_is_not_accepted(
    world: World, pair: Credentials, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world.remove(pair.client_id)
    assert await verifies(world, file) is Exit.SIGN_IN
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(
        f"{pair.client_id} does not sign in: 127.0.0.1:4010 does not accept this client id"
    )
    assert await verifies(world, file, as_json=True) is Exit.SIGN_IN
    told = json.loads(capsys.readouterr().out)
    assert (told["signs_in"], told["client_id"]) == (False, pair.client_id)
    assert "does not accept" in told["why"]


@pytest.mark.parametrize(
    ("error", "code"),
    [(Unreachable("Nobody answers."), Exit.NOBODY_ANSWERS), (NoToken("No token."), Exit.FAILED)],
)
async def test_where_nothing_is_known_of_it(
    world: World,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    code: Exit,
) -> None:
    async def fails(*_: object) -> Token:
        raise error

    monkeypatch.setattr(Bearer, "try_pair", fails)
    assert await verifies(world, file, as_json=True) is code
    assert json.loads(capsys.readouterr().out)["signs_in"] is None


async def test_what_is_no_pair(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await verifies(world, tmp_path / "none") is Exit.FAILED
    assert "none can't be read (no such file or directory)." in capsys.readouterr().err
    (tmp_path / "x").write_text("canary")
    assert await verifies(world, tmp_path / "x") is Exit.FAILED
    said = capsys.readouterr().err
    assert "/x: It holds neither .env lines" in said
    assert "canary" not in said


async def test_a_token_that_the_service_would_not_take_is_told(
    world: World, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Auth0's own tokens name their holder in `azp`."""
    claims = base64.urlsafe_b64encode(b'{"azp": "client_x"}').decode().rstrip("=")
    token = Token(SecretStr(f"h.{claims}.s"), (), 60.0, 0.0, None)

    async def signs_in(*_: object) -> Token:
        return token

    monkeypatch.setattr(Bearer, "try_pair", signs_in)
    assert await verifies(world, file) is Exit.DONE
    printed = capsys.readouterr()
    assert "missing client_id" in printed.err
    assert "its token names no scope" in printed.out


async def test_one_on_another_machine_is_tried_from_here(
    world: World,
    pair: Credentials,
    file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path, home = near_ssh(tmp_path)
    monkeypatch.setenv("PATH", path)
    (home / "kiosk.json").write_bytes(file.read_bytes())
    assert await verifies(world, "ssh:web1:kiosk.json") is Exit.DONE
    printed = capsys.readouterr()
    assert "tried from this machine, not from web1\n" in printed.out
    world.remove(pair.client_id)
    assert await verifies(world, "ssh:web1:kiosk.json") is Exit.SIGN_IN
    assert capsys.readouterr().err.endswith(" It was tried from this machine, not from web1.\n")
    assert await verifies(world, "ssh:web1:none.env") is Exit.FAILED
    assert capsys.readouterr().err == "There is no none.env on web1.\n"
