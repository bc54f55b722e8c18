"""Ctrl+Z, under a small shell on a real pty: all of a job stops, and only where a shell brings it back."""

import sys

from tests.support.job import AS_A_JOB
from tests.support.proc import proc
from tests.support.pty import Pty

_STOPS = """
import os
from butlr_tui.system.job import stop_the_job
print("it runs", flush=True)
stop_the_job()
print("it goes on", flush=True)
"""
_BESIDE_IT = 'sleep 600 & echo "beside it $!."; exec "$@"'
"""As a launcher starts something beside it. What is left of it hangs up with the terminal."""


def state_of(pid: int) -> str:
    """As ps tells it: T is stopped."""
    return (proc(pid) / "stat").read_text().rpartition(")")[2].split()[0]


def test_all_of_the_job_stops_until_it_is_in_the_foreground_again() -> None:
    with Pty([*AS_A_JOB, "sh", "-c", _BESIDE_IT, "sh", sys.executable, "-c", _STOPS]) as terminal:
        terminal.shows("stopped 1")
        beside = int(terminal.output.split(b"beside it ")[1].split(b".")[0])
        terminal.waits_for(lambda: state_of(beside) == "T", "a stop of what runs beside it")
        assert b"it goes on" not in terminal.output
        terminal.types("fg\n")
        terminal.shows("it goes on")
        assert terminal.ends() == 0


def test_in_the_background_it_stops_again() -> None:
    with Pty([*AS_A_JOB, sys.executable, "-c", _STOPS]) as terminal:
        terminal.shows("stopped 1")
        terminal.types("bg\n")
        terminal.shows("stopped 2")
        assert b"it goes on" not in terminal.output
        terminal.types("fg\n")
        terminal.shows("it goes on")
        assert terminal.ends() == 0


def test_where_no_shell_could_bring_it_back_it_goes_on_at_once() -> None:
    with Pty([sys.executable, "-c", _STOPS]) as terminal:
        terminal.shows("it runs it goes on")
        assert terminal.ends() == 0
