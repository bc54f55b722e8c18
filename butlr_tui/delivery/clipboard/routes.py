"""Every way to a clipboard, in order, and the words for each.

Source of the table: what was measured with tmux 3.3a, GNU screen 4.09 and pyperclip 1.11 on real terminals;
the README tells it to the user.
"""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Final

from pydantic import SecretStr

from butlr_tui.delivery.clipboard import sequences
from butlr_tui.delivery.clipboard import tmux as tmux_
from butlr_tui.delivery.clipboard.detect import LINES_ONLY, Terminal
from butlr_tui.delivery.clipboard.native import copy_and_verify
from butlr_tui.delivery.formats import to_bytes
from butlr_tui.text import safe

Write = Callable[[str], Awaitable[None] | None]
"""Puts an escape sequence on the terminal; to be awaited where that can take a while. Raises OSError where
there is no terminal, or none that reads. From the caller, which owns the terminal's writer."""

_LOAD_BUFFER_SINCE: Final = (3, 2)


class Route(StrEnum):
    """A way to a clipboard. The values may be written in a setting that forces one."""

    NATIVE = "native"
    TMUX = "tmux"
    TMUX_PASSTHROUGH = "tmux-passthrough"
    SCREEN = "screen"
    OSC52 = "osc52"
    NONE = "none"


_SEQUENCES: Final = {
    Route.TMUX_PASSTHROUGH: sequences.through_tmux,
    Route.SCREEN: sequences.through_screen,
    Route.OSC52: sequences.osc52,
}


def plan(terminal: Terminal) -> tuple[Route, ...]:
    """The routes worth trying here, best first; empty where there is none."""
    native = (Route.NATIVE,) if terminal.native else ()
    return (*native, *_through_the_terminal(terminal))


def _through_the_terminal(terminal: Terminal) -> tuple[Route, ...]:
    if terminal.term == LINES_ONLY:  # tmux is handed it by a program of its own
        return tuple(route for route in _by_what_it_runs_in(terminal) if route is Route.TMUX)
    return () if terminal.mute else _by_what_it_runs_in(terminal)


def _by_what_it_runs_in(terminal: Terminal) -> tuple[Route, ...]:
    tmux = terminal.tmux
    if tmux is None:
        return (Route.SCREEN if terminal.screen else Route.OSC52,)
    if not tmux.answered:
        return (Route.TMUX_PASSTHROUGH,)
    if tmux.set_clipboard == "off" or tmux.client is None:
        return ()
    if tmux.version >= _LOAD_BUFFER_SINCE and tmux.has_ms:
        return (Route.TMUX,)
    return (Route.TMUX_PASSTHROUGH,) if tmux.passes else ()


async def send(route: Route, value: SecretStr | str, terminal: Terminal, write: Write) -> bool:
    """Takes `value` along one route. True: verified if the route is NATIVE, else handed over."""
    if route is Route.NATIVE:
        tool = terminal.native
        return tool is not None and await copy_and_verify(tool, value, terminal.environment)
    secret = to_bytes(value)
    if route is Route.TMUX:
        tmux = terminal.tmux
        if tmux is None or tmux.client is None or len(secret) > sequences.OSC52_LIMIT:
            return False  # without a client of ours, one of another session would get it
        return await tmux_.hand_over(tmux, tmux.client, secret, terminal.environment)
    sequence_for = _SEQUENCES.get(route)
    sequence = sequence_for(secret) if sequence_for is not None else None
    return sequence is not None and await put(sequence, write)


async def put(sequence: str, write: Write) -> bool:
    """Puts a sequence on the terminal. Whether it has left."""
    try:
        written = write(sequence)
        if written is not None:
            await written
    except (OSError, ValueError):  # the terminal is gone or does not read, or its writer is closed
        return False
    return True


def said_when_done(route: Route, terminal: Terminal) -> str:
    """The sentence for the user after a `send` that was true. Only what was verified is "copied"."""
    if route is Route.NATIVE and terminal.forwarded:
        return "Copied, and verified on your forwarded X display."
    return {
        Route.NATIVE: "Copied, and verified by reading it back.",
        Route.TMUX: "Sent to your terminal through tmux; it can't be verified: paste to check.",
        Route.TMUX_PASSTHROUGH: "Sent to your terminal through tmux; it can't be verified: paste to check.",
        Route.SCREEN: "Sent through screen; it can't be verified: paste to check.",
        Route.OSC52: "Sent to your terminal; many terminals ignore this: paste to check.",
    }[route]


def said_before(route: Route, terminal: Terminal) -> str:
    """What a copy along `route` will be, in a few words, for a choice that is still to be made."""
    if route is Route.NATIVE and terminal.forwarded:
        return "your forwarded X display, verified by reading it back"
    return {
        Route.NATIVE: "verified by reading it back",
        Route.TMUX: "sent through tmux, can't be verified",
        Route.TMUX_PASSTHROUGH: "sent through tmux, can't be verified",
        Route.SCREEN: "sent through screen, can't be verified",
        Route.OSC52: "sent to your terminal; it may ignore it",
    }[route]


def why_none(terminal: Terminal) -> str:
    """Why nothing leads to a clipboard from here, as a clause."""
    tmux, is_lines = terminal.tmux, terminal.term == LINES_ONLY
    if terminal.mute and not is_lines:
        return f"this terminal can't take a copy (TERM={safe(terminal.term)})"
    if tmux and tmux.answered:
        if tmux.set_clipboard == "off":
            return "tmux is set to keep the clipboard to itself (set-clipboard off)"
        if tmux.client is None:
            return "no terminal is attached to this tmux session"
        if not tmux.passes and not tmux.has_ms and not is_lines:
            return "tmux does not pass the clipboard on here (`set -g allow-passthrough on` lets it)"
    if is_lines:
        return "the prompts send a terminal nothing but lines, and this machine has no clipboard of its own"
    return "nothing here takes a copy"


def why_failed(route: Route, terminal: Terminal) -> str:
    """Why a route that was tried came to nothing, as a clause."""
    if route is Route.NATIVE:
        tool = f"the clipboard did not give it back ({terminal.native})"
        return tool if terminal.native else "this machine has no clipboard that can be read back"
    if route is Route.SCREEN:
        return "it is too long for screen, or the terminal is gone"
    if route is Route.TMUX and (terminal.tmux is None or terminal.tmux.client is None):
        return "no terminal is attached to this tmux session"
    return "the terminal did not take it"
