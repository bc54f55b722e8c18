"""Textual can write all that is typed and drawn to a file: not here, unless a developer insists, and is told."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pty import Pty

pytestmark = pytest.mark.slow


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    log = tmp_path / "textual.log"
    return {
        **os.environ,
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "TEXTUAL": "debug",
        "TEXTUAL_DEBUG": "1",
        "TEXTUAL_DRIVER": "antigravity:geohash",
        "TEXTUAL_LOG": str(log),
        "TEXTUAL_PRESS": "q",
        "TEXTUAL_SCREENSHOT": "1",
        "TEXTUAL_SCREENSHOT_LOCATION": str(tmp_path),
        "TEXTUAL_TO_COME": "1",
    }


@pytest.fixture
def opened() -> Iterator[list[Pty]]:
    terminals: list[Pty] = []
    yield terminals
    for terminal in terminals:
        terminal.close()


def test_nothing_is_recorded(
    environment: dict[str, str], opened: list[Pty], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where Textual would put keys.log
    terminal = Pty([sys.executable, "-m", "butlr_tui", "demo", "--fresh"], environment)
    opened.append(terminal)
    terminal.shows("1 of 41")
    terminal.types("q")
    assert terminal.ends() == 0
    assert list(tmp_path.iterdir()) == []


def test_a_developer_is_told_that_it_is_recorded(environment: dict[str, str], opened: list[Pty]) -> None:
    log = environment["TEXTUAL_LOG"]
    insisting = {name: value for name, value in environment.items() if not name.startswith("TEXTUAL")}
    insisting |= {"TEXTUAL_LOG": log, "BUTLR_TUI_DEV": "1"}
    terminal = Pty([sys.executable, "-m", "butlr_tui", "demo", "--fresh"], insisting)
    opened.append(terminal)
    terminal.shows("TEXTUAL_LOG may record what is typed and shown here, secrets included")
    terminal.types("q")
    assert terminal.ends() == 0
