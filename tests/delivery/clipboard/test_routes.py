"""Which way each kind of terminal gets, and the words for it. No real part is touched here."""

import asyncio
import sys
from dataclasses import replace
from subprocess import run

import pytest

from butlr_tui.delivery.clipboard import sequences
from butlr_tui.delivery.clipboard.copy import Outcome, Route, copy, expect
from butlr_tui.delivery.clipboard.detect import LINES_ONLY, Native, Terminal
from butlr_tui.delivery.clipboard.routes import plan, said_when_done, why_failed, why_none
from butlr_tui.delivery.clipboard.tmux import Tmux
from tests.support.delivery import SECRET, refuse_to_write

PLAIN = Terminal("xterm")
GOOD = Tmux("/s", "$1", (3, 3), "external", False, "/dev/pts/9", True)
OLD = replace(GOOD, version=(3, 1), passes=True)
PASSING = replace(GOOD, has_ms=False, passes=True)
OFF = replace(GOOD, set_clipboard="off", passes=True)
FORWARDED = Terminal("xterm", remote=True, forwarded=True, native=Native.XCLIP)


def within(tmux: Tmux) -> Terminal:
    return Terminal("tmux-256color", tmux=tmux)


@pytest.mark.parametrize(
    ("terminal", "routes", "outcome", "said"),
    [
        (PLAIN, [Route.OSC52], Outcome.SENT, "sent to your terminal; it may ignore it"),
        (replace(PLAIN, native=Native.XSEL), [Route.NATIVE, Route.OSC52], Outcome.VERIFIED, "verified by"),
        (FORWARDED, [Route.NATIVE, Route.OSC52], Outcome.VERIFIED, "your forwarded X display"),
        (Terminal("screen", screen=True), [Route.SCREEN], Outcome.SENT, "sent through screen, can't be"),
        (within(GOOD), [Route.TMUX], Outcome.SENT, "sent through tmux, can't be verified"),
        (within(replace(GOOD, version=(3, 2))), [Route.TMUX], Outcome.SENT, "sent through tmux"),
        (
            within(OLD),
            [Route.TMUX_PASSTHROUGH],
            Outcome.SENT,
            "through tmux",
        ),
        (
            within(PASSING),
            [Route.TMUX_PASSTHROUGH],
            Outcome.SENT,
            "through tmux",
        ),
        (within(replace(GOOD, answered=False)), [Route.TMUX_PASSTHROUGH], Outcome.SENT, "through tmux"),
        (within(replace(GOOD, has_ms=False)), [], Outcome.FAILED, "`set -g allow-passthrough on` lets it"),
        (
            within(OFF),
            [],
            Outcome.FAILED,
            "keep the clipboard to itself",
        ),
        (within(replace(GOOD, client=None, passes=True)), [], Outcome.FAILED, "no terminal is attached"),
        (Terminal("linux"), [], Outcome.FAILED, "this terminal can't take a copy (TERM=linux)"),
        (
            Terminal(LINES_ONLY),
            [],
            Outcome.FAILED,
            "the prompts send a terminal nothing but lines, and this machine has no clipboard of its own",
        ),
        (replace(within(OFF), term=LINES_ONLY), [], Outcome.FAILED, "keep the clipboard to itself"),
        (replace(within(GOOD), term=LINES_ONLY), [Route.TMUX], Outcome.SENT, "through tmux"),
        (
            replace(within(PASSING), term=LINES_ONLY),
            [],
            Outcome.FAILED,
            "the prompts send a terminal nothing but lines",
        ),
        (
            Terminal("dumb", native=Native.XCLIP),
            [Route.NATIVE],
            Outcome.VERIFIED,
            "verified by reading it back",
        ),
    ],
)
def test_the_table(terminal: Terminal, routes: list[Route], outcome: Outcome, said: str) -> None:
    assert list(plan(terminal)) == routes
    expected = expect(terminal)
    assert (expected.outcome, expected.route) == (outcome, routes[0] if routes else Route.NONE)
    assert said in expected.said


async def test_no_way_at_all_is_told() -> None:
    for terminal, said in [
        (Terminal("linux"), "This terminal can't take a copy (TERM=linux)."),
        (
            within(OFF),
            "NOT copied: tmux is set to keep the clipboard to itself",
        ),
    ]:
        report = await copy(SECRET, terminal, refuse_to_write, otherwise="Do this.")
        assert (report.outcome, report.route, report.digest) == (Outcome.FAILED, Route.NONE, None)
        assert report.said.startswith(said)
        assert report.said.endswith(". Do this.")


@pytest.mark.parametrize(
    ("terminal", "said"),
    [
        (replace(PLAIN, native=Native.XSEL), "verified by reading it back"),
        (FORWARDED, "your forwarded X display, verified by reading it back"),
        (within(GOOD), "sent through tmux, can't be verified"),
        (within(PASSING), "sent through tmux, can't be verified"),
        (replace(within(GOOD), forwarded=True), "sent through tmux, can't be verified"),
        (Terminal("screen", screen=True), "sent through screen, can't be verified"),
        (PLAIN, "sent to your terminal; it may ignore it"),
        (within(OFF), "tmux is set to keep the clipboard to itself (set-clipboard off)"),
        (within(replace(GOOD, client=None, passes=True)), "no terminal is attached to this tmux session"),
        (
            within(replace(GOOD, has_ms=False)),
            "tmux does not pass the clipboard on here (`set -g allow-passthrough on` lets it)",
        ),
    ],
)
def test_the_words_before_a_copy(terminal: Terminal, said: str) -> None:
    assert expect(terminal).said == said


