"""Figure 42: on a line of 150 ms each way, what is typed ahead does what it does for somebody who waits."""

import os
import sys
from pathlib import Path
from random import Random
from typing import Final

import pytest

from butlr_tui.journal.journal import Journal
from tests.support.figures import figure, times
from tests.support.pty import Pty

pytestmark = pytest.mark.slow

_ONE_WAY: Final = "0.15"
"""Seconds."""
_ESCAPE: Final = "\x1b"
_NAMES: Final = ("harbour", "quay")
_KEYS: Final = [key for name in _NAMES for key in ("n", *name, "\r", "\r", "f", "\r", _ESCAPE)] + [
    "/",
    *_NAMES[0],
    "\r",
]
"""Two clients are made and their secrets saved; then one is looked for."""


def bunches(run: int) -> list[str]:
    """The keys as they arrive: all at once, or in bunches."""
    if run == 0:
        return ["".join(_KEYS)]
    random, found, keys = Random(run), [], list(_KEYS)
    while keys:
        count = random.randint(1, 12)
        while keys[count - 1 : count] == [_ESCAPE]:  # what else comes within 100 ms is one key to a terminal
            count += 1
        found.append("".join(keys[:count]))
        del keys[:count]
    return found


@pytest.mark.parametrize("run", range(times(1, 40)))
def test_what_is_typed_ahead_is_neither_lost_nor_misdirected(run: int, tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    far = [sys.executable, "-m", "tests.support.far_terminal", _ONE_WAY]
    with Pty([*far, sys.executable, "-m", "butlr_tui", "demo"], environment) as terminal:
        terminal.shows("1 of 41")
        for bunch in bunches(run):
            terminal.types(bunch)
        terminal.shows("1 of 1")
        entries = Journal(tmp_path / "butlr-tui" / "demo").entries()
        wrong = sum(entry.is_open for entry in entries) + abs(len(entries) - len(_NAMES))
        wrong += sum(not (tmp_path / f"{name}.env").exists() for name in _NAMES)
        figure(42, keys=len(_KEYS), lost_or_misdirected=wrong)
        assert wrong == 0
        terminal.types("q")
        assert terminal.ends() == 0
        assert terminal.is_restored()
