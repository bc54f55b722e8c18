"""What is remembered from one start to the next: per profile, for its owner alone, and never in the way."""

import json
import stat
from pathlib import Path

import pytest

from butlr_tui.journal.journal import state_folder
from butlr_tui.operations.remembered import remember, remembered


@pytest.fixture
def file() -> Path:
    return state_folder() / "remembered.json"


def test_each_profile_has_its_own() -> None:
    remember("local", "order", "NAME ↓")
    remember("prod", "order", "CREATED ↑")
    remember("local", "colour", "red")
    assert remembered("local") == {"order": "NAME ↓", "colour": "red"}
    assert remembered("prod") == {"order": "CREATED ↑"}


def test_the_last_one_counts() -> None:
    remember("local", "order", "NAME ↓")
    remember("local", "order", "NAME ↑")
    assert remembered("local") == {"order": "NAME ↑"}


def test_nothing_is_remembered_at_first() -> None:
    assert remembered("local") == {}


def test_it_is_for_its_owner_alone(file: Path) -> None:
    remember("local", "order", "NAME ↓")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"null",
        b'{"local": []}',
        b'{"local": {"order": 1}}',
        b"[" * 100_000,
        b'{"local": {"order": "' + b"x" * (1 << 20) + b'"}}',
    ],
)
def test_a_damaged_file_is_as_good_as_none_and_is_written_anew(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    file.chmod(0o600)
    assert remembered("local") == {}
    remember("local", "order", "NAME ↓")
    assert json.loads(file.read_bytes()) == {"local": {"order": "NAME ↓"}}


def test_what_is_sound_beside_what_is_damaged_is_kept(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text('{"prod": 1, "local": {"a": 1, "order": "NAME ↓"}}')
    file.chmod(0o600)
    assert remembered("local") == {"order": "NAME ↓"}
    assert remembered("prod") == {}


def test_a_file_that_others_may_read_is_not_believed(file: Path) -> None:
    remember("local", "order", "NAME ↓")
    file.chmod(0o644)
    assert remembered("local") == {}


def test_where_nothing_can_be_written_nothing_happens(file: Path) -> None:
    file.parent.parent.mkdir(parents=True, exist_ok=True)
    file.parent.write_text("a file in the folder's place")
    remember("local", "order", "NAME ↓")
    assert remembered("local") == {}
