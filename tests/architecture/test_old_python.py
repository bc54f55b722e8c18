"""Which Pythons will do, and what `pip install` says on one that is too old."""

import ast
import re
import runpy
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from tests.tools.release.targets import PYTHONS

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
HOOK = ROOT / PROJECT["tool"]["hatch"]["metadata"]["hooks"]["custom"]["path"]


@pytest.fixture(autouse=True)
def hatchling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hatchling in name only: it is in the environment of a build alone."""
    interface = ModuleType("interface")
    interface.MetadataHookInterface = object  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "hatchling.metadata.plugin.interface", interface)


def test_it_says_which_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13, "final", 0))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(HOOK))
    assert ended.value.code == "butlr-tui needs Python 3.11 or newer; this is Python 3.10."


def test_the_oldest_that_will_do_is_that_of_requires_python(monkeypatch: pytest.MonkeyPatch) -> None:
    assert PROJECT["project"]["requires-python"] == ">=3.11"
    monkeypatch.setattr(sys, "version_info", (3, 11, 0, "final", 0))
    runpy.run_path(str(HOOK))


def test_an_old_python_can_read_it() -> None:
    ast.parse(HOOK.read_text(), feature_version=(3, 7))


def test_the_classifiers_name_those_that_ci_runs_and_a_release_is_for() -> None:
    named = re.findall(r":: (3\.\d+)$", "\n".join(PROJECT["project"]["classifiers"]), re.MULTILINE)
    run = re.search(r"^for version in (.+); do$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert run is not None
    assert tuple(named) == PYTHONS
    assert set(named) <= set(run[1].split())
