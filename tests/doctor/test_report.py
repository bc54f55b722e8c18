"""`butlr-tui doctor` as a command: lines or JSON, and an exit code."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from butlr_tui.doctor.check import Check, Status
from butlr_tui.doctor.report import line, run
from tests.doctor.test_examine import UNAUTHORISED, settings, write
from tests.support.faults import FaultServer, reply

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
