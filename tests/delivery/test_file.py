"""A saved secret is really there, only for its owner, and never over something else."""

import errno
import os
import resource
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.delivery import file as file_
from butlr_tui.delivery.file import ReservedFile, check, save
from butlr_tui.delivery.results import NotStored, Stored
from butlr_tui.system import private_files
from tests.support.delivery import SECRET
from tests.support.programs import names_in

TEXT = SecretStr(SECRET)


async def test_saved_read_back_and_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for mask in (0o000, 0o777):
        before = os.umask(mask)
        try:
            done = await save(f"~/made-{mask}.env", TEXT)
        finally:
            os.umask(before)
        assert done == Stored(f"saved to ~/made-{mask}.env (only you can read it), read back and equal")
        made = tmp_path / f"made-{mask}.env"
        assert made.read_text() == SECRET
        assert made.stat().st_mode & 0o7777 == 0o600


async def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("precious")
    assert "exists already" in (await check(there) or "")
    assert isinstance(await save(there, TEXT), NotStored)
    assert there.read_text() == "precious"


async def test_a_link_is_never_followed(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    assert "exists already" in (await check(link) or "")
    assert isinstance(await save(link, TEXT), NotStored)
    assert not (tmp_path / "elsewhere").exists()


async def test_a_link_that_comes_after_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    monkeypatch.setattr(file_, "_fault", lambda path: None)
    done = await save(link, TEXT)
    assert isinstance(done, NotStored)
    assert "file exists" in done.said
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("missing/x", "does not exist"),
        ("plain/x", "is not a folder"),
        ("folder", "is a folder"),
        ("folder/", "is a folder"),
        ("new/", "is a folder"),
        ("", "is a folder"),
        ("x" * 300, "name too long"),
        ("nul\0", "no such path"),
        ("esc\x1b[31m/x", "␛[31m"),
    ],
)
async def test_told_before_anything_is_created(
    path: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "plain").touch()
    fault = await check(path)
    assert fault is not None
    assert said in fault
    assert await save(path, TEXT) == NotStored(fault)


async def test_where_the_folder_that_we_are_in_is_gone_a_name_in_it_leads_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    fault = "x can't be written: no such file or directory."
    assert await check("x") == fault
    assert await save("x", TEXT) == NotStored(fault)
    assert isinstance(await save(tmp_path / "x", TEXT), Stored)


@pytest.fixture
def read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    if os.geteuid() == 0:  # root may write anywhere
        monkeypatch.setattr(os, "access", lambda _, mode: not mode & os.W_OK)
    tmp_path.chmod(0o500)
    yield tmp_path
    tmp_path.chmod(0o700)


async def test_a_folder_without_the_right_to_write(read_only: Path) -> None:
    assert "may not write" in (await check(read_only / "x") or "")
    assert isinstance(await save(read_only / "x", TEXT), NotStored)


async def test_what_could_not_be_finished_is_removed(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    place = ReservedFile(tmp_path / "x")
    assert await place.reserve() is None
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        fault = await ReservedFile(tmp_path / "y").reserve()
        done = await place.write(TEXT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert fault == f"{tmp_path}/y can't be written: file too large."
    assert done == NotStored(f"{tmp_path}/x could not be saved: file too large. Nothing is left of it.")
    assert not names_in(tmp_path)


async def test_a_file_system_without_permissions_gets_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.fchmod
    monkeypatch.setattr(os, "fchmod", lambda opened, mode: really(opened, 0o640))
    done = await save(tmp_path / "x", TEXT)
    assert done == NotStored(
        f"{tmp_path}/x can't be written: that file system does not keep it from other users."
    )
    assert not names_in(tmp_path)


async def test_what_took_its_place_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"

    def replace(_: Path) -> None:
        path.rename(tmp_path / "moved")
        path.write_text("someone else's")

    monkeypatch.setattr(private_files, "sync_folder", replace)
    done = await save(path, TEXT)
    assert done == NotStored(
        f"{path} could not be saved: another file took its place. "
        "Look at what is there now: it may hold a part of the secret."
    )
    assert path.read_text() == "someone else's"


async def test_read_back_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_files, "sync_folder", lambda _: (tmp_path / "x").write_text("other"))
    done = await save(tmp_path / "x", TEXT)
    assert done == NotStored(
        f"{tmp_path}/x could not be saved: what was read back is not what was written. Nothing is left of it."
    )
    assert not names_in(tmp_path)


async def test_what_somebody_removes_meanwhile_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_files, "sync_folder", lambda _: (tmp_path / "x").unlink())
    done = await save(tmp_path / "x", TEXT)
    assert done == NotStored(
        f"{tmp_path}/x could not be saved: no such file or directory. Nothing is left of it."
    )


async def test_at_no_time_can_others_open_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = os.fchmod
    before: list[int] = []

    def fchmod(opened: int, mode: int) -> None:
        before.append(stat.S_IMODE(os.fstat(opened).st_mode))
        really(opened, mode)

    monkeypatch.setattr(os, "fchmod", fchmod)
    umask = os.umask(0)
    try:
        await save(tmp_path / "x", TEXT)
    finally:
        os.umask(umask)
    assert before == [0o600, 0o600]  # for the zeros, and for the secret


async def test_somebody_without_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    assert isinstance(await save(tmp_path / "x", TEXT), Stored)
    assert await check("~nobody-of-that-name/x") == "~nobody-of-that-name/x can't be written: no such path."


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.EACCES])
async def test_a_folder_that_cannot_be_synced_costs_nothing(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fail_to_sync_folders(number, monkeypatch)
    assert isinstance(await save(tmp_path / "x", TEXT), Stored)


async def test_a_disk_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fail_to_sync_folders(errno.EIO, monkeypatch)
    done = await save(tmp_path / "x", TEXT)
    assert isinstance(done, NotStored)
    assert "input/output error" in done.said
    assert not names_in(tmp_path)


def _fail_to_sync_folders(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    really = os.fsync

    def fsync(opened: int) -> None:
        if stat.S_ISDIR(os.fstat(opened).st_mode):
            raise OSError(number, os.strerror(number))
        really(opened)

    monkeypatch.setattr(os, "fsync", fsync)
