"""Private files and folders on a real disk: for their owner alone, whole, and never somebody else's."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from butlr_tui.system import private_files
from butlr_tui.system.private_files import (
    NotPrivate,
    append_private,
    append_shared,
    check_private,
    create_private,
    open_own,
    read_own,
    read_private,
    replace_private,
)
from tests.support.proc import open_files
from tests.support.umask import UMASKS, umask

Write = Callable[[Path, bytes], None]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mask", UMASKS)
@pytest.mark.parametrize("write", [create_private, replace_private, append_private])
def test_a_new_file_is_for_its_owner_alone(tmp_path: Path, write: Write, mask: int) -> None:
    path = tmp_path / "new"
    with umask(mask):
        write(path, b"content")
    assert (mode(path), read_private(path, 100).rstrip()) == (0o600, b"content")


@pytest.mark.parametrize("write", [create_private, replace_private, append_private, append_shared])
def test_at_no_time_can_others_open_a_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    """It is made with its mode, rather than closed to them afterwards."""
    modes: list[int] = []
    real = os.open

    def watched(path: Path, flags: int, *bits: int) -> int:
        opened = real(path, flags, *bits)
        if flags & os.O_CREAT:
            modes.append(stat.S_IMODE(os.fstat(opened).st_mode))
        return opened

    monkeypatch.setattr(os, "open", watched)
    with umask(0):
        write(tmp_path / "new", b"content")
    assert modes == [0o600]


def test_nothing_is_written_over_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"old")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    for name in ("there", "dangling"):
        with pytest.raises(FileExistsError):
            create_private(tmp_path / name, b"new")
    assert (tmp_path / "there").read_bytes() == b"old"
    assert not (tmp_path / "nothing").exists()


def fail_to_sync(number: int, monkeypatch: pytest.MonkeyPatch, which: Callable[[int], bool]) -> None:
    """Every fsync of what has such a mode ends with this error."""
    real = os.fsync

    def fsync(opened: int) -> None:
        if which(os.fstat(opened).st_mode):
            raise OSError(number, os.strerror(number))
        real(opened)

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.parametrize("which", [stat.S_ISREG, stat.S_ISDIR])
def test_what_could_not_be_finished_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: Callable[[int], bool]
) -> None:
    """A replaced file keeps its old content until the new one is on the disk."""
    (tmp_path / "there").write_bytes(b"old")
    fail_to_sync(errno.EIO, monkeypatch, which)
    for write, name in ((create_private, "new"), (replace_private, "there")):
        with pytest.raises(OSError, match=r"Input/output error"):
            write(tmp_path / name, b"content")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"there": b"old"}


def test_what_took_the_place_of_an_unfinished_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new"

    def swap(_: Path) -> None:
        path.unlink()
        (tmp_path / "spare").touch()  # else it may get the number of the one that is gone
        path.write_bytes(b"somebody's")
        raise OSError(errno.EIO, "")

    monkeypatch.setattr(private_files, "sync_folder", swap)
    with pytest.raises(OSError, match="Errno 5"):
        create_private(path, b"content")
    assert path.read_bytes() == b"somebody's"


def test_what_a_crash_left_is_no_hindrance_to_replacing(tmp_path: Path) -> None:
    (tmp_path / "key.new").write_bytes(b"half a k")
    replace_private(tmp_path / "key", b"whole")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"key": b"whole"}


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.EACCES])
def test_a_file_system_that_does_not_sync_folders_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    fail_to_sync(number, monkeypatch, stat.S_ISDIR)
    for write in (create_private, append_private, append_shared, replace_private):
        write(tmp_path / write.__name__, b"content")
        assert (tmp_path / write.__name__).read_bytes().rstrip() == b"content"


def test_a_name_is_on_the_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    real = os.fsync

    def fsync(opened: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(opened).st_mode))
        real(opened)

    monkeypatch.setattr(os, "fsync", fsync)
    append_private(tmp_path / "lines", b"first")
    append_private(tmp_path / "lines", b"second")
    assert synced == [False, True, False]
    synced.clear()
    create_private(tmp_path / "new", b"content")
    assert synced == [False, True]
    replace_private(tmp_path / "new", b"content")
    assert synced[-1], "after it got its name"


def test_a_file_system_without_modes_gets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fchmod
    monkeypatch.setattr(os, "fchmod", lambda opened, _: real(opened, 0o644))
    with pytest.raises(NotPrivate, match="that file system does not keep it from other users"):
        create_private(tmp_path / "new", b"content")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("append", [append_private, append_shared])
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
def test_a_line_is_never_glued_to_a_torn_one(
    before: bytes, after: bytes, append: Write, tmp_path: Path
) -> None:
    path = tmp_path / "lines"
    path.write_bytes(before)
    append(path, b"new")
    assert read_own(path) == after


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.touch()
    path.chmod(0o644)
    append_private(path, b"new")
    assert mode(path) == 0o600


def test_a_shared_file_keeps_its_mode_and_a_link_may_lead_to_it(tmp_path: Path) -> None:
    path, link = tmp_path / "settings", tmp_path / "link"
    path.write_bytes(b"old\n")
    path.chmod(0o664)
    link.symlink_to(path)
    append_shared(link, b"new")
    assert (path.read_bytes(), mode(path), link.is_symlink()) == (b"old\nnew\n", 0o664, True)


def a_link(path: Path) -> None:
    target = path.with_name("target")
    target.touch(0o600)
    path.symlink_to(target)


def a_fifo(path: Path) -> None:
    os.mkfifo(path, 0o600)


def a_folder(path: Path) -> None:
    path.mkdir(0o700)


@pytest.mark.parametrize("make", [a_link, a_fifo, a_folder])
def test_what_is_no_file_of_ours_is_refused_at_once(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "it"
    make(path)
    before = len(open_files())
    for use in (
        lambda: read_own(path),
        lambda: read_private(path, 100),
        lambda: append_private(path, b"line"),
        lambda: open_own(path, os.O_RDWR | os.O_CREAT),
    ):
        with pytest.raises(OSError, match=r"is not a regular file|[Ss]ymbolic links|[Ii]s a directory"):
            use()
    assert len(open_files()) == before


def test_somebody_elses_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "it"
    create_private(path, b"content")
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(NotPrivate) as told:
        read_own(path)
    assert str(told.value) == f"{path} belongs to someone else"
    assert told.value.errno == errno.EPERM


def test_a_file_that_others_may_read_is_own_but_not_private(tmp_path: Path) -> None:
    path = tmp_path / "it"
    create_private(path, b"content")
    path.chmod(0o640)
    assert read_own(path) == b"content"
    with pytest.raises(NotPrivate) as told:
        read_private(path, 100)
    assert str(told.value) == f"Others may read {path} (mode 0640): `chmod 600` it"


def test_a_file_that_others_may_write_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "it"
    create_private(path, b"content")
    path.chmod(0o620)
    for use in (lambda: read_own(path), lambda: append_private(path, b"line")):
        with pytest.raises(NotPrivate) as told:
            use()
        assert str(told.value) == f"Others may write {path} (mode 0620): `chmod 600` it"


def test_a_file_with_a_second_name_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "it"
    create_private(path, b"content")
    (tmp_path / "other").hardlink_to(path)
    for use in (lambda: read_own(path), lambda: read_private(path, 100), lambda: check_private(path)):
        with pytest.raises(NotPrivate) as told:
            use()
        assert str(told.value) == f"{path} has a second name elsewhere: put a copy of it in its place"
    (tmp_path / "other").unlink()
    check_private(path)
    check_private(tmp_path / "nothing")


def test_no_more_is_read_than_was_asked_for(tmp_path: Path) -> None:
    create_private(tmp_path / "it", b"content")
    assert read_private(tmp_path / "it", 4) == b"cont"
