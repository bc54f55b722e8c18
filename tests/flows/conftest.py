"""What the tests of flows share."""

from pathlib import Path

import pytest

from butlr_tui.flows.context import FlowContext
from butlr_tui.operations.session import Session
from tests.flows.scripted import in_context
from tests.support.programs import near_ssh
from tests.support.world import World


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The prompts ask on at once, whatever is under way."""
    monkeypatch.setattr("butlr_tui.plain.prompts.secret._SETTLING", 0.0)


@pytest.fixture
def context(world: World, session: Session) -> FlowContext:
    return in_context(world, session)


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The home on another machine; `ssh` is a shell that goes there."""
    search, home = near_ssh(tmp_path)
    monkeypatch.setenv("PATH", search)
    return home
