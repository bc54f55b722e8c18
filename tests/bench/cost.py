"""What it costs: memory, bytes over the wire, idling."""

from collections.abc import Sequence
from functools import cache

from tests.bench.figure import MANY, SIZES, Figure, Growth, median
from tests.bench.fixtures import Fixtures
from tests.bench.keys import app

_MINUTE = 60.0


@cache
def _resident(fixtures: Fixtures, rounds: int, size: int) -> float:
    """MiB, once the list is on screen."""
    found = []
    for _ in range(max(1, rounds // 5)):  # it hardly differs between runs
        with app(fixtures, size) as terminal:
            found.append(terminal.resident)
    return median(found)


def memory(fixtures: Fixtures, rounds: int) -> float:
    return _resident(fixtures, rounds, MANY) / _resident(fixtures, rounds, 1_000)


def growth_of_memory(fixtures: Fixtures, rounds: int) -> Sequence[float]:
    return [_resident(fixtures, rounds, size) for size in SIZES]


@cache
def _bytes_of_down(fixtures: Fixtures) -> list[int]:
    """Of each of a hundred times down in 1,000 clients."""
    with app(fixtures, 1_000) as terminal:
        return [terminal.written_for("j") for _ in range(100)]


def bytes_in_view(fixtures: Fixtures, rounds: int) -> float:
    """The first screen has 30 rows at least: none of these downs scrolls."""
    return max(_bytes_of_down(fixtures)[:30])


def bytes_past_the_edge(fixtures: Fixtures, rounds: int) -> float:
    found = _bytes_of_down(fixtures)
    return sum(found) / len(found)


@cache
def _idle(fixtures: Fixtures, with_filter: bool) -> tuple[int, float]:
    """The bytes of a minute, and the share of a core in percent."""
    with app(fixtures, 1_000) as terminal:
        if with_filter:
            terminal.press("/", "keep")
            terminal.written_in(1.0)
        before = terminal.cpu
        written = terminal.written_in(_MINUTE)
        return written, 100 * (terminal.cpu - before) / _MINUTE


def idle_bytes(fixtures: Fixtures, rounds: int) -> float:
    return _idle(fixtures, False)[0]


def idle_bytes_in_the_filter(fixtures: Fixtures, rounds: int) -> float:
    return _idle(fixtures, True)[0]


def idle_cpu(fixtures: Fixtures, rounds: int) -> float:
    return max(_idle(fixtures, False)[1], _idle(fixtures, True)[1])


FIGURES = [
    Figure("memory", "resident memory at 100,000 ÷ at 1,000", 2.8, memory),
    Figure("bytes-down", "bytes to the terminal per down in view", 400, bytes_in_view, "bytes"),
    Figure("bytes-edge", "the same, averaged past the edge", 900, bytes_past_the_edge, "bytes"),
    Figure("idle-bytes", "bytes to the terminal in an idle minute", 0, idle_bytes, "bytes"),
    Figure("idle-filter", "the same with the filter focused", 0, idle_bytes_in_the_filter, "bytes"),
    Figure("idle-cpu", "CPU in an idle minute, percent of a core", 0.3, idle_cpu, "%"),
]
GROWTH = [Growth("resident memory", "MiB", growth_of_memory)]
