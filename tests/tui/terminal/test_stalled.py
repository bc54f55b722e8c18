"""Figure 31: a terminal that takes nothing holds up nobody, and is told nothing that did not happen."""

import re
import signal
import time
from base64 import b64decode
from pathlib import Path

import pytest

from butlr_tui.journal.journal import Journal
from tests.support.figures import figure, times
from tests.support.observed import Observed
from tests.tui.test_signals import ON_SCREEN

_SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
_WITHIN = 2.0
_KEYS_OF_A_BUNCH = 20


def _typed(app: Observed, keys: int, seconds: float) -> None:
    """Keys up and down the list, evenly."""
    bunches = keys // _KEYS_OF_A_BUNCH
    for number in range(bunches):
        app.types(("j" if number // 2 % 2 else "k") * _KEYS_OF_A_BUNCH)
        time.sleep(seconds / bunches)


def _ended(app: Observed) -> float:
    """The seconds until the app has ended, while nobody reads."""
    started = time.monotonic()
    while app.process.poll() is None and time.monotonic() - started < 10 * _WITHIN:
        time.sleep(0.005)
    return time.monotonic() - started


@pytest.mark.parametrize("which", _SIGNALS, ids=lambda one: one.name)
@pytest.mark.parametrize("screen", [*ON_SCREEN][: times(1, len(ON_SCREEN))])
def test_a_signal_ends_the_app(which: signal.Signals, screen: str, tmp_path: Path) -> None:
    with Observed(tmp_path, ["demo"]) as app:
        app.shows("1 of 41")
        for keys, text in ON_SCREEN[screen]:
            app.types(keys)
            app.shows(text)
        app.settles()
        app.stalls()
        app.types("jx\x1b[6~\t" * 5)
        time.sleep(0.5)
        app.process.send_signal(which)
        seconds = _ended(app)
        assert app.process.returncode == 128 + which
        assert app.is_restored()
        left_open = Journal(tmp_path / "butlr-tui" / "demo").open_entries()
        assert [each.name for each in left_open] == (["kiosk"] if "secret" in screen else [])
        figure(31, endings=1, late=int(seconds > _WITHIN))
        assert seconds <= _WITHIN


def test_quitting_ends_the_app(tmp_path: Path) -> None:
    with Observed(tmp_path) as app:
        app.shows("1 of 41")
        app.settles()
        app.stalls()
        app.types("jjjq")
        assert _ended(app) <= _WITHIN
        assert app.process.returncode == 0
        assert app.is_restored()


def test_thousands_of_keys_are_done_while_nobody_reads_and_then_the_newest_is_shown(tmp_path: Path) -> None:
    keys = times(400, 2_000)
    with Observed(tmp_path) as app:
        app.shows("1 of 41")
        app.settles()
        received, since = len(app.output), time.monotonic()
        _typed(app, keys, times(4, 60))
        app.types("G")
        time.sleep(1.0)
        until = time.monotonic()
        app.shows("41 of 41")
        app.agrees()
        assert len(app.output) - received < 40_000, "what the pty itself keeps, and the newest"
        app.process.send_signal(signal.SIGTERM)
        assert app.ends() == 128 + signal.SIGTERM
        pauses = app.pauses(since, until)
    figure(31, keys=keys, pauses_over_25_ms=sum(worked > 0.025 for _, worked in pauses))
    assert max((length for length, _ in pauses), default=0.0) < 1.0


def test_a_terminal_that_reads_again_in_time_is_restored(tmp_path: Path) -> None:
    with Observed(tmp_path) as app:
        app.shows("1 of 41")
        app.settles()
        app.stalls()
        app.types("?")
        time.sleep(0.5)
        app.types("\x1b")
        time.sleep(0.5)
        app.types("q")
        time.sleep(0.2)
        app.goes_on()
        assert app.ends() == 0
        assert b"\x1b[m\x1b[H\x1b[2J" in app.output
        assert b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l" in app.output


def test_a_copy_that_the_terminal_did_not_take_is_told_so_and_never_arrives(tmp_path: Path) -> None:
    with Observed(tmp_path, ["demo"]) as app:
        app.shows("1 of 41")
        app.types("nkiosk\r\r")
        app.shows("store its secret now")
        app.settles()
        before = len(app.output)
        app.stalls()
        app.types("c")
        time.sleep(3.0)
        app.goes_on()
        app.shows("NOT copied: the terminal did not take it.")
        assert b"\x1b]52" not in app.output[before:]
        (entry,) = Journal(tmp_path / "butlr-tui" / "demo").entries()
        assert entry.not_copied == "the terminal did not take it"
        app.types("c")
        app.shows("Sent to your terminal")
        assert b"\x1b]52;c;" in app.output[before:]
        app.agrees()


def test_a_create_that_is_answered_meanwhile(tmp_path: Path) -> None:
    with Observed(
        tmp_path, ["demo"], term="linux"
    ) as app:  # no clipboard, so that the secret waits on screen
        app.shows("1 of 41")
        app.types("n")
        app.shows("New client on demo")
        app.settles()
        app.stalls()
        app.types("kiosk\r\r")
        journal = Journal(tmp_path / "butlr-tui" / "demo")
        app.waits_for(lambda: [entry.name for entry in journal.entries()] == ["kiosk"], "the create")
        app.waits_for(lambda: journal.entries()[0].client_id, "the answer")
        app.goes_on()
        app.shows("store its secret now")
        assert str(journal.entries()[0].client_id) in app.text
        app.agrees()


def test_nothing_is_made_whose_secret_the_terminal_would_not_take(tmp_path: Path) -> None:
    with Observed(tmp_path, ["demo"]) as app:
        app.shows("1 of 41")
        app.types("n")
        app.shows("◉ clipboard")
        app.settles()
        app.stalls()
        app.types("kiosk\r\r")
        time.sleep(3.0)
        app.goes_on()
        app.shows("It could not be copied here")
        assert Journal(tmp_path / "butlr-tui" / "demo").entries() == []
        app.types("\r")
        app.shows("store its secret now")


def test_a_secret_that_was_revealed_is_hidden_in_time(tmp_path: Path) -> None:
    """What the terminal shows when it reads again is what the app shows by then."""
    with Observed(tmp_path, ["demo"], revealed_for=2.0) as app:
        app.shows("1 of 41")
        app.types("nkiosk\r\r")
        app.shows("store its secret now")
        app.settles()
        hidden, before = app.screen, len(app.output)
        app.stalls()
        (copied,) = re.findall(
            rb"\x1b\]52;c;([^\x07]+)\x07", app.output
        )  # at once, since nothing else was chosen
        app.types("v")
        app.waits_for(lambda: b64decode(copied) in app.written, "the secret")
        time.sleep(2.5)
        app.goes_on()
        app.agrees()
        assert app.screen == hidden
        assert len(app.output) - before < 100, "nothing was revealed"
