"""Folders that are ours alone, on a real disk: what others could reach or exchange is not believed."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from butlr_tui.journal.journal import Journal, JournalError
from butlr_tui.service.files import DataFolderError
from butlr_tui.service.local import open_service
from butlr_tui.system.private_files import NotPrivate
from butlr_tui.system.private_folders import (
    check_private_folder,
    make_folder,
    make_private_folder,
    others_may_exchange,
)
from tests.support.figures import figure
from tests.support.umask import UMASKS, umask

SOMEBODY = 12345
LINE = b'{"at":"2026-11-24T10:00:00+00:00","attempt":"00","event":"create","url":"http://x","name":"x"}\n'
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give folders to other users")

Make = Callable[[Path], Path]
"""Makes a folder below an own one; gives the path by which it is reached."""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def made(path: Path, bits: int = 0o700, owner: int | None = None) -> Path:
    path.mkdir(parents=True)
    path.chmod(bits)
    if owner is not None:
        os.chown(path, owner, owner)
    return path


def with_mode(bits: int) -> Make:
    return lambda base: made(base / "it", bits)


def below_one_with_mode(bits: int) -> Make:
    return lambda base: made(made(base / "above", bits) / "it")


def of(owner: int) -> Make:
    return lambda base: made(base / "it", owner=owner)


def below_one_of(owner: int) -> Make:
    return lambda base: made(made(base / "above", 0o755, owner) / "it")


def below_one_of_a_group(group: int) -> Make:
    def make(base: Path) -> Path:
        above = made(base / "above", 0o775)
        os.chown(above, -1, group)
        return made(above / "it")

    return make


def linked(base: Path, to: Path, owner: int | None = None) -> Path:
    link = base / "link"
    link.symlink_to(to)
    if owner is not None:
        os.chown(link, owner, owner, follow_symlinks=False)
    return link


NOT_OURS_ALONE: dict[str, Make] = {
    "others may read": with_mode(0o755),
    "others may enter": with_mode(0o711),
    "its group may read": with_mode(0o750),
    "others may write": with_mode(0o777),
    "others may add to it": with_mode(0o1777),
    "others may exchange it": below_one_with_mode(0o777),
    "others may exchange what is above it": lambda base: made(below_one_with_mode(0o777)(base) / "below"),
    "a link to where others may exchange it": lambda base: linked(base, below_one_with_mode(0o777)(base)),
    "a link that others may exchange": lambda base: linked(made(base / "open", 0o777), made(base / "it")),
}
OF_SOMEBODY: dict[str, Make] = {
    "of somebody else": of(SOMEBODY),
    "below one of somebody else": below_one_of(SOMEBODY),
    "by a link of somebody else": lambda base: linked(base, made(base / "it"), SOMEBODY),
    "a group may exchange it": below_one_of_a_group(SOMEBODY),
}


def believes(folder: Path) -> list[str]:
    """What takes `folder` for ours alone."""
    journal = Journal(folder)
    (folder / "journal.jsonl").write_bytes(LINE)
    (folder / "journal.jsonl").chmod(0o600)
    uses: dict[str, tuple[Callable[[], object], type[Exception]]] = {
        "folder": (lambda: make_private_folder(folder), NotPrivate),
        "journal read": (journal.entries, JournalError),
        "journal written": (lambda: journal.create("http://x", "x", "x", None), JournalError),
        "service": (lambda: open_service(folder).close(), DataFolderError),
    }
    believing = []
    for name, (use, refusal) in uses.items():
        try:
            use()
        except refusal as error:
            assert any(words in str(error) for words in ("Others may", "belongs to another user")), error
        else:
            believing.append(name)
    return believing


@needs_root
def test_no_folder_is_believed_that_is_not_ours_alone(tmp_path: Path) -> None:
    believed = {}
    kinds = NOT_OURS_ALONE | OF_SOMEBODY
    for number, (name, make) in enumerate(kinds.items()):
        folder = make(made(tmp_path / str(number), 0o755))
        believed[name] = believes(folder)
        assert [path.name for path in folder.iterdir()] == ["journal.jsonl"], "nothing was put there"
    figure(26, folders=len(kinds), believed=sum(map(len, believed.values())))
    assert believed == {name: [] for name in kinds}


@pytest.mark.parametrize("name", NOT_OURS_ALONE)
def test_a_folder_that_is_not_ours_alone(tmp_path: Path, name: str) -> None:
    assert believes(NOT_OURS_ALONE[name](made(tmp_path / "base", 0o755))) == []


@pytest.mark.parametrize("bits", [0o700, 0o755, 0o1777])
def test_a_folder_of_ours_below_what_others_can_not_change_it_in(tmp_path: Path, bits: int) -> None:
    assert believes(below_one_with_mode(bits)(tmp_path))


@needs_root
def test_links_and_folders_of_root_lead_to_ours() -> None:
    """As systemd makes them for `StateDirectory=` with `DynamicUser=`."""
    with TemporaryDirectory() as made_by_root:
        base = Path(made_by_root)
        base.chmod(0o755)
        made(made(base / "private", 0o755) / "butlr-tui", owner=SOMEBODY)
        (base / "butlr-tui").symlink_to("private/butlr-tui")
        os.seteuid(SOMEBODY)
        try:
            make_private_folder(base / "butlr-tui")
            check_private_folder(base / "private" / ".." / "butlr-tui")
            with pytest.raises(NotPrivate, match="belongs to another user"):
                check_private_folder(base / "private")
        finally:
            os.seteuid(0)


@pytest.mark.parametrize(
    ("bits", "they_may"), [(0o700, False), (0o755, False), (0o1777, False), (0o702, True)]
)
def test_a_folder_in_which_others_may_exchange_files(tmp_path: Path, bits: int, they_may: bool) -> None:
    tmp_path.chmod(bits)
    assert others_may_exchange(tmp_path) is they_may


@needs_root
def test_a_group_that_is_not_ours_alone_may_exchange_files(tmp_path: Path) -> None:
    tmp_path.chmod(0o770)
    assert not others_may_exchange(tmp_path), "the group that bears our number"
    os.chown(tmp_path, -1, SOMEBODY)
    assert others_may_exchange(tmp_path)


def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match=r"[Tt]oo many|[Nn]ot a directory"):
        make_private_folder(tmp_path / "a" / "it")


def test_links_that_lead_to_each_other_are_followed_only_so_far(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="Too many levels of symbolic links") as refused:
        check_private_folder(tmp_path / "a" / "it")
    assert refused.value.filename == str(tmp_path / "a" / "it")


@pytest.mark.parametrize("mask", UMASKS)
def test_every_folder_on_the_way_is_for_its_owner_alone(tmp_path: Path, mask: int) -> None:
    there = made(tmp_path / "there", 0o755)
    with umask(mask):
        make_private_folder(there / "a" / "b" / "c")
        make_private_folder(there / "a" / ".." / "a" / "b" / "c")
    assert [mode(there / part) for part in ("a", "a/b", "a/b/c")] == [0o700] * 3
    assert mode(there) == 0o755


@pytest.mark.parametrize("name", ["file", "dangling", "file/below"])
def test_what_is_no_folder_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    with pytest.raises(NotADirectoryError):
        make_folder(tmp_path / name)
    assert not (tmp_path / "nothing").exists()
