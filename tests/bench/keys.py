"""From a key to what it paints."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from string import ascii_lowercase

from tests.bench.figure import MANY, SIZES, Figure, Growth, median
from tests.bench.fixtures import Fixtures
from tests.bench.timed import COMMAND, TimedPty

_BACKSPACE, _HOME, _END, _PAGE_DOWN = "\x7f", "\x1b[H", "\x1b[F", "\x1b[6~"

Key = Callable[[TimedPty, int, Fixtures], float]
"""Presses a key in the app with so many clients, and gives the seconds."""


@contextmanager
def app(fixtures: Fixtures, size: int) -> Iterator[TimedPty]:
    """The app with so many clients on screen, when it has come to rest."""
    with TimedPty(COMMAND, fixtures.environment(fixtures.service(size))) as terminal:
        terminal.until(f"of {size:,}")
        terminal.rests()
        yield terminal


def _down(terminal: TimedPty, size: int, fixtures: Fixtures) -> float:
    return terminal.press("j")


def _page_down(terminal: TimedPty, size: int, fixtures: Fixtures) -> float:
    taken = terminal.press(_PAGE_DOWN)
    terminal.press(_HOME, rf"\b1 of {size:,}")
    return taken


def _end(terminal: TimedPty, size: int, fixtures: Fixtures) -> float:
    taken = terminal.press(_END, f"{size:,} of {size:,}")
    terminal.press(_HOME, rf"\b1 of {size:,}")
    return taken


def _mark_all(terminal: TimedPty, size: int, fixtures: Fixtures) -> float:
    taken = terminal.press("*", r"\d marked")
    terminal.press("u")
    return taken


class _Filter:
    """Types one letter into the empty filter, another one each time, and takes it back."""

    def __init__(self) -> None:
        self._open: set[int] = set()
        self._next: dict[int, int] = {}

    def __call__(self, terminal: TimedPty, size: int, fixtures: Fixtures) -> float:
        if size not in self._open:
            self._open.add(size)
            terminal.press("/", "keep")
        letters = self._letters(size, fixtures)
        letter = letters[self._next.get(size, 0) % len(letters)]
        self._next[size] = self._next.get(size, 0) + 1
        hits = sum(letter in text for text in fixtures.service(size).texts)
        taken = terminal.press(letter, rf"of {hits:,}\b")
        terminal.press(_BACKSPACE, rf"of {size:,}")
        return taken

    @cache  # noqa: B019 (it lives as long as the measurement)
    def _letters(self, size: int, fixtures: Fixtures) -> list[str]:
        texts = fixtures.service(size).texts
        return [letter for letter in ascii_lowercase if 0 < sum(letter in text for text in texts) < size]


def taken(fixtures: Fixtures, rounds: int, key: Key, sizes: Sequence[int]) -> dict[int, list[float]]:
    """The seconds that a key takes at each size, in turns."""
    with ExitStack() as stack:
        apps = {size: stack.enter_context(app(fixtures, size)) for size in sizes}
        found: dict[int, list[float]] = {size: [] for size in sizes}
        for _ in range(rounds):
            for size, terminal in apps.items():
                found[size].append(key(terminal, size, fixtures))
    return found


KEYS: dict[str, Callable[[], Key]] = {
    "filter": _Filter,
    "down": lambda: _down,
    "page down": lambda: _page_down,
    "end": lambda: _end,
}


@cache
def _all_taken(fixtures: Fixtures, rounds: int, name: str) -> dict[int, list[float]]:
    return taken(fixtures, rounds, KEYS[name](), SIZES)


def _ratio(name: str, fixtures: Fixtures, rounds: int) -> float:
    found = _all_taken(fixtures, rounds, name)
    return median([much / little for much, little in zip(found[MANY], found[SIZES[0]], strict=True)])


def _cost_of_marks(fixtures: Fixtures, rounds: int) -> float:
    """Milliseconds that marking all takes more than a key which moves the cursor."""
    marked = taken(fixtures, rounds, _mark_all, [MANY])[MANY]
    return 1000 * (median(marked) - median(_all_taken(fixtures, rounds, "down")[MANY]))


def _growth(name: str, fixtures: Fixtures, rounds: int) -> Sequence[float]:
    return [1000 * median(one) for one in _all_taken(fixtures, rounds, name).values()]


FIGURES = [
    Figure(
        re.sub(" ", "-", name),
        f"{name} key → paint at 100,000 ÷ at 100",
        4 if name == "filter" else 1.5,
        partial(_ratio, name),
    )
    for name in KEYS
]
FIGURES.append(
    Figure(
        "mark-all", "* key → 100,000 marked and counted, more than a down key takes", 50, _cost_of_marks, "ms"
    )
)
GROWTH = [Growth(f"{name} key → paint", "ms", partial(_growth, name)) for name in KEYS]
