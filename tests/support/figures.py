"""The figures of reliability: how often a test repeats its case, and what it measured.

    for _ in range(times(3, 50)):      # 3 times in CI, 50 in `python -m tests.soak`
        …
    figure(1, creates=creates, second_posts=posts - creates)

prints `figure 1: 60 creates, 0 second posts`, which the soak adds up over all tests of a figure. Everything in it
has been counted by the test, before the test asserts what it should be: a literal would say nothing.
"""

import os
import re
from typing import Final

SOAK: Final = "BUTLR_TUI_SOAK"
"""Set by `python -m tests.soak`: every case is repeated as often as its figure says."""
# Read here, once: no test sees variables of ours in its environment.
_IN_FULL: Final = SOAK in os.environ
_LINE: Final = re.compile(r"^figure (\d+): (.+)$", re.MULTILINE)


def times(ci: int, soak: int) -> int:
    """How often to repeat a case."""
    return soak if _IN_FULL else ci


def figure(number: int, **counts: int) -> None:
    """Print what was measured; `no_underscores` in the names of what was counted."""
    told = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in counts.items())
    print(f"\nfigure {number}: {told}", flush=True)


def measured(output: str) -> dict[int, dict[str, int]]:
    """What the figures in a test's output counted."""
    found: dict[int, dict[str, int]] = {}
    for number, told in _LINE.findall(output):
        counts = found.setdefault(int(number), {})
        for word in told.split(", "):
            count, _, what = word.partition(" ")
            counts[what] = counts.get(what, 0) + int(count)
    return found
