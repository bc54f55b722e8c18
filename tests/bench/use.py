"""What stays behind when the app was used for long: the same keys at every run, on a pty."""

from random import Random
from typing import Final

from tests.bench.figure import Figure
from tests.bench.fixtures import Fixtures
from tests.bench.timed import COMMAND, TimedPty

_CLIENTS: Final = 5_000
_SEED: Final = 12
# As a terminal with the protocol of kitty sends it: a lone byte would be a key only after a while.
_ESCAPE: Final = "\x1b[27u"
_MOVES: Final = ("j", "k", "G", "g", "\x1b[6~", "\x1b[5~")
_DIALOGS: Final = (("n", "New client"), ("l", "Sign in to"), ("?", "The list"), ("d", "Delete"))
"""The key that opens each, and what it shows."""
_SOUGHT: Final = ("hvac", "badge", "lobby")
_SETTLED: Final = 0.1
"""Seconds without a byte after which all is painted."""

_READ: Final = 0.5
"""The same, after which a list is read."""


class _Operator:
    """Somebody who uses the app, at random and always alike."""

    def __init__(self, terminal: TimedPty) -> None:
        self._terminal = terminal
        self._random = Random(_SEED)

    def works(self, *, keys: int, dialogs: int, refreshes: int) -> None:
        """Press keys in the list and in the filter, open dialogs and leave them, and read the list again."""
        for _ in range(dialogs):
            opens, shows = self._random.choice(_DIALOGS)
            self._terminal.press(opens, shows)
            self._terminal.types(_ESCAPE)
            self._terminal.rests(_SETTLED)
            self._moves(keys // dialogs)
        for _ in range(refreshes):
            self._terminal.types("r")
            self._terminal.rests(_READ)

    def _moves(self, keys: int) -> None:
        self._terminal.types("".join(self._random.choices(_MOVES, k=keys)))
        self._terminal.rests(_SETTLED)
        self._terminal.press("/", "keep")
        self._terminal.press(self._random.choice(_SOUGHT), "of ")
        self._terminal.press(_ESCAPE, f"of {_CLIENTS:,}")
        self._terminal.rests(_SETTLED)


def growth_in_use(fixtures: Fixtures, rounds: int) -> float:
    """MiB above what it takes once everything has been opened and read a few times."""
    with TimedPty(COMMAND, fixtures.environment(fixtures.service(_CLIENTS))) as terminal:
        terminal.until(f"of {_CLIENTS:,}")
        terminal.rests()
        operator = _Operator(terminal)
        operator.works(keys=300, dialogs=30, refreshes=5)
        at_first = terminal.resident
        operator.works(keys=1_500, dialogs=100, refreshes=20)
        return terminal.resident - at_first


FIGURES = [
    Figure(
        "memory-use",
        "memory that 100 dialogs, 1,500 keys and 20 readings of 5,000 leave, after the first minute",
        10,
        growth_in_use,
        "MiB",
    ),
]
