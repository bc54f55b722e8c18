"""What goes to the service, and the plain command against the usual tools."""

import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from butlr_tui.contract import ACTIVITY, CLIENTS_PATH, INCLUDE
from tests.bench.figure import MANY, SIZES, Figure, Growth, median
from tests.bench.fixtures import Fixtures
from tests.bench.timed import COMMAND, ROOT
from tests.support.requests import requests_of


@cache
def _requests() -> dict[str, list[str]]:
    async def ask() -> dict[str, list[str]]:
        patch = pytest.MonkeyPatch()
        try:
            with tempfile.TemporaryDirectory() as folder:
                return await requests_of(Path(folder), patch)
        finally:
            patch.undo()

    return asyncio.run(ask())


def of_start(fixtures: Fixtures, rounds: int) -> float:
    return len(_requests()["start"])


def of_create(fixtures: Fixtures, rounds: int) -> float:
    return len(_requests()["create"])


def of_delete(fixtures: Fixtures, rounds: int) -> float:
    return len(_requests()["delete"])


def seconds_of(argv: Sequence[str], environment: Mapping[str, str]) -> float:
    """A whole process, its output thrown away."""
    started = time.perf_counter()
    subprocess.run(argv, check=True, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def plain_list(fixtures: Fixtures, rounds: int) -> float:
    """Whole processes that ask for the same of each client. The token for curl is there already; ours signs in."""
    for program in ("curl", "jq"):
        if shutil.which(program) is None:
            raise RuntimeError(f"{program} is not installed")
    service = fixtures.service(MANY)
    script = (
        f'curl -s -H "Authorization: Bearer $TOKEN" "{service.url}{CLIENTS_PATH}?{INCLUDE}={ACTIVITY}" | jq .'
    )
    environment = fixtures.environment(service)
    ratios = []
    for number in range(rounds + 1):
        theirs = seconds_of(["sh", "-c", script], {**environment, "TOKEN": service.token})
        ours = seconds_of([*COMMAND, "list", "--json"], environment)
        if number:
            ratios.append(ours / theirs)
    return median(ratios)


def growth_of_plain_list(fixtures: Fixtures, rounds: int) -> Sequence[float]:
    argv = [*COMMAND, "list", "--json"]
    return [
        median(
            [
                seconds_of(argv, fixtures.environment(fixtures.service(size)))
                for _ in range(max(3, rounds // 3))
            ]
        )
        for size in SIZES
    ]


FIGURES = [
    Figure("requests-start", "requests for the start (a list)", 1, of_start),
    Figure("requests-create", "for one create (POST, list)", 2, of_create),
    Figure("requests-delete", "for one delete (DELETE, list)", 2, of_delete),
    Figure("plain", "`list --json` of 100,000 ÷ `curl \\| jq .`, whole processes", 1, plain_list, below=True),
]
GROWTH = [Growth("`list --json`, whole process", "s", growth_of_plain_list)]
