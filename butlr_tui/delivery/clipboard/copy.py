"""Copies a secret by the best way there is, and says honestly what came of it.

    VERIFIED  read back and equal; only this may say "copied"
    SENT      handed to a terminal that cannot answer
    FAILED    nowhere

A clipboard is no storage, whatever the outcome.
"""

from dataclasses import dataclass, field
from enum import Enum

from pydantic import SecretStr

from butlr_tui.delivery.clipboard.detect import Terminal
from butlr_tui.delivery.clipboard.native import ClipboardDigest, clear_if_ours
from butlr_tui.delivery.clipboard.routes import (
    Route,
    Write,
    plan,
    said_before,
    said_when_done,
    send,
    why_failed,
    why_none,
)
from butlr_tui.text import sentence

__all__ = [
    "ClipboardDigest",
    "Expectation",
    "Outcome",
    "Report",
    "Route",
    "clear_if_ours",
    "copy",
    "expect",
]


class Outcome(Enum):
    """How far a copy came: exactly these three."""

    VERIFIED = "verified"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Report:
    """What a copy came to, by which way, and the sentence that tells the user."""

    outcome: Outcome
    route: Route
    """The way that it took; NONE where it failed."""
    said: str
    """The sentence for the user."""
    digest: ClipboardDigest | None = field(default=None, repr=False)
    """For `clear_if_ours`; None unless verified, since nothing else can be read back."""
    why: str = ""
    """Why it failed, as a clause."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a copy would come to from here, known before anything is copied."""

    outcome: Outcome
    """At best."""
    route: Route
    said: str
    """A few words, without a capital or a full stop."""


def expect(terminal: Terminal, *, force: Route | None = None) -> Expectation:
    """Which way a copy would take from `terminal`, and what it could come to. Touches no clipboard."""
    routes = _planned(terminal, force)
    if not routes:
        return Expectation(Outcome.FAILED, Route.NONE, _why_none(terminal, force))
    return Expectation(_outcome(routes[0]), routes[0], said_before(routes[0], terminal))


async def copy(
    value: SecretStr | str,
    terminal: Terminal,
    write: Write,
    *,
    force: Route | None = None,
    otherwise: str = "",
) -> Report:
    """Copies `value` by the first way from `terminal` that works, and reports what it came to.

    `write` puts an escape sequence on the terminal. `force` (a setting) takes that way or none. The report of
    a failure ends with `otherwise`, what can be done instead. Takes up to 4 s per way, 10 s on WSL. Never
    raises for what a clipboard does.
    """
    routes = _planned(terminal, force)
    for route in routes:
        if await send(route, value, terminal, write):
            held = ClipboardDigest.of(value) if route is Route.NATIVE else None
            return Report(_outcome(route), route, said_when_done(route, terminal), held)
    why = why_failed(routes[-1], terminal) if routes else _why_none(terminal, force)
    cannot = not routes and terminal.mute and force is None
    said = sentence(why) if cannot else f"NOT copied: {why}"
    return Report(Outcome.FAILED, Route.NONE, f"{said}. {otherwise}".rstrip(), why=why)


def _planned(terminal: Terminal, force: Route | None) -> tuple[Route, ...]:
    if force is None:
        return plan(terminal)
    return () if force is Route.NONE else (force,)


def _why_none(terminal: Terminal, force: Route | None) -> str:
    return "the settings switch copying off" if force is Route.NONE else why_none(terminal)


def _outcome(route: Route) -> Outcome:
    return Outcome.VERIFIED if route is Route.NATIVE else Outcome.SENT
