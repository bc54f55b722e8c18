"""Textual can write all that is typed and drawn to a file: not here, unless a developer insists, and is told."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pty import Pty


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    log = tmp_path / "textual.log"
    return {**os.environ, "XDG_DATA_HOME": str(tmp_path), "TEXTUAL_LOG": str(log), "TEXTUAL": "debug"}


@pytest.fixture
def opened() -> Iterator[list[Pty]]:
    terminals: list[Pty] = []
    yield terminals
    for terminal in terminals:
        terminal.close()


def test_nothing_is_recorded(environment: dict[str, str], opened: list[Pty]) -> None:
    terminal = Pty([sys.executable, "-m", "butlr_tui", "demo", "--fresh"], environment)
    opened.append(terminal)
    terminal.shows("1 of 41")
    terminal.types("q")
    assert terminal.ends() == 0
    assert not Path(environment["TEXTUAL_LOG"]).exists()


def test_a_developer_is_told_that_it_is_recorded(environment: dict[str, str], opened: list[Pty]) -> None:
    insisting = {**environment, "BUTLR_TUI_DEV": "1"}
    terminal = Pty([sys.executable, "-m", "butlr_tui", "demo", "--fresh"], insisting)
    opened.append(terminal)
    terminal.shows("records what is typed and shown here, secrets included")
    terminal.types("q")
    assert terminal.ends() == 0
