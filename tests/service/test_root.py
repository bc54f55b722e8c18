"""The root credential: made once, kept, mended."""

import json
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from butlr_tui.service import local
from butlr_tui.service import root as root_module
from butlr_tui.service.commands.rotate_root import rotate_root
from butlr_tui.service.files import DataFolderError
from butlr_tui.service.local import DATABASE, ROOT_CREDENTIAL, SIGNING_KEY, LocalService, open_service
from butlr_tui.service.minting import digest, matches
from butlr_tui.service.samples import add_samples
from butlr_tui.service.store import StoredClient
from butlr_tui.system.private_files import replace_private

from .conftest import root_pair


def _agrees(service: LocalService) -> bool:
    """Whether the pair, the file and the store say the same."""
    pair = root_pair(service)
    return (
        json.loads(service.root_file.read_bytes()) == pair
        and matches(pair["client_secret"], service.store.secret_hash(pair["client_id"]))
        and service.store.get(pair["client_id"], pair["client_id"]) is not None
    )


def test_the_first_start_writes_it_for_its_owner_only(service: LocalService, data: Path) -> None:
    assert service.root_is_new
    assert service.root_file == data / "root-credential.json"
    assert stat.S_IMODE(service.root_file.stat().st_mode) == 0o600
    assert list(json.loads(service.root_file.read_bytes())) == ["client_id", "client_secret"]
    assert _agrees(service)


def test_the_next_start_keeps_it_and_the_signing_key(service: LocalService, data: Path) -> None:
    before = {name: (data / name).read_bytes() for name in (ROOT_CREDENTIAL, SIGNING_KEY)}
    again = open_service(data)
    assert not again.root_is_new
    assert again.root == service.root
    assert before == {name: (data / name).read_bytes() for name in (ROOT_CREDENTIAL, SIGNING_KEY)}
    again.close()


def _lose_file(data: Path) -> None:
    (data / ROOT_CREDENTIAL).unlink()


def _break_file(data: Path) -> None:
    (data / ROOT_CREDENTIAL).write_text('{"client_id":')


def _change_secret(data: Path) -> None:
    pair = json.loads((data / ROOT_CREDENTIAL).read_bytes())
    (data / ROOT_CREDENTIAL).write_text(json.dumps(pair | {"client_secret": "other"}))


def _delete_client(data: Path) -> None:
    with sqlite3.connect(data / DATABASE) as db:
        db.execute("DELETE FROM client WHERE owner = client_id")
    db.close()


@pytest.mark.parametrize("damage", [_lose_file, _break_file, _change_secret, _delete_client])
def test_a_lost_one_is_told_and_never_made_anew(data: Path, damage: Callable[[Path], None]) -> None:
    service = open_service(data)
    add_samples(service)
    service.close()
    damage(data)
    before = {file.name: file.read_bytes() for file in data.glob("*.json")}
    service = open_service(data)
    assert not service.root_is_new
    assert "does not hold the root credential of these clients" in service.greeting()[0]
    assert "serve rotate-root" in service.greeting()[0]
    with pytest.raises(DataFolderError, match="serve rotate-root"):
        _ = service.root
    service.close()
    assert {file.name: file.read_bytes() for file in data.glob("*.json")} == before


@pytest.mark.parametrize("damage", [_lose_file, _break_file, _change_secret, _delete_client])
def test_another_is_made_on_demand_and_keeps_the_clients(data: Path, damage: Callable[[Path], None]) -> None:
    service = open_service(data)
    former = root_pair(service)
    add_samples(service)
    names = {record.name for record in service.store.list(service.root.client_id)}
    service.close()
    damage(data)
    said: list[str] = []
    assert rotate_root(data, said.append) == 0
    assert said[0].startswith(
        f"Another root credential is in {data / ROOT_CREDENTIAL}, which only you can read."
    )
    mended = open_service(data)
    assert _agrees(mended)
    assert root_pair(mended) != former
    assert not matches(former["client_secret"], mended.store.secret_hash(former["client_id"]))
    assert {record.name for record in mended.store.list(mended.root.client_id)} == names
    assert stat.S_IMODE(mended.root_file.stat().st_mode) == 0o600
    mended.close()


@pytest.mark.parametrize("written", [False, True], ids=["before the file", "before the commit"])
def test_a_crash_on_the_first_start_is_mended(
    data: Path, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    def crash(file: Path, content: bytes) -> None:
        if written:
            replace_private(file, content)
        else:
            (file.parent / f"{file.name}.new").write_text("half a f")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(root_module, "replace_private", crash)
        open_service(data)
    assert (data / ROOT_CREDENTIAL).exists() == written
    service = open_service(data)
    assert service.root_is_new
    assert _agrees(service)
    assert len(service.store.list(service.root.client_id)) == 1
    service.close()


@pytest.mark.parametrize("name", [ROOT_CREDENTIAL, SIGNING_KEY])
def test_a_link_is_not_believed(data: Path, tmp_path: Path, name: str) -> None:
    """Somebody who may put a link into the folder is not to say which key signs."""
    open_service(data).close()
    (data / name).rename(tmp_path / "elsewhere")
    (data / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DataFolderError, match="symbolic links"):
        open_service(data)


def test_a_client_of_root_does_not_pass_for_root(service: LocalService, data: Path) -> None:
    """A pair that fits, but not root's."""
    service.store.add([StoredClient("client_a", service.root.client_id, "a", "", digest("secret"))])
    service.root_file.write_text('{"client_id":"client_a","client_secret":"secret"}')
    again = open_service(data)
    assert "does not hold the root credential" in again.greeting()[0]
    again.close()


def test_key_and_root_are_made_with_every_other_start_locked_out(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked: list[str] = []

    def watching(step: str, make: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any) -> Any:
            other = sqlite3.connect(data / DATABASE, timeout=0)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            other.close()
            locked.append(step)
            return make(*args)

        return watched

    for step in ("make_keys", "make_root"):
        monkeypatch.setattr(local, step, watching(step, getattr(local, step)))
    open_service(data).close()
    assert locked == ["make_keys", "make_root"]


STARTER = """
import sys
from pathlib import Path
from butlr_tui.service.local import open_service
print("ready", flush=True)
sys.stdin.readline()
service = open_service(Path(sys.argv[1]))
print(service.root.client_id, service.root.client_secret.get_secret_value(), service.root_is_new)
service.close()
"""


def test_first_starts_at_once_agree(data: Path) -> None:
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", STARTER, str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(4)
    ]
    for starter in starters:
        assert starter.stdout
        assert starter.stdout.readline() == "ready\n"
    for starter in starters:
        assert starter.stdin
        starter.stdin.write("go\n")
        starter.stdin.flush()
    said = [starter.communicate(timeout=20)[0].split() for starter in starters]
    assert [starter.returncode for starter in starters] == [0] * 4
    assert len({tuple(words[:2]) for words in said}) == 1
    assert sorted(words[2] for words in said) == ["False"] * 3 + ["True"]
    service = open_service(data)
    assert _agrees(service)
    service.close()
