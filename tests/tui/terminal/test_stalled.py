"""Figure 31: a terminal that takes nothing holds up nobody, and is told nothing that did not happen."""

import re
import signal
import time
from pathlib import Path

import pytest

from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal
from tests.support.figures import figure, times
from tests.support.observed import Observed
from tests.tui.test_signals import ENDINGS, ON_SCREEN

pytestmark = pytest.mark.slow

_WITHIN = 2.0
_KEYS_OF_A_BUNCH = 20
_ESCAPE = "\x1b[27u"


def _draws(app: Observed, text: str, since: int = 0) -> None:
    """Wait until Textual has drawn this, whether or not the terminal shows it."""
    app.waits_for(lambda: text.encode() in app.written[since:], text)


def _typed(app: Observed, keys: int, seconds: float) -> None:
    """Keys up and down the list, evenly."""
    bunches = keys // _KEYS_OF_A_BUNCH
    for number in range(bunches):
        app.types(("j" if number // 2 % 2 else "k") * _KEYS_OF_A_BUNCH)
        app.reads_for(seconds / bunches)


def _ended(app: Observed) -> float:
    """The seconds until the app has ended, while nobody reads."""
    started = time.monotonic()
    app.process.wait(10 * _WITHIN)
    return time.monotonic() - started


@pytest.mark.parametrize(("screen", "which"), ENDINGS[: times(3, len(ENDINGS))])
def test_a_signal_ends_the_app(which: signal.Signals, screen: str, tmp_path: Path) -> None:
    with Observed(tmp_path, ["demo"]) as app:
        app.shows("1 of 41")
        for keys, text in ON_SCREEN[screen]:
            app.types(keys)
            app.shows(text)
        app.settles()
        app.stalls()
        before = len(app.written)
        app.types("jx\x1b[6~\t" * 5)
        app.waits_for(lambda: len(app.written) > before, "something to draw")
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
        app.stalls()
        received, since = len(app.output), time.monotonic()
        _typed(app, keys, times(0, 60))
        until = time.monotonic()
        app.types("?")
        _draws(app, "The list")
        assert len(app.output) == received
        app.goes_on()
        app.shows("The list")
        app.agrees()
        assert len(app.output) - received < 10_000, "the newest alone"
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
        _draws(app, "The list")
        app.types(f"{_ESCAPE}q")
        _draws(app, "\x1b[?1049l")
        app.goes_on()
        assert app.ends() == 0
        assert b"\x1b[m\x1b[H\x1b[2J" in app.output
        assert b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l" in app.output


def test_a_copy_that_the_terminal_did_not_take_is_told_so_and_never_arrives(tmp_path: Path) -> None:
    with Observed(tmp_path, ["demo"]) as app:
        app.shows("1 of 41")
        app.types("nkiosk\r\r")
        app.shows("Sent to your terminal")
        app.settles()
        before = len(app.output)
        app.stalls()
        app.types("c")
        _draws(app, "NOT copied")
        (entry,) = Journal(tmp_path / "butlr-tui" / "demo").entries()
        assert entry.not_copied == "the terminal did not take it"
        app.goes_on()
        app.shows("NOT copied: the terminal did not take it.")
        assert b"\x1b]52" not in app.output[before:]
        app.types("c")
        app.shows("Sent to your terminal")
        assert b"\x1b]52;c;" in app.output[before:]
        app.agrees()


def test_a_create_that_is_answered_meanwhile(tmp_path: Path) -> None:
    """The journal is right, what is shown afterwards is what is so by then, and a secret was hidden in time."""
    journal = Journal(tmp_path / "butlr-tui" / "demo")
    # No clipboard, so that the secret goes to a file.
    with Observed(tmp_path, ["demo"], term="linux", revealed_for=1.0) as app:
        app.shows("1 of 41")
        app.types("n")
        app.shows("New client on demo")
        app.settles()
        before = len(app.output)
        app.stalls()
        app.types("kiosk\r\r")
        app.waits_for(lambda: [entry.closed for entry in journal.entries()] == [Event.STORED], "the file")
        (entry,) = journal.entries()
        (secret,) = re.findall(r"SECRET=(\S+)", Path(entry.closed_how.removeprefix("saved to ")).read_text())
        app.types("v")
        _draws(app, secret)
        revealed = app.written.rindex(secret.encode())
        _draws(app, "••••", revealed)
        assert len(app.output) == before
        app.goes_on()
        app.shows("is created and its secret is stored")
        assert str(entry.client_id) in app.text
        app.agrees()
        assert secret not in app.output.decode(), "nobody can have seen it"


def test_nothing_is_made_whose_secret_the_terminal_would_not_take(tmp_path: Path) -> None:
    with Observed(tmp_path, ["demo"]) as app:
        app.shows("1 of 41")
        app.types("n")
        app.shows("◉ clipboard")
        app.settles()
        app.stalls()
        app.types("kiosk\r\r")
        _draws(app, "It could not be copied")
        app.goes_on()
        app.shows("It could not be copied here")
        assert Journal(tmp_path / "butlr-tui" / "demo").entries() == []
        app.types("\r")
        app.shows("store its secret now")
