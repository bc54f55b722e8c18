"""Where a user's files are, also where the user has no home."""

import pwd
from pathlib import Path
from typing import Literal

import pytest

from butlr_tui.operations import last_list
from butlr_tui.system.user_folders import NoHome, user_folder
from tests.support.machine import forget_this_machine


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A user as systemd makes one for a unit."""

    def unknown(_: int) -> None:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for variable in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    return monkeypatch


def test_without_a_home_it_is_said_what_to_set(homeless: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoHome, match="set HOME, or XDG_STATE_HOME alone"):
        user_folder("state")
    homeless.setenv("XDG_STATE_HOME", "/state")
    assert user_folder("state") == Path("/state/butlr-tui")


@pytest.mark.parametrize("kind", ["data", "config", "state", "cache"])
def test_no_test_sees_those_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: Literal["data", "config", "state", "cache"]
) -> None:
    """Also where its user has moved them."""
    monkeypatch.setenv(f"XDG_{kind.upper()}_HOME", "/moved")
    forget_this_machine(monkeypatch, tmp_path)
    assert user_folder(kind).is_relative_to(tmp_path)


def test_without_a_home_no_last_list_is_kept_and_nothing_fails(homeless: pytest.MonkeyPatch) -> None:
    last_list.keep("prod", [])
