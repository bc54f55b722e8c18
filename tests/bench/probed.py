"""Runs of `tests.bench.probe`: the app, watched from inside. Measured once and used by several figures."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tests.bench.fixtures import Fixtures, Running
from tests.bench.timed import TimedPty

HEAVY: Final = ("httpx", "pydantic", "pyperclip", "starlette", "uvicorn", "joserfc")

_LOADS: Final = """
import json, sys, time
body = open(sys.argv[1], "rb").read()
started = time.perf_counter()
json.loads(body)
print(time.perf_counter() - started)
"""


@dataclass(frozen=True)
class Probed:
    """One run. All times in seconds."""

    first_rows: float
    """From the first bytes of the answer on."""
    all_rows: float
    """From its last byte on."""
    pause_of_imports: float
    pause_of_loading: float
    modules: frozenset[str]
    json_loads: float
    """What `json.loads` takes for the same bytes in a process that does nothing else."""


@cache
def probed(fixtures: Fixtures, size: int, rounds: int) -> list[Probed]:
    """So many runs with a service that has `size` clients."""
    service = fixtures.service(size)
    with tempfile.TemporaryDirectory() as folder:
        body = Path(folder) / "body"
        body.write_bytes(service.body)
        return [_one(fixtures, service, Path(folder) / "report", body) for _ in range(rounds)]


def _one(fixtures: Fixtures, service: Running, report: Path, body: Path) -> Probed:
    loads = subprocess.run([sys.executable, "-c", _LOADS, body], check=True, capture_output=True, text=True)
    argv = [sys.executable, "-m", "tests.bench.probe", str(report), str(service.size)]
    with TimedPty(argv, fixtures.environment(service)) as terminal:
        terminal.ends()
    told = json.loads(report.read_text())
    return Probed(
        first_rows=told["first rows"],
        all_rows=told["all rows"],
        pause_of_imports=told["pause of imports"],
        pause_of_loading=max(told["pause of asking"], told["pause of loading"]),
        modules=frozenset(told["modules"]),
        json_loads=float(loads.stdout),
    )
