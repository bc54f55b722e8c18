"""The embedded engine: concurrency, what is on disk, what it refuses."""

import asyncio
import random
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.service import sqlite
from butlr_tui.service.files import DataFolderError
from butlr_tui.service.local import DATABASE, ROOT_CREDENTIAL, SIGNING_KEY, LocalService, open_service
from butlr_tui.service.minting import digest
from butlr_tui.service.sqlite import SqliteStore
from butlr_tui.service.store import OwnerGone, StoredClient
from tests.support.figures import figure, times

from .conftest import Caller


def test_owners_never_meet(service: LocalService) -> None:
    """Random operations of many owners against what each of them should see."""
    chance = random.Random(17)
    owners = [f"client_owner_{n:03}" for n in range(100)]
    root = service.root.client_id
    service.store.add([StoredClient(owner, root, owner, "", bytes(32)) for owner in owners])
    seen: dict[str, set[str]] = {owner: set() for owner in owners}
    made: list[str] = ["client_none"]
    operations, crossed = times(1000, 10_000), 0
    for number in range(operations):
        owner = chance.choice(owners)
        target = chance.choice(made)
        match chance.choice(["add", "get", "delete", "list"]):
            case "add":
                service.store.add([StoredClient(f"client_{number:05}", owner, "n", "", bytes(32))])
                seen[owner].add(f"client_{number:05}")
                made.append(f"client_{number:05}")
            case "get":
                crossed += (service.store.get(owner, target) is not None) != (target in seen[owner])
            case "delete":
                crossed += service.store.delete(owner, target) != (target in seen[owner])
                seen[owner].discard(target)
            case _:
                crossed += [r.client_id for r in service.store.list(owner)] != sorted(seen[owner])
    figure(17, owners=len(owners), operations=operations, crossed=crossed)
    assert crossed == 0


async def test_owners_never_meet_over_http(root: Caller) -> None:
    """The same through the endpoints, each owner with a token of its own."""
    chance = random.Random(18)
    owners = [await root.become(await root.create(f"owner {n}")) for n in range(times(5, 100))]
    seen: dict[str, set[str]] = {owner.client_id: set() for owner in owners}
    made = ["client_none"]
    operations, crossed = times(100, 10_000), 0
    for _ in range(operations):
        owner, target = chance.choice(owners), chance.choice(made)
        own = seen[owner.client_id]
        match chance.choice(["POST", "GET", "DELETE", "LIST"]):
            case "POST":
                made.append((await owner.create())["client_id"])
                own.add(made[-1])
            case "LIST":
                listed = (await owner.request("GET", CLIENTS_PATH)).json()
                crossed += {client["client_id"] for client in listed} != own
            case method:
                reply = await owner.request(method, f"{CLIENTS_PATH}/{target}")
                crossed += reply.is_success != (target in own)
                assert reply.is_success or reply.json()["code"] == "CLIENT_NOT_FOUND"
                if method == "DELETE":
                    own.discard(target)
    figure(17, operations=operations, crossed=crossed)
    assert crossed == 0


async def test_64_creates_at_once(root: Caller, caplog: pytest.LogCaptureFixture) -> None:
    rounds = times(3, 50)
    creates = 0
    ids: set[str] = set()
    secrets: set[str] = set()
    for _ in range(rounds):
        pairs = await asyncio.gather(*(root.create(f"client-{n}") for n in range(64)))  # each a 201
        creates += len(pairs)
        ids |= {pair["client_id"] for pair in pairs}
        secrets |= {pair["client_secret"] for pair in pairs}
    locked = caplog.text.count("database is locked")
    figure(19, creates=creates, twins=2 * creates - len(ids) - len(secrets), database_is_locked=locked)
    assert locked == 0
    assert len(ids) == len(secrets) == 64 * rounds
    assert len(await root.names()) == 1 + 64 * rounds


