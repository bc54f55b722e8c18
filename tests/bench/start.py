"""From the start of the process to what is on screen."""

import sys
from collections.abc import Mapping, Sequence

from tests.bench.figure import Figure, median
from tests.bench.fixtures import Fixtures
from tests.bench.probed import HEAVY, probed
from tests.bench.timed import COMMAND, ROOT, TimedPty

_BARE = [sys.executable, str(ROOT / "tests" / "bench" / "bare.py")]


def _seconds(argv: Sequence[str], environment: Mapping[str, str], text: str) -> float:
    with TimedPty(argv, environment) as terminal:
        return terminal.until(text) - terminal.started


def _against_bare(argv: Sequence[str], environment: Mapping[str, str], text: str, rounds: int) -> float:
    ratios = []
    for number in range(rounds + 1):
        bare = _seconds(_BARE, environment, "ready")
        ours = _seconds(argv, environment, text)
        if number:  # the first one warms the .pyc files
            ratios.append(ours / bare)
    return median(ratios)


def first_paint(fixtures: Fixtures, rounds: int) -> float:
    """The key bar is the last line of the first paint."""
    return _against_bare(COMMAND, fixtures.environment(fixtures.service(100)), "quit", rounds)


def from_service(fixtures: Fixtures, rounds: int) -> float:
    """1,000 clients from a running service."""
    return _against_bare(COMMAND, fixtures.environment(fixtures.service(1_000)), "of 1,000", rounds)


def from_demo(fixtures: Fixtures, rounds: int) -> float:
    """1,000 clients from a service in the process."""
    return _against_bare([*COMMAND, "demo"], fixtures.environment(demo=1_000), "of 1,000", rounds)


def modules(fixtures: Fixtures, rounds: int) -> float:
    """How many of the heavy ones are loaded at the first paint."""
    loaded = probed(fixtures, 100, 1)[0].modules
    return len([module for module in HEAVY if module in loaded])


def pause_of_imports(fixtures: Fixtures, rounds: int) -> float:
    """The event loop, while a thread imports what the first paint does not need."""
    return 1000 * median([probe.pause_of_imports for probe in probed(fixtures, 1_000, rounds)])


FIGURES = [
    Figure("first-paint", "first paint ÷ a bare Textual app, cold process", 1.3, first_paint),
    Figure("modules", "heavy modules loaded at first paint", 0, modules),
    Figure("start", "start → 1,000 clients from a running service ÷ bare", 2.2, from_service),
    Figure("demo", "start → 1,000 clients in the demo ÷ bare", 2.4, from_demo),
    Figure("imports", "longest pause of the event loop during late imports", 60, pause_of_imports, "ms"),
]
