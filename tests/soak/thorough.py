"""Figure 23: how thoroughly the tests look at what must not fail, by coverage.py and mutmut.

In a copy, which both may fill with what they write. Takes most of an hour.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_NEEDED: Final = ("butlr_tui", "tests", "screenshots", "README.md", "pyproject.toml")
COVERED: Final = ("http", "system", "delivery", "operations", "journal", "text", "api", "auth")
"""Packages with branches of which none may be left out by the tests of the same name."""
LEAST_KILLED: Final = 90
"""Percent of the mutants; [tool.mutmut] says of which modules."""


def figure_23(*, quick: bool) -> tuple[bool, str]:
    """Whether it is met, and what was measured. A quick one leaves the mutants out."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary)
        for path in map(ROOT.joinpath, _NEEDED):
            (shutil.copytree if path.is_dir() else shutil.copy)(path, copy / path.name)
        covered = _branch_coverage(copy)
        told = f"{covered}% branch coverage"
        if quick:
            return covered == 100, f"{told}, no mutants"
        killed, of = _mutants(copy)
        met = covered == 100 and killed >= of * LEAST_KILLED / 100 > 0
        return met, f"{told}, {killed:,} of {of:,} mutants killed ({100 * killed / of:.1f}%)"


def _branch_coverage(copy: Path) -> int:
    _run(copy, "coverage", "run", "-m", "pytest", "-q", *(f"tests/{package}" for package in COVERED))
    _run(copy, "coverage", "combine", "-q")
    included = ",".join(f"butlr_tui/{package}/*,butlr_tui/{package}.py" for package in COVERED)
    sys.stderr.write(_run(copy, "coverage", "report", f"--include={included}"))
    return int(_run(copy, "coverage", "report", f"--include={included}", "--format=total"))


def _mutants(copy: Path) -> tuple[int, int]:
    """How many were killed, of how many. The survivors go to stderr."""
    _run(copy, "mutmut", "run")
    _run(copy, "mutmut", "export-cicd-stats")
    stats = json.loads((copy / "mutants" / "mutmut-cicd-stats.json").read_text())
    sys.stderr.write(re.sub(r"(?m)^.*: (?!survived|no tests).*\n", "", _run(copy, "mutmut", "results")))
    return stats["total"] - stats["survived"] - stats["no_tests"], stats["total"]


def _run(folder: Path, *words: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, check=False, capture_output=True, text=True
    )
    if ended.returncode:
        raise RuntimeError(f"{' '.join(words)} failed:\n{ended.stdout[-3000:]}{ended.stderr[-3000:]}")
    return ended.stdout