def test_two_processes_worth_of_writers(service: LocalService, data: Path) -> None:
    """Two stores on one file, as two processes have them, with four threads each."""
    root = service.root.client_id
    stores = [service.store, SqliteStore(data / DATABASE)]

    def write(number: int) -> None:
        client = StoredClient(f"client_{number:03}", root, "name", "", bytes(32))
        stores[number % 2].add([client])
        assert stores[(number + 1) % 2].get(root, client.client_id) is not None

    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(write, range(64)):
            pass
    assert len(stores[1].list(root)) == 65
    stores[1].close()


def _files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


async def test_secrets_are_nowhere_on_disk(root: Caller, service: LocalService, data: Path) -> None:
    pairs = [await root.create(f"client-{n}") for n in range(20)]
    await asyncio.gather(*(root.become(pair) for pair in pairs))
    files = _files(data)
    assert {DATABASE, f"{DATABASE}-wal", SIGNING_KEY} <= set(files)
    del files[ROOT_CREDENTIAL]  # the one that is meant to be read
    disk = b"".join(files.values())
    with sqlite3.connect(data / DATABASE) as db, sqlite3.connect(data / "backup") as copy:
        db.backup(copy)
        db.execute("VACUUM INTO ?", (str(data / "vacuumed"),))
    db.close()
    copy.close()
    disk += (data / "backup").read_bytes() + (data / "vacuumed").read_bytes()
    issued = [pair["client_secret"] for pair in pairs] + [service.root.client_secret.get_secret_value()]
    found = sum(secret.encode() in disk for secret in issued)
    figure(20, secrets=len(issued), found=found)
    assert found == 0
    assert all(digest(pair["client_secret"]) in disk for pair in pairs)


def test_modes(service: LocalService, data: Path) -> None:
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in data.iterdir()}
    assert len(files) >= 4
    assert set(files.values()) == {0o600}, files


def test_an_acknowledged_write_was_synced(service: LocalService, data: Path) -> None:
    db = service.store._db
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    other = sqlite3.connect(data / DATABASE)
    before = other.execute("SELECT count(*) FROM client").fetchone()[0]
    service.store.add([StoredClient("client_x", service.root.client_id, "n", "", bytes(32))])
    assert other.execute("SELECT count(*) FROM client").fetchone()[0] == before + 1
    other.close()


def test_all_or_none(service: LocalService) -> None:
    root = service.root.client_id
    clients = [StoredClient(f"client_{n}", root, "n", "", bytes(32)) for n in (1, 2, 1)]
    with pytest.raises(Exception, match="CLIENT_CREATE_FAILED"):
        service.store.add(clients)
    assert len(service.store.list(root)) == 1


def test_a_failed_commit_leaves_the_store_usable(service: LocalService) -> None:
    with pytest.raises(RuntimeError), service.store.exclusively():
        service.store.delete(service.root.client_id, service.root.client_id)
        raise RuntimeError
    assert len(service.store.list(service.root.client_id)) == 1


class _BusyConnection:
    """As SQLite is for a moment when two first starts switch a new database to WAL together."""

    def __init__(self, refusals: float) -> None:
        self.refusals = refusals

    def execute(self, statement: str) -> None:
        assert statement == "PRAGMA journal_mode = WAL"
        self.refusals -= 1
        if self.refusals >= 0:
            raise sqlite3.OperationalError("database is locked")


def test_the_switch_to_wal_waits_its_turn() -> None:
    waits: list[float] = []
    busy = _BusyConnection(3)
    sqlite._enter_wal(busy, lambda: sum(waits), waits.append)  # type: ignore[arg-type]
    assert busy.refusals == -1
    assert len(waits) == 3
    with pytest.raises(sqlite3.OperationalError):
        sqlite._enter_wal(_BusyConnection(float("inf")), lambda: sum(waits), waits.append)  # type: ignore[arg-type]
    assert sum(waits) == pytest.approx(10, abs=0.1)


