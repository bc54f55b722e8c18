"""What all tests share."""

import gc
import os
import sys
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from butlr_tui.operations.session import Session
from tests.support.machine import forget_this_machine
from tests.support.oracles import PACKAGES, SIMULATOR, needs_package
from tests.support.world import World
from tests.support.world import world as a_world

NO_SKIPS: Final = "BUTLR_TUI_NO_SKIPS"
"""Set where every program that a test needs is installed: a skip is a failure there."""
_NO_SKIPS: Final = NO_SKIPS in os.environ  # read here, once: no test sees variables of ours
_MAY_BE_MISSING: Final = (
    *map(needs_package, (*PACKAGES.values(), SIMULATOR)),
    "needs npm",
    "needs IPv6",
    "needs the right to mount",
    "needs a clone of the repository",
)
"""Reasons of skips that are no failure even there: what nobody can install."""
_TESTS: Final = Path(__file__).parent
_WHOLE_PROGRAMS: Final = ("cli", "end_to_end", "tui")
_ONE_OF_THEM: Final = "test_tour.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what starts the whole program or its app, but for one file that shows that it runs."""
    for item in items:
        folder, *_, file = item.path.relative_to(_TESTS).parts
        if folder in _WHOLE_PROGRAMS and file != _ONE_OF_THEM and item.path.parent.name != "terminal":
            item.add_marker(pytest.mark.slow)


def pytest_configure() -> None:
    """Have nobody look for a module that is not there: httpx does at each request that stays in the process, which
    with pytest's own ways of importing is a tenth of what the service's tests take.
    """
    if find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]


def pytest_collection_finish() -> None:
    """Have the garbage collector come seldom: tests leave little, and walking it was a sixth of their time."""
    gc.freeze()
    gc.set_threshold(50_000, 50)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run without skips in which something was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if _NO_SKIPS and reporter is not None:
        skipped = reporter.stats.get("skipped", [])
        if not all(_why(report).endswith(_MAY_BE_MISSING) for report in skipped):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _why(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The reason of a skip."""
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


@pytest.fixture(autouse=True)
def _nothing_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No test sees this user's credentials, settings, data, proxies or clipboard."""
    forget_this_machine(monkeypatch, tmp_path_factory.mktemp("home"))


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """The real service in this process, with known clients."""
    async with a_world(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
async def session(world: World) -> AsyncIterator[Session]:
    """A session with the service of `world`."""
    opened = world.connect(world.profile)
    yield opened
    await opened.aclose()
