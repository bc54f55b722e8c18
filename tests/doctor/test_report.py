"""`butlr-tui doctor` as a command: lines or JSON, and an exit code."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from butlr_tui.doctor.check import Check, Status
from butlr_tui.doctor.report import line, run
from butlr_tui.text import width
from tests.doctor.test_examine import UNAUTHORISED, settings, write
from tests.support.faults import FaultServer, reply
from tests.support.pty import Pty

pytestmark = pytest.mark.slow

__all__ = ["settings"]  # a fixture


@pytest.fixture
def printed() -> Iterator[list[str]]:
    yield []


async def test_a_line_each_and_an_exit_code(settings: Path, printed: list[str]) -> None:
    environment = {"BUTLR_TUI_CONFIG": str(settings), "TERM": "xterm"}
    async with FaultServer(UNAUTHORISED, reply(200, [])) as server:
        write(settings, server.url)
        assert await run(environment=environment, out=printed.append) == 0
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in printed)
    assert printed[0].startswith("✓ ok    settings")
    assert await run("none", environment=environment, out=printed.append) == 1


async def test_json(settings: Path, printed: list[str]) -> None:
    environment = {"BUTLR_TUI_CONFIG": str(settings), "TERM": "xterm"}
    assert await run(as_json=True, environment=environment, out=printed.append) == 1
    (text,) = printed
    document = json.loads(text)
    assert document["ok"] is False
    assert document["checks"][0]["name"] == "settings"
    assert set(document["checks"][0]) == {"name", "status", "found", "todo", "seconds"}
    assert text.isascii()


def test_a_line() -> None:
    check = Check("list", Status.FAIL, "No.", "Do.", 0.0123)
    assert line(check) == "✗ fail  list             No. (12 ms) → Do."


def test_a_line_that_is_too_long_goes_on_below_its_words() -> None:
    check = Check(
        "list", Status.FAIL, "Nobody answers at 127.0.0.1:4010.", "Start it with `butlr-tui serve`."
    )
    assert line(check, 60) == (
        "✗ fail  list             Nobody answers at 127.0.0.1:4010. →\n"
        "                         Start it with `butlr-tui serve`."
    )
    assert line(check, 120) == line(check)


@pytest.mark.parametrize("cells", [60, 100])
def test_on_a_terminal_it_wraps_between_words_and_piped_it_does_not(settings: Path, cells: int) -> None:
    doctor = [sys.executable, "-m", "butlr_tui", "doctor"]
    environment = {**os.environ, "BUTLR_TUI_CONFIG": str(settings)}
    with Pty(doctor, environment, size=(cells, 40)) as terminal:
        terminal.ends()
        printed = terminal.output.decode().splitlines()
    piped = subprocess.run(doctor, capture_output=True, text=True, check=False, env=environment).stdout
    assert all(row[0] in "✓!✗" for row in piped.splitlines())
    assert max(map(width, piped.splitlines())) > cells
    begin = re.compile(r"[✓!✗] (?:ok|warn|fail) +\S+ +")
    wrapped = [row for row in printed if width(row) > cells]
    assert all(" " not in begin.sub("", row).strip() for row in wrapped), wrapped
    assert any(row.startswith(" " * 25) for row in printed)
