"""The plain commands and the service, in processes of their own, as a script uses them."""

import json
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from butlr_tui.ids import created_at
from butlr_tui.service.local import DATABASE, ROOT_CREDENTIAL
from butlr_tui.service.sqlite import SqliteStore
from butlr_tui.service.store import StoredClient
from butlr_tui.text import width
from tests.cli.conftest import Run
from tests.support.pty import Pty
from tests.support.world import HOSTILE_NAMES

pytestmark = pytest.mark.slow


def bearer(butlr_tui: Run) -> dict[str, str]:
    """The header of Butlr's curl examples."""
    token = butlr_tui("token", "--profile", "local")
    assert (token.returncode, len(token.stdout.splitlines())) == (0, 1)
    header = butlr_tui("token", "--header", "--profile", "local")
    assert header.returncode == 0
    name, _, value = header.stdout.removesuffix("\n").partition(": ")
    return {name: value}


def test_the_four_calls_of_the_contract_and_a_sign_in_with_the_new_pair(serving: str, butlr_tui: Run) -> None:
    with httpx.Client(base_url=serving, headers=bearer(butlr_tui), trust_env=False) as curl:
        created = curl.post("/api/v1/client", json={"name": "My Client", "description": "From curl"})
        assert created.status_code == 201
        pair = created.json()
        assert list(pair) == ["name", "description", "client_id", "client_secret"]

        listed = curl.get("/api/v1/client").json()
        one = {
            "id": pair["client_id"],
            "name": "My Client",
            "description": "From curl",
            "client_id": pair["client_id"],
        }
        assert one in listed
        assert curl.get(f"/api/v1/client/{pair['client_id']}").json() == one

        login = {
            "client_id": pair["client_id"],
            "client_secret": pair["client_secret"],
            "audience": "https://butlrauth/",
            "grant_type": "client_credentials",
        }
        token = httpx.post(f"{serving}/api/v2/clients/login", json=login, trust_env=False).json()
        assert token["token_type"] == "Bearer"
        assert len(token["scope"].split()) == 12

        listed = json.loads(butlr_tui("--profile", "local", "list", "--json").stdout)
        shown = json.loads(butlr_tui("show", "--profile", "local", "My Client", "--json").stdout)
        assert shown in listed
        assert datetime.fromisoformat(shown.pop("created")) == created_at(pair["client_id"])
        signed_in = datetime.fromisoformat(shown.pop("last_sign_in"))
        assert datetime.fromisoformat(shown.pop("activity_since")) <= signed_in
        assert shown == one

        gone = butlr_tui("delete", "--profile", "local", pair["client_id"], "--yes")
        assert (gone.returncode, gone.stderr) == (0, f"{pair['client_id']} is deleted.\n")
        missing = curl.get(f"/api/v1/client/{pair['client_id']}")
        assert missing.status_code == 404
        assert missing.json() == {"code": "CLIENT_NOT_FOUND", "message": "client not found"}


@pytest.mark.usefixtures("serving")
def test_the_table_and_one_client_show_hostile_text_safely(data: Path, butlr_tui: Run) -> None:
    """Our service takes no such names any more; it may have kept some, and others take them."""
    root = json.loads((data / ROOT_CREDENTIAL).read_bytes())["client_id"]
    made = [
        StoredClient(f"client_{number:02}", root, name, name[:140], bytes(32))
        for number, name in enumerate(HOSTILE_NAMES)
    ]
    store = SqliteStore(data / DATABASE)
    store.add(made)
    store.close()
    table = butlr_tui("list", "--profile", "local")
    assert table.returncode == 0
    assert table.stderr == f"{len(made) + 1} clients\n"
    assert len(table.stdout.splitlines()) == len(made) + 2
    shown = [butlr_tui("show", "--profile", "local", client.client_id).stdout for client in made]
    for text in (table.stdout, *shown):
        assert all(char.isprintable() or char == "\n" for char in text)
    assert "␛]52;c;QQ==␇" in table.stdout
    exact = json.loads(butlr_tui("show", "--profile", "local", made[2].client_id, "--json").stdout)
    assert exact["name"] == HOSTILE_NAMES[2]


@pytest.mark.parametrize(
    ("cells", "shown"), [(120, "an-airlock +{id}  20"), (60, "an-airlock +{id}"), (40, "an-airlock +client_")]
)
def test_on_a_terminal_the_table_fits_it(serving: str, butlr_tui: Run, cells: int, shown: str) -> None:
    with httpx.Client(base_url=serving, headers=bearer(butlr_tui), trust_env=False) as curl:
        client_id = curl.post("/api/v1/client", json={"name": "an-airlock"}).json()["client_id"]
    words = [sys.executable, "-m", "butlr_tui", "list", "--profile", "local"]
    with Pty(words, size=(cells, 24)) as terminal:
        assert terminal.ends() == 0
        lines = terminal.output.decode().splitlines()
    assert any(re.match(shown.format(id=client_id), line) for line in lines), lines
    assert len(lines) == 4  # the headings, two clients, how many they are
    assert max(map(width, lines)) <= cells


def test_deleting_goes_on_after_one_that_is_gone(serving: str, butlr_tui: Run) -> None:
    with httpx.Client(base_url=serving, headers=bearer(butlr_tui), trust_env=False) as curl:
        pair = curl.post("/api/v1/client", json={"name": "x"}).json()
    ended = butlr_tui("delete", "--profile", "local", "client_missing", pair["client_id"], "--yes")
    assert ended.returncode == 1
    assert sorted(ended.stderr.splitlines()) == sorted(
        ["client_missing was already gone.", f"{pair['client_id']} is deleted."]
    )


def test_deleting_takes_a_yes(butlr_tui: Run) -> None:
    ended = butlr_tui("delete", "--profile", "local", "client_x")
    assert ended.returncode == 2
    assert "--yes" in ended.stderr


def test_nobody_answers(nobody: str, butlr_tui: Run, data: Path) -> None:
    data.mkdir(parents=True)
    credential = data / "root-credential.json"
    credential.touch(0o600)
    credential.write_text('{"client_id": "a", "client_secret": "b"}')
    ended = butlr_tui("list", "--profile", "local")
    assert ended.returncode == 4
    assert ended.stdout == ""
    assert f"Nobody answers at {nobody.removeprefix('http://')} (connection refused)." in ended.stderr


def test_credentials_that_are_no_longer_accepted(serving: str, butlr_tui: Run, data: Path) -> None:
    credential = data / "root-credential.json"
    credential.write_text('{"client_id": "client_gone", "client_secret": "canary-secret"}')
    ended = butlr_tui("list", "--profile", "local")
    assert ended.returncode == 5
    assert "canary-secret" not in ended.stdout + ended.stderr


def test_nothing_is_configured(butlr_tui: Run) -> None:
    ended = butlr_tui("list")
    assert ended.returncode == 1
    assert "butlr-tui demo" in ended.stderr


def test_an_unknown_profile(butlr_tui: Run) -> None:
    ended = butlr_tui("list", "--profile", "prdo")
    assert ended.returncode == 1
    assert "There is no profile “prdo”" in ended.stderr


def test_plain_commands_never_import_textual(serving: str) -> None:
    script = (
        "import sys\n"
        "from butlr_tui.cli import main\n"
        "try: main(['list', '--profile', 'local'])\n"
        "except SystemExit as end: assert end.code == 0\n"
        "assert 'textual' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
