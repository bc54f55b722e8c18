"""The terminal, its colours, the clipboard, and the programs that keep secrets."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from butlr_tui.config.model import AUTOMATIC, SMALLEST_TERMINAL
from butlr_tui.delivery.clipboard.copy import Outcome, copy, expect
from butlr_tui.delivery.clipboard.detect import detect
from butlr_tui.delivery.clipboard.native import can_be_read
from butlr_tui.delivery.clipboard.routes import Route, why_failed
from butlr_tui.delivery.command import check
from butlr_tui.doctor.check import Check, fail, ok, warn
from butlr_tui.system.delivery_command import DeliveryCommand
from butlr_tui.system.streams import is_terminal
from butlr_tui.text import safe, truncate

WORD: Final = "butlr-tui doctor was here"
"""What a try of the clipboard copies."""
_DUMB: Final = frozenset({"", "dumb", "unknown"})


@dataclass(frozen=True, slots=True)
class TerminalWindow:
    """The window that the app would run in."""

    is_terminal: bool
    size: tuple[int, int] | None
    """Columns and lines."""
    encoding: str

    @staticmethod
    def of_this_process() -> "TerminalWindow":
        """The one that stdin and stdout lead to, if they do."""
        encoding = sys.stdout.encoding if sys.stdout else "utf-8"
        try:
            size = os.get_terminal_size(sys.stdout.fileno())
        except (AttributeError, OSError, ValueError):  # it is closed, or no terminal
            return TerminalWindow(is_terminal(), None, encoding)
        return TerminalWindow(is_terminal(), (size.columns, size.lines), encoding)


def terminal_checks(window: TerminalWindow, environment: Mapping[str, str]) -> Iterator[Check]:
    """Whether the app can run in `window`, by what is known of it without asking the terminal."""
    columns, lines = SMALLEST_TERMINAL
    term = environment.get("TERM", "")
    shown = truncate(safe(term), 60) or "not set"
    if not window.is_terminal:
        yield warn("terminal", "This is no terminal.", "The app needs one; the plain commands do not.")
    elif term in _DUMB:
        set_it = "Set TERM to what your terminal is, such as xterm-256color."
        if term == "dumb":
            yield warn("terminal", "TERM is dumb, so the app is prompts, line by line.", set_it)
        else:
            yield fail("terminal", f"TERM is {shown}.", set_it)
    elif window.size is not None and (window.size[0] < columns or window.size[1] < lines):
        found = f"It has {window.size[0]}×{window.size[1]} cells."
        yield warn("terminal", found, f"The app needs {columns}×{lines}: make the window larger.")
    else:
        size = f", {window.size[0]}×{window.size[1]}" if window.size else ""
        yield ok("terminal", f"TERM is {shown}{size}.")
    if window.encoding.lower().replace("-", "") != "utf8":
        yield warn(
            "encoding", f"It is {safe(window.encoding)}.", "Set LANG to a UTF-8 locale, such as C.UTF-8."
        )
    yield _colours(term, environment)


def _colours(term: str, environment: Mapping[str, str]) -> Check:
    if environment.get("NO_COLOR"):
        return ok("colours", "None, as NO_COLOR asks; words and signs say the same.")
    if environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return ok("colours", "16 million; the app uses your terminal's own 16.")
    if "256" in term or "direct" in term:
        return ok("colours", "256; the app uses your terminal's own 16.")
    if term in _DUMB or term.startswith("vt"):
        return warn("colours", "None.", "Words and signs say the same.")
    return ok("colours", "16, which is what the app uses.")


async def clipboard_checks(
    environment: Mapping[str, str], setting: str, write: Callable[[str], None] | None
) -> AsyncIterator[Check]:
    """Which way a copy takes, which `setting` may force. One that is to be read back is tried as far as reading.

    With `write` it is tried with a harmless word, over what was in the clipboard.
    """
    terminal = await detect(environment)
    forced = None if setting == AUTOMATIC else Route(setting)
    expected = expect(terminal, force=forced)
    if expected.outcome is Outcome.FAILED:
        todo = "A secret can still be saved to a file, handed to a command or revealed."
        yield warn("clipboard", f"Nothing can be copied here: {expected.said}.", todo)
    elif expected.route is Route.NATIVE and not await can_be_read(terminal):
        tool = f"nothing could be read from the clipboard ({terminal.native})"
        why = tool if terminal.native else why_failed(Route.NATIVE, terminal)
        todo = "`butlr-tui doctor --copy` tries a copy; `clipboard` in the settings chooses another way."
        yield warn("clipboard", f"A copy can't be verified here: {why}.", todo)
    else:
        yield ok("clipboard", f"A copy is {expected.said} ({expected.route}).")
    if write is not None:
        report = await copy(WORD, terminal, write, force=forced)
        said = f"“{WORD}”: {report.said}"
        if report.outcome is Outcome.FAILED:
            yield warn("copy", said, "Choose another way with `clipboard` in the settings.")
        elif report.outcome is Outcome.SENT:
            if expected.route is Route.NATIVE:
                said = f"{said} Before that, {why_failed(Route.NATIVE, terminal)}."
            yield warn("copy", said, "If nothing is pasted, your terminal does not allow it (OSC 52).")
        else:
            yield ok("copy", said)


async def command_checks(
    commands: tuple[DeliveryCommand, ...], environment: Mapping[str, str]
) -> AsyncIterator[Check]:
    """Whether the programs that keep secrets are installed. None of them is run."""
    for command in commands:
        fault = await check(command, environment)
        name = f"command {command.name}"
        yield fail(name, fault, "Install it, or correct its argv.") if fault else ok(name, "It is installed.")
