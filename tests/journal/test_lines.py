"""What is added to the journal's file is a line of its own, for its owner alone."""

import os
import stat
from pathlib import Path

import pytest

from butlr_tui.journal.lines import append, read


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"new\n"),
        (b"old\n", b"old\nnew\n"),
        (b"torn by a power c", b"torn by a power c\nnew\n"),
        (b"t", b"t\nnew\n"),
        (b"\n", b"\nnew\n"),
    ],
)
def test_a_line_is_never_glued_to_a_torn_one(before: bytes, after: bytes, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(before)
    append(path, b"new")
    assert read(path) == after


def test_its_folder_and_file_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "butlr-tui" / "journal"
    assert read(path) == b""
    umask = os.umask(0)
    try:
        append(path, b"new")
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_at_no_time_can_others_open_a_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made with its mode, rather than closed to them afterwards."""
    monkeypatch.setattr(os, "fchmod", lambda *_: pytest.fail("it was open to others"))
    umask = os.umask(0)
    try:
        append(tmp_path / "journal", b"new")
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "journal").stat().st_mode) == 0o600


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.touch()
    path.chmod(0o644)
    append(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
