"""Ctrl+Z, under a small shell on a real pty: the app stops, the terminal is the shell's, `fg` brings it back."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from butlr_tui.journal.journal import Journal
from tests.support.job import AS_A_JOB
from tests.support.proc import proc
from tests.support.pty import Pty

pytestmark = pytest.mark.slow

_SLOW_POST = """
import asyncio, sys
from butlr_tui.api.client import M2MClient
create = M2MClient.create_client
async def slow(self, name, description):
    await asyncio.sleep(2)
    return await create(self, name, description)
M2MClient.create_client = slow
from butlr_tui.cli import main
main(["demo"])
"""
_LIMIT = 4
_TIMED = f"""
import asyncio
from butlr_tui.tui.screens.main import MainScreen
mount = MainScreen.on_mount
async def say_at_the_end(screen):
    await asyncio.sleep({_LIMIT})  # as the clipboard is cleared
    screen.set_timer({_LIMIT} / 100, lambda: screen.say("the limit has ended"))
def on_mount(screen):
    mount(screen)
    screen.run_worker(say_at_the_end(screen))
MainScreen.on_mount = on_mount
from butlr_tui.cli import main
main(["demo"])
"""
_CTRL_Z = "\x1a"
_LEAVES_THE_ALTERNATE_SCREEN = b"\x1b[?1049l"
_SECRET_ON_SCREEN = "secret •••"


@pytest.fixture
def shell(tmp_path: Path) -> Iterator["_Shell"]:
    made = _Shell(tmp_path)
    yield made
    for terminal in made.opened:
        terminal.close()


class _Shell:
    """Starts the app as the job of a small shell."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.opened: list[Pty] = []

    def runs(self, *arguments: str) -> Pty:
        environment = {**os.environ, "XDG_DATA_HOME": str(self._folder), "XDG_CONFIG_HOME": str(self._folder)}
        argv = [*AS_A_JOB, sys.executable, *arguments]
        self.opened.append(Pty(argv, environment))
        return self.opened[-1]


def _rows(terminal: Pty) -> list[str]:
    return [line.rstrip() for line in terminal.screen.splitlines()]


def test_it_stops_and_comes_back_whole(shell: _Shell) -> None:
    terminal = shell.runs("-m", "butlr_tui", "demo")
    terminal.shows("read at")
    terminal.types("j")
    terminal.shows("2 of 41")
    before = _rows(terminal)
    for stop in ("1", "2"):
        terminal.types(_CTRL_Z)
        terminal.shows(f"stopped {stop}, terminal restored")
        assert _LEAVES_THE_ALTERNATE_SCREEN in terminal.output
        terminal.types("fg\n")
        terminal.shows("2 of 41")
        terminal.waits_for(lambda: _rows(terminal) == before, "the same screen")
    terminal.types("j")
    terminal.shows("3 of 41")
    terminal.types("q")
    assert terminal.ends() == 0
    assert terminal.is_restored()


def test_in_the_background_it_stays_stopped(shell: _Shell) -> None:
    terminal = shell.runs("-m", "butlr_tui", "demo")
    terminal.shows("1 of 41")
    terminal.types(_CTRL_Z)
    terminal.shows("stopped 1, terminal restored")
    terminal.types("bg\n")
    terminal.shows("stopped 2, terminal restored")
    terminal.types("fg\n")
    terminal.shows("1 of 41")
    terminal.types("q")
    assert terminal.ends() == 0


def test_without_a_shell_that_could_bring_it_back_it_goes_on(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    with Pty([sys.executable, "-m", "butlr_tui", "demo"], environment) as terminal:
        terminal.shows("1 of 41")
        terminal.types(_CTRL_Z)
        terminal.receives(_LEAVES_THE_ALTERNATE_SCREEN)
        terminal.types("j")
        terminal.shows("2 of 41")


def test_stopped_from_outside_it_comes_back_whole(shell: _Shell) -> None:
    terminal = shell.runs("-m", "butlr_tui", "demo")
    terminal.shows("read at")
    terminal.types("j")
    terminal.shows("2 of 41")
    before = _rows(terminal)
    (job,) = _children_of(terminal.process.pid)
    os.kill(job, signal.SIGSTOP)
    terminal.shows("stopped 1, terminal left as it was")
    terminal.types("fg\n")
    terminal.waits_for(lambda: _rows(terminal) == before, "the same screen")
    terminal.types("j")
    terminal.shows("3 of 41")


def test_a_revealed_secret_is_masked_before_it_stops(shell: _Shell) -> None:
    terminal = shell.runs("-m", "butlr_tui", "demo")
    terminal.shows("1 of 41")
    terminal.types("nkiosk\r\r")
    terminal.shows(_SECRET_ON_SCREEN)
    terminal.types("v")
    terminal.waits_for(lambda: _SECRET_ON_SCREEN not in terminal.text, "the secret")
    end = len(terminal.output)
    terminal.types(_CTRL_Z)
    terminal.shows("stopped 1, terminal restored")
    written = terminal.output[end:]
    assert "•••".encode() in written[: written.index(_LEAVES_THE_ALTERNATE_SCREEN)]
    terminal.types("fg\n")
    terminal.shows(_SECRET_ON_SCREEN)


def test_while_a_create_awaits_its_answer_it_does_not_stop(shell: _Shell, tmp_path: Path) -> None:
    terminal = shell.runs("-c", _SLOW_POST)
    terminal.shows("1 of 41")
    terminal.types("nkiosk\r\r")
    terminal.shows("waiting for the answer")
    terminal.types(_CTRL_Z)
    terminal.shows("stopped 1, terminal restored")
    (entry,) = Journal(tmp_path / "butlr-tui" / "demo").entries()
    assert entry.client_id, "the answer was here"
    terminal.types("fg\n")
    terminal.shows("“kiosk” is created: store its secret now")


def test_a_time_limit_that_ends_while_it_is_stopped_is_held_on_coming_back(shell: _Shell) -> None:
    terminal = shell.runs("-c", _TIMED)
    terminal.shows("1 of 41")
    terminal.types(_CTRL_Z)
    terminal.shows("stopped 1, terminal restored")
    time.sleep(_LIMIT + 1)
    terminal.types("fg\n")
    back = time.monotonic()
    terminal.shows("the limit has ended")
    assert time.monotonic() - back < _LIMIT / 2


def _children_of(pid: int) -> list[int]:
    return [int(child) for child in (proc(pid) / f"task/{pid}/children").read_text().split()]


_HUNG_UP_AT_ITS_END = """
import asyncio, os, signal
from butlr_tui.tui.app import ButlrApp
unmounts = ButlrApp.on_unmount
async def on_unmount(self):
    os.kill(os.getpid(), signal.SIGCONT)
    for _ in range(5):
        await asyncio.sleep(0)
    await unmounts(self)
ButlrApp.on_unmount = on_unmount
from butlr_tui.cli import main
main(["demo", "--fresh"])
"""


def test_a_terminal_that_hangs_up_while_the_app_ends_does_not_keep_it() -> None:
    """With SIGHUP there comes a SIGCONT."""
    with Pty([sys.executable, "-c", _HUNG_UP_AT_ITS_END]) as terminal:
        terminal.shows("1 of 41")
        terminal.types("q")
        assert terminal.ends() == 0
