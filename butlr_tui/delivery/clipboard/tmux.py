"""Asks tmux about itself, and hands it a secret.

Measured with tmux 3.3a. Which client gets the secret is always said: without `-t`, `load-buffer -w` gives
it to a client of another session when none is attached to ours.
"""

import asyncio
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from butlr_tui.system.processes import Capture, Run, run

_SECONDS: Final = 2.0
_PASSING: Final = ("1", "on", "all")
_ABOUT_US: Final = "#{session_id}|#{version}|#{set-clipboard}|#{allow-passthrough}|#{pane_tty}"
_ABOUT_CLIENT: Final = "#{client_activity} #{client_name}"
_NEWEST: Final = (99, 0)

Changes = Mapping[str, str | None]
"""What tmux knows better than the environment that we inherited; None for a variable that is gone."""


@dataclass(frozen=True, slots=True)
class Tmux:
    """The tmux that we run in, as far as the clipboard goes."""

    socket: str
    session: str
    version: tuple[int, int]
    set_clipboard: str
    """on, external or off; empty where tmux did not say."""
    passes: bool
    """It lets a DCS passthrough reach the terminal."""
    client: str | None
    """The most recently active client attached to our session, by its terminal's name; None without one."""
    has_ms: bool
    """tmux knows how to set the clipboard of that client's terminal (`Ms`)."""
    answered: bool = True
    """False where tmux itself could not be asked, and all of the above is a guess."""


async def ask(environment: Mapping[str, str], run: Run) -> tuple[Tmux, Changes, str]:
    """Asks tmux about itself, about the environment, and which device our pane's terminal is."""
    socket, session = _in_variable(environment["TMUX"])
    tmux = _Asked(socket, environment, run)
    pane = environment.get("TMUX_PANE", session)
    about = (await tmux("display-message", "-p", "-t", pane, _ABOUT_US)).strip().split("|")
    if len(about) != _ABOUT_US.count("|") + 1:
        return Tmux(socket, session, (0, 0), "", True, None, False, answered=False), {}, ""
    session, version_name, set_clipboard, passthrough, pane_tty = about
    version = _version(version_name)
    variables, clients, info = await asyncio.gather(
        tmux("show-environment", "-t", session),
        tmux("list-clients", "-t", session, "-F", _ABOUT_CLIENT),
        tmux("info"),
    )
    client = _most_recent(clients)
    found = Tmux(
        socket=socket,
        session=session,
        version=version,
        set_clipboard=set_clipboard,
        passes=version < (3, 3) or passthrough in _PASSING,  # before 3.3 it could not be forbidden
        client=client,
        has_ms=client is not None and _has_ms(info, client),
    )
    return found, _changes(variables), pane_tty


async def hand_over(tmux: Tmux, client: str, secret: bytes, environment: Mapping[str, str]) -> bool:
    """Gives `secret` to the terminal of `client`; no buffer stays behind. True when tmux took it.

    It returns 0 even where nothing is sent, so True is no proof of anything.
    """
    buffer = f"butlr-{secrets.token_hex(8)}"
    argv, forget = ("tmux", "-S", tmux.socket), ("delete-buffer", "-b", buffer)
    gone = False
    try:
        # One call: a second one for the deletion can fail alone, where tmux is slow.
        sent = await run(
            (*argv, "load-buffer", "-w", "-t", client, "-b", buffer, "-", ";", *forget),
            environment=environment,
            seconds=_SECONDS,
            stdin=secret,
        )
        gone = sent.code == 0
        return gone
    finally:
        if not gone:  # it may have loaded it for all that
            await run((*argv, *forget), environment=environment, seconds=_SECONDS)


@dataclass(frozen=True, slots=True)
class _Asked:
    socket: str
    environment: Mapping[str, str]
    run: Run

    async def __call__(self, *words: str) -> str:
        """tmux's answer, empty where there is none."""
        ended = await self.run(
            ("tmux", "-S", self.socket, *words),
            environment=self.environment,
            seconds=_SECONDS,
            capture=Capture.STDOUT,
        )
        return ended.stdout.decode(errors="replace") if ended.code == 0 else ""


def _in_variable(variable: str) -> tuple[str, str]:
    """Socket and session of `TMUX=socket,pid,session`: where we were started, maybe not where we are."""
    server, _, session = variable.rpartition(",")
    return server.rpartition(",")[0], f"${session}"


def _version(name: str) -> tuple[int, int]:
    """The number in `3.3a`, `next-3.5`, `openbsd-7.4`; a development build counts as new, no name as old."""
    number = re.search(r"(\d+)\.(\d+)", name)
    if number:
        return int(number[1]), int(number[2])
    return _NEWEST if name else (0, 0)


def _most_recent(clients: str) -> str | None:
    """The client that was used last, from lines of `activity name`."""
    known = [line.split(" ", 1) for line in clients.splitlines() if " " in line]
    return max(known, key=lambda client: int(client[0]) if client[0].isdigit() else 0)[1] if known else None


def _has_ms(info: str, client: str) -> bool:
    """Whether the part of `tmux info` about this client's terminal has a value for Ms."""
    ours = False
    for line in info.splitlines():
        if line.startswith("Terminal "):
            ours = f" for {client}," in line
        elif ours and re.match(r"\s*\d+: Ms: \(string\) ", line):
            return True
    return False


def _changes(variables: str) -> Changes:
    """The variables that lines of `NAME=value` set and those of `-NAME` take away."""
    changes: dict[str, str | None] = {}
    for line in variables.splitlines():
        name, equals, value = line.partition("=")
        if equals:
            changes[name] = value
        elif line.startswith("-"):
            changes[line[1:]] = None
    return changes
