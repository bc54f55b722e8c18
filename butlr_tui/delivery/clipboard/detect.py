"""Where are we? What the clipboard can be reached through from here, found out without touching it."""

import os
import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from shutil import which
from typing import Final

from butlr_tui.delivery.clipboard import tmux as tmux_
from butlr_tui.delivery.clipboard.tmux import Changes, Tmux
from butlr_tui.system.processes import Run, without_secrets
from butlr_tui.system.processes import run as run_child

_FORWARDED: Final = re.compile(r"localhost:\d+(\.\d+)?")
LINES_ONLY: Final = "lines"
"""Stands in the place of TERM for whoever sends a terminal nothing but lines, whatever it could do."""
_MUTE: Final = ("", "dumb", "linux", "unknown", LINES_ONLY)
"""Terminals with no clipboard behind them. Most serial consoles say one of these too."""


class Native(StrEnum):
    """A clipboard of this machine's desktop, by the tool that speaks to it.

    klipper is not here since it takes the secret as an argument, nor Qt since its clipboard ends with the
    process that filled it.
    """

    MACOS = "pbcopy"
    WSL = "wsl"
    WAYLAND = "wl-clipboard"
    XCLIP = "xclip"
    XSEL = "xsel"


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where we are, as far as the clipboard goes."""

    term: str
    remote: bool = False
    """We came here over SSH: this machine's own clipboard is the wrong one."""
    forwarded: bool = False
    """`native` is X on the user's own machine, forwarded by SSH."""
    native: Native | None = None
    tmux: Tmux | None = None
    screen: bool = False
    environment: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """For children: with what tmux knows better, and without our secrets."""

    @property
    def mute(self) -> bool:
        """Nothing that is written to this terminal can reach a clipboard."""
        return self.term in _MUTE


async def detect(
    environment: Mapping[str, str],
    run: Run = run_child,
    *,
    system: str = sys.platform,
    kernel: str | None = None,
    tty: str | None = None,
) -> Terminal:
    """Finds out what this terminal offers. Takes some 10 ms, inside a tmux that does not answer up to 4 s.

    `system`, `kernel` (its release) and `tty` (our terminal's device) are asked of the machine unless given.
    """
    term = environment.get("TERM", "")
    tmux: Tmux | None = None
    changes: Changes = {}
    if environment.get("TMUX"):
        tmux, changes, pane_tty = await tmux_.ask(without_secrets(environment), run)
        if pane_tty != (tty or _own_tty()) and _tmux_is_elsewhere(environment, term):
            tmux, changes = None, {}
    now = {name: value for name, value in environment.items() if name not in changes}
    now |= {name: value for name, value in changes.items() if value is not None}
    remote = _is_remote(now, changes)
    forwarded = remote and bool(_FORWARDED.fullmatch(now.get("DISPLAY", "")))
    return Terminal(
        term=term,
        remote=remote,
        forwarded=forwarded,
        native=_native(now, remote, forwarded, system, kernel or platform.release()),
        tmux=tmux,
        screen=tmux is None and "STY" in environment,
        environment=without_secrets(now),
    )


def _tmux_is_elsewhere(environment: Mapping[str, str], term: str) -> bool:
    """For a terminal that is not the pane's own: whether TMUX was only inherited.

    A screen within tmux does so, and a desktop terminal that was started from a pane. What `script` and
    `sudo` put between keeps the pane's TERM.
    """
    return "STY" in environment or not term.startswith(("tmux", "screen"))


def _is_remote(now: Mapping[str, str], changes: Changes) -> bool:
    """Whether we came here over SSH. SSH_TTY decides only where tmux does not speak of SSH_CONNECTION: tmux
    never refreshes SSH_TTY.
    """
    if now.get("SSH_CONNECTION"):
        return True
    return bool(now.get("SSH_TTY")) and "SSH_CONNECTION" not in changes


def _native(now: Mapping[str, str], remote: bool, forwarded: bool, system: str, kernel: str) -> Native | None:
    path = now.get("PATH", os.defpath)

    def has(*programs: str) -> bool:
        return all(which(program, path=path) for program in programs)

    if not remote:
        if system == "darwin" and has("pbcopy", "pbpaste"):
            return Native.MACOS
        wsl = "WSL_DISTRO_NAME" in now or "microsoft" in kernel.lower()
        if wsl and has("clip.exe", "powershell.exe"):
            return Native.WSL
        if now.get("WAYLAND_DISPLAY") and has("wl-copy", "wl-paste"):
            return Native.WAYLAND
    if now.get("DISPLAY") and (forwarded or not remote):
        return next((tool for tool in (Native.XCLIP, Native.XSEL) if has(tool)), None)
    return None


def _own_tty() -> str:
    for stream in (0, 1, 2):
        try:
            return os.ttyname(stream)
        except OSError:
            continue
    return ""