def test_the_words_for_a_route_that_the_settings_force() -> None:
    assert expect(PLAIN, force=Route.NONE).said == "the settings switch copying off"
    forced = expect(within(GOOD), force=Route.TMUX_PASSTHROUGH)
    assert forced.said == "sent through tmux, can't be verified"


def test_a_way_that_is_missing_for_no_known_reason() -> None:
    for terminal in (PLAIN, within(GOOD), within(replace(GOOD, answered=False))):
        assert why_none(terminal) == "nothing here takes a copy"


@pytest.mark.parametrize(
    ("route", "terminal", "said"),
    [
        (Route.NATIVE, PLAIN, "Copied, and verified by reading it back."),
        (Route.NATIVE, FORWARDED, "Copied, and verified on your forwarded X display."),
        (Route.TMUX, PLAIN, "Sent to your terminal through tmux; it can't be verified: paste to check."),
        (
            Route.TMUX_PASSTHROUGH,
            PLAIN,
            "Sent to your terminal through tmux; it can't be verified: paste to check.",
        ),
        (Route.SCREEN, PLAIN, "Sent through screen; it can't be verified: paste to check."),
        (Route.OSC52, FORWARDED, "Sent to your terminal; many terminals ignore this: paste to check."),
    ],
)
def test_the_words_after_a_copy(route: Route, terminal: Terminal, said: str) -> None:
    assert said_when_done(route, terminal) == said


@pytest.mark.parametrize(
    ("route", "terminal", "why"),
    [
        (Route.NATIVE, replace(PLAIN, native=Native.XSEL), "the clipboard did not give it back (xsel)"),
        (Route.NATIVE, PLAIN, "this machine has no clipboard that can be read back"),
        (Route.SCREEN, PLAIN, "it is too long for screen, or the terminal is gone"),
        (Route.TMUX, PLAIN, "no terminal is attached to this tmux session"),
        (Route.TMUX, within(replace(GOOD, client=None)), "no terminal is attached to this tmux session"),
        (Route.TMUX, within(GOOD), "the terminal did not take it"),
        (Route.OSC52, PLAIN, "the terminal did not take it"),
    ],
)
def test_the_words_for_a_way_that_failed(route: Route, terminal: Terminal, why: str) -> None:
    assert why_failed(route, terminal) == why


async def test_a_setting_forces_a_route() -> None:
    sent: list[str] = []
    report = await copy(SECRET, replace(FORWARDED, native=Native.XCLIP), sent.append, force=Route.OSC52)
    assert report.digest is None  # nothing here can read it back, so nothing can be cleared
    assert (report.outcome, sent) == (Outcome.SENT, [sequences.osc52(SECRET.encode())])
    report = await copy(SECRET, PLAIN, refuse_to_write, force=Route.NONE)
    assert report.said.startswith("NOT copied: the settings switch copying off.")
    assert expect(PLAIN, force=Route.NONE).outcome is Outcome.FAILED
    report = await copy(SECRET, PLAIN, refuse_to_write, force=Route.NATIVE)
    assert report.said.startswith("NOT copied: this machine has no clipboard that can be read back.")
    report = await copy(SECRET, within(replace(GOOD, client=None)), refuse_to_write, force=Route.TMUX)
    assert report.said.startswith("NOT copied: no terminal is attached to this tmux session.")


async def test_a_terminal_that_is_gone() -> None:
    def broken(_: str) -> None:
        raise OSError

    report = await copy(SECRET, PLAIN, broken)
    assert report.said.startswith("NOT copied: the terminal did not take it.")


@pytest.mark.parametrize("leaves", [True, False])
async def test_a_copy_is_sent_once_it_has_left_and_not_before(leaves: bool) -> None:
    """The app's terminal may not read for a while."""
    begun, reads = asyncio.Event(), asyncio.Event()

    async def write(_: str) -> None:
        begun.set()
        await reads.wait()
        if not leaves:
            raise TimeoutError

    copying = asyncio.create_task(copy(SECRET, PLAIN, write))
    await begun.wait()
    assert not copying.done()
    reads.set()
    assert (await copying).outcome is (Outcome.SENT if leaves else Outcome.FAILED)


async def test_what_is_too_long_is_not_sent() -> None:
    sent: list[str] = []
    assert (await copy("x" * 74_994, PLAIN, sent.append)).outcome is Outcome.SENT
    assert len(sent[0]) <= 100_000
    screen = Terminal("screen", screen=True)
    for terminal in (PLAIN, within(PASSING), screen):
        assert (await copy("x" * 74_995, terminal, refuse_to_write)).outcome is Outcome.FAILED
    for size in range(490, 540):
        sent.clear()
        report = await copy("x" * size, screen, sent.append)
        assert [len(sequence) < 700 for sequence in sent] == [True] * (report.outcome is Outcome.SENT)


def test_nothing_asks_for_the_clipboard() -> None:
    for build in (sequences.osc52, sequences.through_tmux, sequences.through_screen):
        assert "?" not in (build(SECRET.encode()) or "?")


def test_no_report_shows_what_was_copied() -> None:
    from butlr_tui.delivery.clipboard.copy import ClipboardDigest

    assert SECRET not in repr(ClipboardDigest.of(SECRET))
    assert "digest" not in repr(ClipboardDigest.of(SECRET))


def test_only_the_child_imports_pyperclip() -> None:
    code = (
        "import sys, butlr_tui.delivery.clipboard.copy, butlr_tui.delivery.command, butlr_tui.delivery.file;"
        "print(sorted({'pyperclip', 'textual', 'httpx'} & set(sys.modules)))"
    )
    assert run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
