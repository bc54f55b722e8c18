"""`serve backup` and `serve restore`: what is restored is what was there."""

import json
import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from butlr_tui.contract import ROOT_CREDENTIAL
from butlr_tui.service.commands import backup as backup_module
from butlr_tui.service.commands.backup import backup
from butlr_tui.service.commands.restore import restore
from butlr_tui.service.commands.rotate_key import rotate_key
from butlr_tui.service.commands.rotate_root import rotate_root
from butlr_tui.service.files import DATABASE, SIGNING_KEY, DataFolderError
from butlr_tui.service.local import LocalService, open_service
from butlr_tui.system.private_files import create_private
from tests.support.programs import names_in

PARTS = {DATABASE, SIGNING_KEY, ROOT_CREDENTIAL}


def rows(data: Path) -> list[tuple[object, ...]]:
    db = sqlite3.connect(data / DATABASE)
    try:
        return db.execute("SELECT * FROM client ORDER BY client_id").fetchall()
    finally:
        db.close()


@pytest.fixture(params=["backup", "backup.tar"])
def to(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def test_what_is_restored_is_what_was_there(
    service: LocalService, data: Path, to: Path, tmp_path: Path, said: list[str]
) -> None:
    assert backup(data, to, said.append) == 0
    assert said == [
        f"5 clients and signing-key.json and root-credential.json are in {to}: keep it as you keep {data}."
    ]
    files = [to, *to.iterdir()] if to.is_dir() else [to]
    assert all(not stat.S_IMODE(file.stat().st_mode) & 0o077 for file in files)
    kept = rows(data)
    pair = service.root
    service.store.delete(pair.client_id, "client_a")

    other = tmp_path / "other"
    assert restore(to, other, said.append) == 0
    assert said[1:] == [f"5 clients and the keys are in {other}."]
    assert set(names_in(other)) == PARTS
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in other.iterdir())
    assert rows(other) == kept
    assert (other / SIGNING_KEY).read_bytes() == (data / SIGNING_KEY).read_bytes()
    again = open_service(other)
    assert again.root == pair
    again.close()


def test_an_archive_holds_the_files_for_their_owner_alone(
    service: LocalService, data: Path, tmp_path: Path, said: list[str]
) -> None:
    backup(data, tmp_path / "b.tar", said.append)
    with tarfile.open(tmp_path / "b.tar") as archive:
        assert {member.name: member.mode for member in archive} == dict.fromkeys(PARTS, 0o600)


