"""The app's way to a clipboard: the terminal's own, unless the settings name another; cleared after a while."""

import pytest

from butlr_tui.delivery.clipboard import copy as clipboards
from butlr_tui.delivery.clipboard.copy import ClipboardDigest, Outcome, Route
from butlr_tui.delivery.formats import Format
from butlr_tui.operations.clipboard import Clipboard, Expected
from tests.support.delivery import SECRET, base64, refuse_to_write

XTERM = {"TERM": "xterm-256color", "PATH": ""}


async def test_what_a_copy_will_come_to_is_told_before() -> None:
    assert await Clipboard(refuse_to_write, XTERM).expectation() == Expected(
        True, "sent to your terminal; it may ignore it"
    )
    nowhere = await Clipboard(refuse_to_write, {"TERM": "dumb", "PATH": ""}).expectation()
    assert (nowhere.works, nowhere.said) == (False, "this terminal can't take a copy (TERM=dumb)")


async def test_a_copy_goes_to_the_terminal() -> None:
    sent: list[str] = []
    report = await Clipboard(sent.append, XTERM).copy("client_x")
    assert (report.outcome, report.route) == (Outcome.SENT, Route.OSC52)
    assert sent == [f"\x1b]52;c;{base64('client_x').decode()}\x07"]


async def test_the_settings_name_another_way() -> None:
    sent: list[str] = []
    report = await Clipboard(sent.append, XTERM, way="screen").copy("client_x")
    assert report.route is Route.SCREEN
    to = Clipboard(sent.append, XTERM, way="screen").to(Format.ENV)
    assert (to.format, to.force) == (Format.ENV, Route.SCREEN)


@pytest.mark.parametrize(
    ("cleared", "said"),
    [
        (True, "✓ The secret is cleared from your clipboard."),
        (False, ""),  # something else is in it by now
        (None, "! Your clipboard could not be read, so the secret may still be in it: clear it yourself."),
    ],
)
async def test_what_is_said_of_a_secret_that_is_cleared_later(
    monkeypatch: pytest.MonkeyPatch, cleared: bool | None, said: str
) -> None:
    held: list[ClipboardDigest] = []

    async def clear(digest: ClipboardDigest, _: object) -> bool | None:
        held.append(digest)
        return cleared

    monkeypatch.setattr(clipboards, "clear_if_ours", clear)
    digest = ClipboardDigest.of(SECRET)
    assert await Clipboard(refuse_to_write, XTERM, clear_seconds=0.01).clear_later(digest) == said
    assert held == [digest]


async def test_it_may_be_left_in_the_clipboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboards, "clear_if_ours", refuse_to_write)
    clipboard = Clipboard(refuse_to_write, XTERM, clear_seconds=0)
    assert await clipboard.clear_later(ClipboardDigest.of(SECRET)) == ""
