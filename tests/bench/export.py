"""A long list as CSV in a file: from the key to the words that it is there, and how the event loop fares."""

import json
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.bench.calls import seconds_of
from tests.bench.figure import MANY, Figure, median
from tests.bench.fixtures import Fixtures
from tests.bench.timed import COMMAND, TimedPty
from tests.support.observed_app import PAUSES


@dataclass(frozen=True)
class _Export:
    since: float
    until: float
    """Of the monotonic clock: from the last key to the words."""
    printed: float
    """The seconds that `list --json` takes, as a whole process."""


@cache
def _exports(fixtures: Fixtures, rounds: int) -> tuple[list[_Export], list[tuple[float, float, float]]]:
    """So many exports, and the pauses of the event loop."""
    environment = fixtures.environment(fixtures.service(MANY))
    with tempfile.TemporaryDirectory() as folder:
        argv = [sys.executable, "-m", "tests.support.observed_app", folder, "30"]
        with TimedPty(argv, environment) as terminal:
            terminal.until(f"of {MANY:,}")
            terminal.rests()
            exports = [_one(terminal, environment) for _ in range(rounds)]
            terminal.types("q")
            terminal.ends()
        return exports, json.loads((Path(folder) / PAUSES).read_text())


def _one(terminal: TimedPty, environment: Mapping[str, str]) -> _Export:
    terminal.press("o", f"Export {MANY:,}")
    terminal.press("\r", "To a new file")
    since = time.monotonic()
    taken = terminal.press("\r", f"{MANY:,} clients saved")
    for file in Path(environment["HOME"]).glob("clients-*.csv"):
        file.unlink()
    return _Export(since, since + taken, seconds_of([*COMMAND, "list", "--json"], environment))


def ratio(fixtures: Fixtures, rounds: int) -> float:
    exports, _ = _exports(fixtures, rounds)
    return median([(one.until - one.since) / one.printed for one in exports])


def pause(fixtures: Fixtures, rounds: int) -> float:
    exports, pauses = _exports(fixtures, rounds)
    return 1000 * median(
        [
            max((worked for at, _, worked in pauses if one.since < at < one.until + worked), default=0.0)
            for one in exports
        ]
    )


FIGURES = [
    Figure("export", "export of 100,000 as CSV ÷ `list --json`, whole process", 1, ratio),
    Figure("pause-export", "longest pause of the event loop while they are exported", 25, pause, "ms"),
]
