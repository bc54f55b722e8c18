"""What takes long shows on a terminal how far it is, and nowhere else."""

import asyncio
import io
import os
import sys

import pytest

from butlr_tui.plain import progress as plain_progress
from butlr_tui.plain.progress import progress
from butlr_tui.system import streams
from butlr_tui.system.streams import put, tell
from tests.support.waiting import until


class Terminal(io.StringIO):
    """Stands in for a stderr that leads to a terminal."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 2


def before_a_terminal(monkeypatch: pytest.MonkeyPatch, tell_after: float) -> Terminal:
    """Not a fixture: pytest has its own stderr back before the test begins."""
    made = Terminal()
    monkeypatch.setattr(sys, "stderr", made)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((30, 24)))
    monkeypatch.setattr(plain_progress, "TELL_AFTER", tell_after)
    return made


def drawn(written: str) -> list[str]:
    """The lines as a terminal shows them: what stands behind a carriage return is written over."""
    lines = []
    for line in written.split("\n"):
        shown = ""
        for part in line.split("\r"):
            shown = part + shown[len(part) :]
        lines.append(shown.rstrip())
    return lines


async def test_a_terminal_shows_how_far_it_is_and_keeps_only_what_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = before_a_terminal(monkeypatch, 0)
    async with progress(lambda: "3 of 10 clients"):
        await until(lambda: "3 of 10 clients" in terminal.getvalue())
        tell("one is deleted.")
        streams.show_progress("4 of 10 clients, and a text that is longer than a line")
        assert drawn(terminal.getvalue()) == ["one is deleted.", "4 of 10 clients, and a text t…"[:28] + "…"]
        put("data\n")
        assert drawn(terminal.getvalue()) == ["one is deleted.", ""]
        streams.show_progress("5 of 10")
    assert drawn(terminal.getvalue()) == ["one is deleted.", ""]


async def test_a_pipe_never_shows_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(plain_progress, "TELL_AFTER", 0)

    def how_far() -> str:
        raise AssertionError("nobody asks")

    async with progress(how_far):
        for _ in range(5):
            await asyncio.sleep(0)
    assert capsys.readouterr().err == ""


async def test_what_is_fast_goes_by_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = before_a_terminal(monkeypatch, 60)
    async with progress(lambda: "never"):
        await asyncio.sleep(0)
    assert terminal.getvalue() == ""