def test_a_backup_is_of_one_moment_while_others_write(
    service: LocalService,
    data: Path,
    to: Path,
    tmp_path: Path,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Root and key are rotated while the database is about to be copied: what is copied still fits together."""
    before = rows(data)
    private = (data / SIGNING_KEY).read_bytes()

    def disturbed(path: Path, content: bytes) -> None:
        if path.name == DATABASE:
            rotate_root(data, said.append)
            rotate_key(data, said.append)
            service.store.delete("client_a", "client_b")
        create_private(path, content)

    monkeypatch.setattr(backup_module, "create_private", disturbed)
    backup(data, to, said.append)
    assert rows(data) != before
    restore(to, tmp_path / "other", said.append)
    assert rows(tmp_path / "other") == before
    assert (tmp_path / "other" / SIGNING_KEY).read_bytes() == private
    opened = open_service(tmp_path / "other")
    assert opened.root == service.root
    opened.close()


@pytest.mark.parametrize("there", ["a file", "a folder with something in it"])
def test_nothing_is_written_over(
    service: LocalService, data: Path, to: Path, said: list[str], there: str
) -> None:
    if there == "a file":
        to.write_text("mine")
    else:
        to.mkdir()
        (to / "mine").write_text("mine")
    with pytest.raises(DataFolderError, match=r"There is something at .* already: nothing was written"):
        backup(data, to, said.append)
    assert (to if there == "a file" else to / "mine").read_text() == "mine"


def test_what_can_not_be_finished_leaves_nothing(
    service: LocalService, data: Path, to: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    if to.suffix:
        monkeypatch.setattr(tarfile, "open", full)
    else:
        monkeypatch.setattr(backup_module, "sync_folder", full)
    before = names_in(to.parent)
    with pytest.raises(DataFolderError, match=r"There is no backup at .*No space left"):
        backup(data, to, said.append)
    assert sorted(names_in(to.parent)) == sorted(before)


def test_a_place_that_is_not_there_is_told(service: LocalService, data: Path, said: list[str]) -> None:
    with pytest.raises(DataFolderError, match="No such file or directory"):
        backup(data, data / "no" / "such", said.append)


def test_nothing_is_restored_over_clients(
    service: LocalService, data: Path, to: Path, said: list[str]
) -> None:
    backup(data, to, said.append)
    with pytest.raises(DataFolderError, match=r"has root-credential\.json, .* already: nothing was restored"):
        restore(to, data, said.append)
    assert len(rows(data)) == 5


def _without(part: str) -> Callable[[Path], None]:
    return lambda folder: (folder / part).unlink()


def _break_key(folder: Path) -> None:
    (folder / SIGNING_KEY).write_text("{")


def _break_database(folder: Path) -> None:
    content = bytearray((folder / DATABASE).read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    (folder / DATABASE).write_bytes(content)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (_without(DATABASE), r"is no backup: it has no clients\.sqlite3"),
        (_without(SIGNING_KEY), r"is no backup: it has no signing-key\.json"),
        (_break_key, "no usable signing key"),
        (_break_database, "damaged|can't be restored"),
    ],
    ids=["no database", "no key", "a broken key", "a broken database"],
)
def test_what_is_not_sound_is_not_restored(
    service: LocalService,
    data: Path,
    tmp_path: Path,
    said: list[str],
    harm: Callable[[Path], None],
    told: str,
) -> None:
    source, other = tmp_path / "b", tmp_path / "other"
    backup(data, source, said.append)
    harm(source)
    with pytest.raises(DataFolderError, match=told):
        restore(source, other, said.append)
    assert list(other.iterdir()) == []


def test_what_is_no_archive_is_told(data: Path, tmp_path: Path, said: list[str]) -> None:
    (tmp_path / "b.tar").write_text("no tar at all")
    with pytest.raises(DataFolderError, match="can't be restored"):
        restore(tmp_path / "b.tar", data, said.append)
    with pytest.raises(DataFolderError, match="No such file"):
        restore(tmp_path / "c.tar", data, said.append)


def test_an_archive_can_not_put_anything_elsewhere(
    service: LocalService, data: Path, tmp_path: Path, said: list[str]
) -> None:
    backup(data, tmp_path / "b", said.append)
    (tmp_path / "evil").write_text("evil")
    with tarfile.open(tmp_path / "b.tar", "w") as archive:
        for name in (DATABASE, SIGNING_KEY):
            archive.add(tmp_path / "b" / name, name)
        archive.add(tmp_path / "evil", "../planted")
        link = tarfile.TarInfo(ROOT_CREDENTIAL)
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert restore(tmp_path / "b.tar", tmp_path / "other" / "data", said.append) == 0
    assert not (tmp_path / "other" / "planted").exists()
    assert set(names_in(tmp_path / "other" / "data")) == {DATABASE, SIGNING_KEY}


def test_a_data_folder_that_was_copied_as_it_lay_there_is_restored_with_its_last_writes(
    service: LocalService, data: Path, tmp_path: Path, said: list[str]
) -> None:
    shutil.copytree(data, tmp_path / "copied")
    assert (tmp_path / "copied" / f"{DATABASE}-wal").stat().st_size
    restore(tmp_path / "copied", tmp_path / "other", said.append)
    assert rows(tmp_path / "other") == rows(data)


def test_a_backup_without_the_root_credential_says_what_to_do(
    service: LocalService, data: Path, tmp_path: Path, said: list[str]
) -> None:
    service.root_file.unlink()
    backup(data, tmp_path / "b", said.append)
    assert ROOT_CREDENTIAL not in said[0]
    restore(tmp_path / "b", tmp_path / "other", said.append)
    assert "serve rotate-root" in said[-1]
    rotate_root(tmp_path / "other", said.append)
    assert json.loads((tmp_path / "other" / ROOT_CREDENTIAL).read_bytes())
