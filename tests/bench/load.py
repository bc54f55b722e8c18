"""From the bytes of a long list to rows."""

from collections.abc import Sequence

from tests.bench.figure import MANY, SIZES, Figure, Growth, median
from tests.bench.fixtures import Fixtures
from tests.bench.probed import probed


def first_rows(fixtures: Fixtures, rounds: int) -> float:
    return median([probe.first_rows / probe.json_loads for probe in probed(fixtures, MANY, rounds)])


def all_rows(fixtures: Fixtures, rounds: int) -> float:
    return median([probe.all_rows / probe.json_loads for probe in probed(fixtures, MANY, rounds)])


def pause(fixtures: Fixtures, rounds: int) -> float:
    return 1000 * median([probe.pause_of_loading for probe in probed(fixtures, MANY, rounds)])


def growth_of_first_rows(fixtures: Fixtures, rounds: int) -> Sequence[float]:
    return [
        1000 * median([probe.first_rows for probe in probed(fixtures, size, _few(size, rounds))])
        for size in SIZES
    ]


def growth_of_all_rows(fixtures: Fixtures, rounds: int) -> Sequence[float]:
    return [
        1000 * median([probe.all_rows for probe in probed(fixtures, size, _few(size, rounds))])
        for size in SIZES
    ]


def _few(size: int, rounds: int) -> int:
    return rounds if size in {MANY, 1_000} else max(3, rounds // 3)  # those are measured anyway


FIGURES = [
    Figure("first-rows", "100,000 clients: first bytes → first rows ÷ `json.loads`", 0.3, first_rows),
    Figure("all-rows", "last byte → all rows painted and searchable ÷ `json.loads`", 3, all_rows),
    Figure("pause", "longest pause of the event loop while they load", 25, pause, "ms"),
]
GROWTH = [
    Growth("first bytes → first rows", "ms", growth_of_first_rows),
    Growth("last byte → all rows", "ms", growth_of_all_rows),
]
