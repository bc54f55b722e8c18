"""A file is made before there is a secret: a full disk is found in time, and what is not needed is taken away."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.delivery.file import MOST_ROOM, ROOM, ReservedFile, check, remove_unused, save
from butlr_tui.delivery.results import NotStored, Stored
from tests.support.delivery import SECRET
from tests.support.programs import names_in

TEXT = SecretStr(SECRET)


@pytest.mark.parametrize("secret", [SECRET, "s" * 3 * ROOM])
async def test_the_secret_is_written_in_the_place_of_zeros(tmp_path: Path, secret: str) -> None:
    place = ReservedFile(tmp_path / "x")
    assert await place.reserve() is None
    before = (tmp_path / "x").stat()
    assert (tmp_path / "x").read_bytes() == bytes(ROOM)
    assert stat.S_IMODE(before.st_mode) == 0o600
    assert isinstance(await place.write(SecretStr(secret)), Stored)
    assert (tmp_path / "x").read_text() == secret
    assert (tmp_path / "x").stat().st_ino == before.st_ino


@pytest.mark.parametrize("named_later", [False, True])
async def test_what_is_not_needed_is_taken_away(tmp_path: Path, named_later: bool) -> None:
    place = ReservedFile(tmp_path / "x", named_later=named_later)
    assert await place.reserve() is None
    assert names_in(tmp_path) == [place.path.name]
    await place.release()
    await place.release()
    assert not names_in(tmp_path)
    assert isinstance(await place.write(TEXT), NotStored)
    assert not names_in(tmp_path)


async def test_what_was_written_is_never_taken_away(tmp_path: Path) -> None:
    place = ReservedFile(tmp_path / "x")
    await place.reserve()
    await place.write(TEXT)
    await place.release()
    assert (tmp_path / "x").read_text() == SECRET


async def test_what_took_its_place_is_left_alone(tmp_path: Path) -> None:
    place = ReservedFile(tmp_path / "x")
    await place.reserve()
    (tmp_path / "x").unlink()
    (tmp_path / "x").write_text("somebody's")
    assert await place.release() != ""
    assert (tmp_path / "x").read_text() == "somebody's"


def failing(call: str, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, that call of the system fails."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)


@pytest.mark.parametrize("call", ["open", "pwrite", "fsync", "link"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
async def test_no_room_is_found_before_there_is_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    """No block, no inode, no quota; and where its name comes later, none for that."""
    place = ReservedFile(tmp_path / "x", named_later=True)
    with monkeypatch.context() as full:
        failing(call, number, full)
        fault = await place.reserve()
    assert fault is not None
    assert os.strerror(number).lower() in fault
    assert ("choose a name without the client's id" in fault) is (call == "link")
    assert not names_in(tmp_path)


async def test_zeros_that_can_not_be_taken_away_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing("fsync", errno.EIO, monkeypatch)
    failing("unlink", errno.EIO, monkeypatch)
    fault = await ReservedFile(tmp_path / "x").reserve()
    assert fault == (
        f"{tmp_path}/x can't be written: input/output error. {tmp_path}/x could not be taken away again, and "
        "holds no secret."
    )


async def test_a_name_that_comes_later(tmp_path: Path) -> None:
    place = ReservedFile(tmp_path / "waits", named_later=True)
    await place.reserve()
    done = await place.write(TEXT, tmp_path / "named")
    assert done == Stored(f"saved to {tmp_path}/named (only you can read it), read back and equal")
    assert names_in(tmp_path) == ["named"]
    assert place.path == tmp_path / "named"


async def test_a_name_that_is_taken_meanwhile_costs_no_secret(tmp_path: Path) -> None:
    place = ReservedFile(tmp_path / "waits", named_later=True)
    await place.reserve()
    (tmp_path / "named").write_text("somebody's")
    done = await place.write(TEXT, tmp_path / "named")
    assert done == Stored(
        f"saved to {place.path} (only you can read it), read back and equal; it could not be named "
        f"{tmp_path}/named: file exists"
    )
    assert place.path.read_text() == SECRET
    assert (tmp_path / "named").read_text() == "somebody's"


@pytest.mark.parametrize("call", ["link", "unlink", "fsync"])
async def test_a_name_that_can_not_be_given_costs_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    place = ReservedFile(tmp_path / "waits", named_later=True)
    await place.reserve()
    really: Callable[..., None] = getattr(os, call)

    def fail(*given: object, **how: object) -> None:
        if call == "unlink" and given[0] != place.path:
            return really(*given, **how)
        if call == "fsync" and not stat.S_ISDIR(os.fstat(given[0]).st_mode):  # type: ignore[arg-type]
            return really(*given, **how)
        if call == "fsync" and not (tmp_path / "named").exists():
            return really(*given, **how)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, call, fail)
    done = await place.write(TEXT, tmp_path / "named")
    assert isinstance(done, Stored)
    assert done.said.endswith(f"; it could not be named {tmp_path}/named: input/output error")
    assert names_in(tmp_path) == [place.path.name]
    assert place.path.read_text() == SECRET


@pytest.mark.parametrize(
    ("mode", "is_refused"), [(0o755, False), (0o1777, False), (0o777, True), (0o702, True)]
)
async def test_a_folder_from_which_others_may_take_it(tmp_path: Path, mode: int, is_refused: bool) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(mode)
    fault = await check(folder / "x")
    assert isinstance(await save(folder / "x", TEXT), NotStored) is is_refused
    if is_refused:
        assert fault == (
            f"Others may write in the folder {folder}, so they could take the file away: `chmod go-w` it, or "
            "choose another."
        )
        assert not names_in(folder)


@pytest.mark.parametrize(
    ("content", "mode", "is_unused"),
    [
        (bytes(ROOM), 0o600, True),
        (bytes(ROOM // 2), 0o600, True),
        (b"", 0o600, True),
        (SECRET.encode() + bytes(ROOM - len(SECRET)), 0o600, False),
        (bytes(ROOM - 1) + b"1", 0o600, False),
        (bytes(MOST_ROOM), 0o600, True),
        (bytes(MOST_ROOM + 1), 0o600, False),
        (bytes(ROOM), 0o644, False),
    ],
)
async def test_only_what_holds_nothing_is_taken_for_unused(
    tmp_path: Path, content: bytes, mode: int, is_unused: bool
) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    path.chmod(mode)
    assert await remove_unused(path) is is_unused
    assert path.exists() is not is_unused


async def test_what_is_no_file_of_ours_is_not_taken_for_unused(tmp_path: Path) -> None:
    zeros = tmp_path / "zeros"
    zeros.write_bytes(bytes(ROOM))
    zeros.chmod(0o600)
    (tmp_path / "link").symlink_to(zeros)
    os.mkfifo(tmp_path / "fifo", 0o600)
    for name in ("link", "fifo", "missing", "nul\0"):
        assert not await remove_unused(tmp_path / name)
    assert sorted(names_in(tmp_path)) == ["fifo", "link", "zeros"]


async def test_what_somebody_has_reserved_is_not_taken_for_unused(tmp_path: Path) -> None:
    place = ReservedFile(tmp_path / "x")
    await place.reserve()
    assert not await remove_unused(tmp_path / "x")
    assert isinstance(await place.write(TEXT), Stored)
