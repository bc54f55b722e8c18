"""How the app ends when it is told to from outside, on a real pty: HUP, TERM, INT, and a crash."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from butlr_tui.journal.journal import Journal
from tests.support.figures import figure, times
from tests.support.pty import Pty

pytestmark = pytest.mark.slow

_LEAVES_THE_ALTERNATE_SCREEN = b"\x1b[?1049l"
_SHOWS_THE_CURSOR = b"\x1b[?25h"

_CRASH = """
import sys
from butlr_tui.tui.screens.main import MainScreen
def crash(self, rows):
    secret = "canary-in-a-local"
    raise RuntimeError(secret)
MainScreen.action_cursor = crash
from butlr_tui.cli import main
main(["demo", "--fresh"])
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Pty]]:
    opened: list[Pty] = []

    def start(*arguments: str) -> Pty:
        environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
        opened.append(Pty([sys.executable, *arguments], environment))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


ON_SCREEN = {
    "the list": [],
    "the filter": [("/k", "Enter keep")],
    "the form": [("n", "New client on demo")],
    "the question about the form": [("nx", "New client on demo"), ("\x1b", "Leave the form?")],
    "the secret": [("nkiosk\r\r", "store its secret now")],
    "a file for the secret": [("nkiosk\r\r", "store its secret now"), ("f", "Save to a file")],
    "the question about the secret": [("nkiosk\r\r", "store its secret now"), ("\x1b", "Is it stored?")],
    "the deletion": [("d", "can't be undone")],
    "the sign-in": [("l", "Sign in to demo")],
    "the profiles": [("p", "Go to another service")],
    "the commands": [("\x10", "Search for commands")],
    "the help": [("?", "Keys")],
}
"""The keys to each screen, and what shows that they came there."""


SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
ENDINGS = [
    (screen, SIGNALS[(number + turn) % len(SIGNALS)])
    for number, screen in enumerate(ON_SCREEN)
    for turn in range(times(1, len(SIGNALS)))
]
"""Each signal on each screen; in CI one on each."""


@pytest.mark.parametrize(("screen", "which"), ENDINGS)
def test_a_signal_restores_the_terminal_and_keeps_the_journal(
    start: Callable[..., Pty], which: signal.Signals, screen: str, tmp_path: Path
) -> None:
    terminal = start("-m", "butlr_tui", "demo")
    terminal.shows("1 of 41")
    for keys, text in ON_SCREEN[screen]:
        terminal.types(keys)
        terminal.shows(text)
    terminal.process.send_signal(which)
    codes = [terminal.ends()]
    left_open = Journal(tmp_path / "butlr-tui" / "demo").open_entries()
    right = {
        "the exit code": codes == [128 + which],
        "the main screen": _LEAVES_THE_ALTERNATE_SCREEN in terminal.output,
        "the cursor": terminal.output.rfind(_SHOWS_THE_CURSOR) > terminal.output.rfind(b"\x1b[?25l"),
        "the line discipline": terminal.is_restored(),
        "the journal": [entry.name for entry in left_open] == (["kiosk"] if "secret" in screen else []),
        "the journal's ids": all(entry.client_id for entry in left_open),
    }
    wrong = [what for what, holds in right.items() if not holds]
    figure(6, endings=len(codes), wrong=len(wrong))
    assert wrong == []


class _NobodysTerminal(Pty):
    """No process has it as its controlling one, so nobody is sent a signal when it goes."""

    launcher: ClassVar[Sequence[str]] = ()


def test_a_terminal_that_goes_without_a_signal_ends_it(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    with _NobodysTerminal([sys.executable, "-m", "butlr_tui", "demo"], environment) as terminal:
        terminal.shows("1 of 41")
        terminal.types("nkiosk\r\r")
        terminal.shows("store its secret now")
        assert terminal.hangs_up() == 128 + signal.SIGHUP
    (left_open,) = Journal(tmp_path / "butlr-tui" / "demo").open_entries()
    assert left_open.client_id


def test_bytes_that_are_no_text_end_nothing(start: Callable[..., Pty]) -> None:
    terminal = start("-m", "butlr_tui", "demo")
    terminal.shows("1 of 41")
    terminal.types("/caf\udce9s")  # as a terminal sends é whose characters are Latin-1
    terminal.shows("caf\N{REPLACEMENT CHARACTER}s")
    terminal.types("\x1bnkiosk\r\r")
    terminal.shows("store its secret now")
    terminal.types("\udcff\udcc3v")
    terminal.waits_for(lambda: "•" not in terminal.text, "the secret")


def test_quitting_restores_the_terminal(start: Callable[..., Pty]) -> None:
    terminal = start("-m", "butlr_tui", "demo", "--fresh")
    terminal.shows("1 of 41")
    terminal.types("q")
    assert terminal.ends() == 0
    assert terminal.is_restored()


def test_a_crash_tells_its_kind_and_nothing_that_the_app_held(start: Callable[..., Pty]) -> None:
    terminal = start("-c", _CRASH)
    terminal.shows("1 of 41")
    terminal.types("j")
    assert terminal.ends() == 1
    after = terminal.output[terminal.output.rindex(_LEAVES_THE_ALTERNATE_SCREEN) :].decode()
    assert "ended by a fault of its own (RuntimeError)" in after
    assert "canary" not in terminal.output.decode()
    assert terminal.is_restored()


def test_without_a_terminal_it_says_so() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "butlr_tui", "demo"],
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert ended.returncode == 1
    assert "The app needs a terminal." in ended.stderr
