"""`butlr-tui replace` in processes of its own: a rotation from begin to end, by scripts and at a terminal."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from butlr_tui.ids import new_ksuid
from butlr_tui.service.local import DATABASE, ROOT_CREDENTIAL
from butlr_tui.service.minting import digest
from butlr_tui.service.sqlite import SqliteStore
from butlr_tui.service.store import StoredClient
from tests.cli.conftest import Run
from tests.support.programs import needs, script
from tests.support.pty import Pty

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def an_id(year: int) -> str:
    """The id of a client that was made in the middle of that year."""
    return f"client_{new_ksuid(datetime(year, 7, 1, tzinfo=UTC))}"


def test_a_rotation_from_begin_to_end(serving: str, butlr_tui: Run, tmp_path: Path) -> None:
    on = ("--profile", "local")
    assert butlr_tui("create", *on, "--name", "kiosk", "--to", f"file:{tmp_path}/kiosk.env").returncode == 0
    begun = butlr_tui("replace", *on, "kiosk", "--to", f"file:{tmp_path}/{{name}}.{{client_id}}.env")
    assert begun.returncode == 0
    assert begun.stdout == ""
    (one,) = json.loads(butlr_tui("replace", *on, "--list", "--json").stdout)
    assert f"{one['new']} is created to replace {one['old']}: " in begun.stderr
    assert (tmp_path / f"kiosk.{one['new']}.env").exists()
    alone = butlr_tui("replace", *on, "--finish", one["old"])
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "--yes deletes without a question" in alone.stderr
    finish = [sys.executable, "-m", "butlr_tui", "replace", *on, "--finish", one["old"]]
    with Pty(finish, {**os.environ}) as terminal:
        terminal.shows("Type the last six characters")
        terminal.types(f"{one['old'][-6:]}\n")
        assert terminal.ends() == 0
        assert f"{one['new']} has replaced it." in terminal.text
    assert json.loads(butlr_tui("replace", *on, "--list", "--json").stdout) == []
    told = json.loads(butlr_tui("journal", "--json").stdout)
    assert [entry["replaces"] for entry in told] == [None, one["old"], None]


def test_ctrl_c_at_the_question_deletes_nothing(serving: str, butlr_tui: Run, tmp_path: Path) -> None:
    on = ("--profile", "local")
    butlr_tui("create", *on, "--name", "kiosk", "--to", f"file:{tmp_path}/kiosk.env")
    butlr_tui("replace", *on, "kiosk", "--to", f"file:{tmp_path}/new.env")
    cancel = [sys.executable, "-m", "butlr_tui", "replace", *on, "--cancel", "kiosk"]
    with Pty(cancel, {**os.environ}) as terminal:
        terminal.shows("Type the last six characters")
        terminal.types("\x03")
        assert terminal.ends() == 130
    assert len(json.loads(butlr_tui("replace", *on, "--list", "--json").stdout)) == 1


def test_a_rotation_day_as_the_page_tells_it(
    serving: str, data: Path, butlr_tui: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs("bash", "jq", "xargs")
    page = (ROOT / "butlr_tui" / "delivery" / "README.md").read_text().partition("## A rotation day\n")[2]
    day = page.partition("```bash\n")[2].partition("```")[0]
    assert len(day.splitlines()) == 10
    store = SqliteStore(data / DATABASE)
    owner = json.loads((data / ROOT_CREDENTIAL).read_text())["client_id"]
    made = [StoredClient(an_id(year), owner, f"pump-{year}", "", digest("x")) for year in (2023, 2024, 2026)]
    store.add(made)
    store.close()
    monkeypatch.setenv("HOME", str(tmp_path))
    script(tmp_path / "bin", "butlr-tui", f'exec {sys.executable} -m butlr_tui "$@" --profile local')
    monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")
    ended = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", day], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    on = ("--profile", "local", "--json")
    left = {one["id"] for one in json.loads(butlr_tui("list", *on).stdout)}
    called_off, finished = (
        entry["replaces"] for entry in json.loads(butlr_tui("journal", "--json").stdout)[:2]
    )
    assert {one.client_id for one in made} - left == {finished}
    assert {called_off, finished} == {one.client_id for one in made[:2]}
    assert json.loads(butlr_tui("replace", *on, "--list").stdout) == []
    assert len([*(tmp_path / "secrets").glob("pump-202[34].client_*.env")]) == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Which client?"),
        (("kiosk",), "Say with --to where its secret is to go"),
        (("--finish",), "Which client?"),
        (("--finish", "--cancel", "kiosk"), "not allowed with"),
        (("kiosk", "--to", "file:"), "is not file:PATH"),
    ],
)
def test_what_can_not_be_meant(butlr_tui: Run, nobody: str, arguments: tuple[str, ...], says: str) -> None:
    ended = butlr_tui("replace", "--profile", "local", *arguments)
    assert ended.returncode == 2
    assert says in ended.stderr
