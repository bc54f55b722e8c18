"""What was chosen last at a profile is there at the next start, and a damaged file is no more than forgotten."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from butlr_tui.operations.remembered import remember, remembered
from butlr_tui.system.user_folders import state_folder


def the_file() -> Path:
    return state_folder() / "remembered.json"


def test_each_profile_has_its_own() -> None:
    remember("prod", "destination", "command:vault")
    remember("prod", "sort", "age")
    remember("lab", "destination", "file:~/{name}.env")
    remember("prod", "destination", "file:~/prod/{name}.env")
    assert remembered("prod") == {"destination": "file:~/prod/{name}.env", "sort": "age"}
    assert remembered("lab") == {"destination": "file:~/{name}.env"}
    assert remembered("nobody") == {}


def test_only_its_owner_can_read_it() -> None:
    remember("prod", "sort", "age")
    assert stat.S_IMODE(the_file().stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"prod": 1}', b'{"prod": {"sort": {}}}']
)
def test_a_damaged_file_is_forgotten_and_written_anew(damage: bytes) -> None:
    remember("prod", "sort", "age")
    the_file().write_bytes(damage)
    assert remembered("prod") == {}
    remember("prod", "sort", "name")
    assert remembered("prod") == {"sort": "name"}


def test_one_that_others_may_read_or_that_is_a_link_is_not_believed(tmp_path: Path) -> None:
    remember("prod", "destination", "clipboard")
    the_file().chmod(0o644)
    assert remembered("prod") == {}
    theirs = the_file().rename(tmp_path / "theirs")
    theirs.chmod(0o600)
    the_file().symlink_to(theirs)
    assert remembered("prod") == {}


def test_where_it_can_not_be_written_nothing_is_said() -> None:
    state_folder().parent.mkdir(parents=True, exist_ok=True)
    state_folder().write_text("a file where the folder should be")
    remember("prod", "sort", "age")
    assert remembered("prod") == {}


def test_whoever_reads_meanwhile_never_finds_half_of_it() -> None:
    remember("prod", "sort", "0")
    with ThreadPoolExecutor() as pool:
        seen = [pool.submit(remembered, "prod") for _ in range(200)]
        for number in range(20):
            remember("prod", "sort", str(number))
    assert all("sort" in each.result() for each in seen)
