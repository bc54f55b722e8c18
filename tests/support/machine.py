"""Keeps this machine out of what is tested and pictured."""

import os
import time
from pathlib import Path

import pytest


def forget_this_machine(patch: pytest.MonkeyPatch, home: Path) -> None:
    """Take this user's credentials, settings, files, proxies, clipboard and colours out of the environment."""
    patch.setenv("HOME", str(home))
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        patch.setenv(variable, str(home / variable.lower()))
    patch.delenv("XDG_CACHE_HOME", raising=False)  # then it is in the home, also in one that a test makes
    for variable in os.environ:
        if variable.startswith(("BUTLR_", "TMUX", "SSH_", "TEXTUAL")) or variable.lower().endswith("_proxy"):
            patch.delenv(variable)
    for variable in (
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "STY",
        "NO_COLOR",
        "FORCE_COLOR",
        "COLORTERM",
        "ACCESSIBLE",
    ):
        patch.delenv(variable, raising=False)
    patch.setenv("TERM", "xterm-256color")
    patch.setenv("TZ", "UTC")
    time.tzset()
