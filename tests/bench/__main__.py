"""`python -m tests.bench`: prints the table of performance with measured values; exit code 1 on a miss.

Give it an idle machine, with nothing else on it: most figures are ratios of times, each taken in turns with
what it is held against. All takes some ten minutes.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.bench import calls, cost, export, growing, keys, load, serving, start, use, wire
from tests.bench.figure import Results
from tests.bench.fixtures import Fixtures

_PARTS = (start, load, keys, export, cost, use, wire, calls, serving, growing)
FIGURES = [figure for part in _PARTS for figure in part.FIGURES]
GROWTH = [*load.GROWTH, *keys.GROWTH, *cost.GROWTH, *calls.GROWTH]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--only",
        metavar="NAME[,NAME…]",
        type=lambda names: names.split(","),
        action="extend",
        help=f"of {', '.join(one.name for one in FIGURES)}",
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the values there, too")
    parser.add_argument("--rounds", type=int, default=15, help="paired runs for each ratio (%(default)s)")
    parser.add_argument("--no-growth", action="store_true", help="leave out the second table")
    options = parser.parse_args()
    chosen = [one for one in FIGURES if not options.only or one.name in options.only]
    if unknown := {*(options.only or ())} - {one.name for one in FIGURES}:
        parser.error(f"no figure is called {', '.join(sorted(unknown))}")
    results = Results()
    with tempfile.TemporaryDirectory(prefix="butlr-bench-") as folder:
        fixtures = Fixtures(Path(folder))
        try:
            for figure in chosen:
                value = figure.measure(fixtures, options.rounds)
                results.figures.append((figure, value))
                _tell(f"{figure.name}: {figure.shown(value)}")
            for one in () if options.only or options.no_growth else GROWTH:
                results.growth.append((one, one.measure(fixtures, options.rounds)))
                _tell(one.says)
        finally:
            fixtures.close()
    print(results.table())
    if options.json:
        options.json.write_text(json.dumps(results.as_json(), indent=2) + "\n")
    if results.missed:
        _tell(f"missed: {', '.join(results.missed)}")
    return 1 if results.missed else 0


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
