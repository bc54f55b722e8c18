"""`butlr-tui replace` in processes of its own: a rotation from begin to end, by scripts and at a terminal."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.support.pty import Pty

pytestmark = pytest.mark.slow


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
