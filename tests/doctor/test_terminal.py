"""What can be told of the terminal, its colours and the clipboard without touching them."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from butlr_tui.doctor.check import Status
from butlr_tui.doctor.terminal import WORD, TerminalWindow, clipboard_checks, terminal_checks
from tests.support.delivery import refuse_to_write
from tests.support.programs import false_xclip

GOOD_WINDOW = TerminalWindow(is_terminal=True, size=(120, 40), encoding="utf-8")

SMALL_WINDOW = TerminalWindow(is_terminal=True, size=(50, 40), encoding="utf-8")


@pytest.mark.parametrize(
    ("window", "environment", "name", "status", "words"),
    [
        (TerminalWindow(False, None, "utf-8"), {"TERM": "xterm"}, "terminal", Status.WARN, "This is no terminal."),
        (GOOD_WINDOW, {"TERM": "dumb"}, "terminal", Status.WARN, "TERM is dumb, so the app is prompts"),
        (GOOD_WINDOW, {"TERM": "unknown"}, "terminal", Status.FAIL, "TERM is unknown."),
        (GOOD_WINDOW, {}, "terminal", Status.FAIL, "TERM is not set."),
        (SMALL_WINDOW, {"TERM": "xterm"}, "terminal", Status.WARN, "It has 50×40 cells."),
        (TerminalWindow(True, None, "utf-8"), {"TERM": "xterm"}, "terminal", Status.OK, "TERM is xterm."),
        (TerminalWindow(True, (99, 40), "ascii"), {"TERM": "xterm"}, "encoding", Status.WARN, "It is ascii."),
        (GOOD_WINDOW, {"TERM": "xterm", "NO_COLOR": "1"}, "colours", Status.OK, "None, as NO_COLOR asks"),
        (GOOD_WINDOW, {"TERM": "x", "COLORTERM": "truecolor"}, "colours", Status.OK, "16 million"),
        (GOOD_WINDOW, {"TERM": "screen-256color"}, "colours", Status.OK, "256"),
        (GOOD_WINDOW, {"TERM": "vt100"}, "colours", Status.WARN, "None."),
        (GOOD_WINDOW, {"TERM": "xterm"}, "colours", Status.OK, "16, which"),
    ],
)  # fmt: skip
def test_the_terminal(
    window: TerminalWindow, environment: dict[str, str], name: str, status: Status, words: str
) -> None:
    check = {one.name: one for one in terminal_checks(window, environment)}[name]
    assert check.status is status
    assert check.found.startswith(words)


async def test_the_clipboard_is_told_and_tried_only_when_asked() -> None:
    written: list[str] = []
    environment = {"TERM": "xterm"}
    told = [check async for check in clipboard_checks(environment, "auto", None)]
    assert [(check.name, check.status) for check in told] == [("clipboard", Status.OK)]
    tried = [check async for check in clipboard_checks(environment, "auto", written.append)]
    assert [(check.name, check.status) for check in tried] == [
        ("clipboard", Status.OK),
        ("copy", Status.WARN),
    ]
    assert len(written) == 1 and written[0].startswith("\x1b]52;")
    none = [check async for check in clipboard_checks(environment, "none", written.append)]
    assert {check.status for check in none} == {Status.WARN}
    dumb = [check async for check in clipboard_checks({"TERM": "dumb"}, "auto", None)]
    assert "can be saved to a file" not in dumb[0].found and dumb[0].status is Status.WARN
    assert len(written) == 1


async def test_a_copy_is_called_verified_only_where_it_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What reads it back is tried; what was in the clipboard stays there."""
    environment = false_xclip(tmp_path)
    (tmp_path / "held").write_text("the user's")
    (check,) = [check async for check in clipboard_checks(environment, "auto", None)]
    assert (check.status, check.found) == (Status.OK, "A copy is verified by reading it back (native).")
    assert (tmp_path / "held").read_text() == "the user's"
    tried = [check async for check in clipboard_checks(environment, "auto", refuse_to_write)]
    assert [check.status for check in tried] == [Status.OK, Status.OK]
    assert (tmp_path / "held").read_text() == WORD

    monkeypatch.setattr(sys, "executable", "/bin/false")  # what reads it back does not start
    sent: list[str] = []
    read, copied = [check async for check in clipboard_checks(environment, "auto", sent.append)]
    assert (read.status, copied.status, len(sent)) == (Status.WARN, Status.WARN, 1)
    assert read.found.endswith("nothing could be read from the clipboard (xclip).")
    assert copied.found.endswith("Before that, the clipboard did not give it back (xclip).")


async def test_a_clipboard_that_the_settings_name_and_this_machine_lacks() -> None:
    (check,) = [check async for check in clipboard_checks({"TERM": "xterm"}, "native", None)]
    assert check.status is Status.WARN
    assert check.found.endswith("this machine has no clipboard that can be read back.")


def test_what_is_in_front_of_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(isatty=lambda: False, fileno=_raise, encoding="x"))
    assert TerminalWindow.of_this_process() == TerminalWindow(False, None, "x")


def _raise() -> int:
    raise ValueError
