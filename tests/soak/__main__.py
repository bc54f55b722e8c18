"""`python -m tests.soak`: every figure in full, then a table of what was measured. Exits with 1 on a miss.

--quick runs each case as often as CI does; --only 1,17 runs some figures. The seeds are in the tests.
"""

import argparse
import os
import subprocess
import sys
import textwrap
from itertools import zip_longest

from tests.conftest import NO_SKIPS
from tests.soak.plan import FIGURES, THOROUGH, Figure
from tests.soak.thorough import figure_23
from tests.support.figures import SOAK, measured

_WIDTH = 56
"""Of a column of the table."""


def main() -> int:
    """Run what was asked for. The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--only", metavar="N[,N…]", help="these figures")
    parser.add_argument("--quick", action="store_true", help="as often as CI does")
    options = parser.parse_args()
    wanted = set(map(int, options.only.split(","))) if options.only else {figure.number for figure in FIGURES}
    rows = [_run(figure, quick=options.quick) for figure in FIGURES if figure.number in wanted]
    missed = sum(not met for met, _ in rows)
    print("\n" + "\n".join(row for _, row in rows))
    print(f"\n{len(rows) - missed} of {len(rows)} figures met.")
    return 1 if missed or not rows else 0


def _run(figure: Figure, *, quick: bool) -> tuple[bool, str]:
    """Whether a figure is met, and its row."""
    sys.stderr.write(f"{figure.number}: {figure.target}\n")
    try:
        met, told = figure_23(quick=quick) if figure is THOROUGH else _measured(figure, quick=quick)
    except RuntimeError as error:
        sys.stderr.write(f"{error}\n")
        met, told = False, "its tests fail"
    sys.stderr.write(f"   {'met' if met else 'MISSED'}: {told}\n")
    return met, _row(figure, told, met=met)


def _measured(figure: Figure, *, quick: bool) -> tuple[bool, str]:
    """By its tests, each of which prints what it counted (-rP shows that)."""
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *figure.tests, "-q", "-rP", "-p", "no:cacheprovider"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, NO_SKIPS: "1", **({} if quick else {SOAK: "1"})},
    )
    if ended.returncode:
        sys.stderr.write(ended.stdout + ended.stderr)
    counts = measured(ended.stdout).get(figure.number, {})
    enough = all(counts.get(what, 0) >= (1 if quick else least) for what, least in figure.least.items())
    nothing = all(counts.get(what) == 0 for what in figure.none)
    told = ", ".join(f"{count:,} {what}" for what, count in counts.items()) or "nothing"
    return ended.returncode == 0 and enough and nothing, told


def _row(figure: Figure, told: str, *, met: bool) -> str:
    columns = zip_longest(
        textwrap.wrap(figure.target, _WIDTH), textwrap.wrap(told, _WIDTH), fillvalue=""
    )  # at least one line each
    lines = [f"{target:<{_WIDTH}} | {found}".rstrip() for target, found in columns]
    return f"{figure.number:>2} {'✓' if met else '✗'} | " + "\n     | ".join(lines)


if __name__ == "__main__":
    sys.exit(main())