def test_a_database_of_a_newer_version_is_left_alone(service: LocalService, data: Path) -> None:
    with sqlite3.connect(data / DATABASE) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(DataFolderError, match="newer butlr-tui"):
        open_service(data)


FIRST_TABLE = """CREATE TABLE client (
    client_id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    PRIMARY KEY (owner, client_id)
) WITHOUT ROWID"""


def test_a_file_of_the_first_version_is_taken_on(service: LocalService, data: Path) -> None:
    """Owners have as many clients in it as they had, and lists an edition that changes."""
    root = service.root.client_id
    service.store.add([StoredClient(f"client_{n}", root, "n", "", bytes(32)) for n in range(3)])
    service.store.add([StoredClient("client_of_1", "client_1", "n", "", bytes(32))])
    before = service.store.list(root)
    service.close()
    with sqlite3.connect(data / DATABASE) as db, sqlite3.connect(data / "first") as first:
        rows = db.execute("SELECT client_id, owner, name, description, secret_hash FROM client").fetchall()
        first.execute(FIRST_TABLE)
        first.executemany("INSERT INTO client VALUES (?, ?, ?, ?, ?)", rows)
        first.execute("PRAGMA user_version = 1")
    db.close()
    first.close()
    (data / "first").rename(data / DATABASE).chmod(0o600)
    again = open_service(data)
    assert not again.root_is_new
    assert again.store.list(root) == before
    sizes = [again.store.edition(owner).size for owner in (root, "client_1", "client_2")]
    assert sizes == [4, 1, 0]
    edition = again.store.edition(root)
    again.store.delete(root, "client_1")  # whose client is the root's now
    assert again.store.edition(root).size == 4
    assert again.store.edition(root) != edition
    with pytest.raises(OwnerGone):
        again.store.edition("client_1")
    again.close()


@pytest.mark.parametrize("file", [DATABASE, SIGNING_KEY])
def test_a_broken_file_is_named(data: Path, file: str) -> None:
    open_service(data).close()
    (data / file).write_bytes(b"nonsense" * 200)
    with pytest.raises(DataFolderError, match="data" if file == DATABASE else "signing-key"):
        open_service(data)


@pytest.mark.parametrize(
    "content", ["{}", "[]", '{"kty":"OKP","crv":"Ed25519","x":"AAAA"}', '{"kty":"oct","k":"AA"}']
)
def test_a_signing_key_that_is_none(data: Path, content: str) -> None:
    data.mkdir(0o700)
    (data / SIGNING_KEY).write_text(content)
    with pytest.raises(DataFolderError, match="signing-key"):
        open_service(data)


def test_a_folder_that_is_open_to_others_is_refused(data: Path) -> None:
    data.mkdir()
    data.chmod(0o755)
    with pytest.raises(DataFolderError, match=r"Others may look into .*chmod 700"):
        open_service(data)
    assert list(data.iterdir()) == []


@pytest.mark.parametrize(
    "file", [DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", SIGNING_KEY, ROOT_CREDENTIAL]
)
@pytest.mark.parametrize("spoil", ["mode", "link", "second name"])
def test_a_file_that_others_could_have_put_there_is_refused(data: Path, file: str, spoil: str) -> None:
    service = open_service(data)
    path = data / file
    if not path.exists():
        path.touch(0o600)
    other = data / "other"
    if spoil == "mode":
        path.chmod(0o644)
    elif spoil == "link":
        path.rename(other).chmod(0o600)
        path.symlink_to(other)
    else:
        other.hardlink_to(path)
    with pytest.raises(
        DataFolderError, match=r"Others may read|not a regular file|symbolic links|second name"
    ):
        open_service(data)
    service.close()


def test_a_file_in_place_of_the_folder(data: Path) -> None:
    data.write_text("")
    with pytest.raises(DataFolderError, match="can't be used"):
        open_service(data)
