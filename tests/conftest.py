"""What all tests share."""

import os
import time
from typing import Final

import pytest

from tests.support.oracles import PACKAGES, needs_package

NO_SKIPS: Final = "BUTLR_TUI_NO_SKIPS"
"""Set where every program that a test needs is installed: a skip is a failure there."""
_MAY_BE_MISSING: Final = (*map(needs_package, PACKAGES.values()), "needs IPv6")
"""Reasons of skips that are no failure even there: nobody can install what is not to be had."""


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run without skips in which something was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get(NO_SKIPS) and reporter is not None:
        skipped = reporter.stats.get("skipped", [])
        if not all(_why(report).endswith(_MAY_BE_MISSING) for report in skipped):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _why(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The reason of a skip, with which its report ends."""
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


@pytest.fixture(autouse=True)
def _nothing_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No test sees this user's credentials, settings, data, proxies or clipboard."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(home / variable.lower()))
    for variable in os.environ:
        ours = variable.startswith(("BUTLR_", "TMUX", "SSH_")) or variable.lower().endswith("_proxy")
        if ours and variable != NO_SKIPS:
            monkeypatch.delenv(variable)
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "STY", "NO_COLOR", "COLORTERM"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
