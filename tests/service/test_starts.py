"""What a start looks at: what was lost or damaged is told, and never made anew."""

import sqlite3
from pathlib import Path

import pytest

from butlr_tui.service.commands.rotate_key import rotate_key
from butlr_tui.service.commands.rotate_root import rotate_root
from butlr_tui.service.files import DATABASE, SIGNING_KEY, DataFolderError
from butlr_tui.service.local import open_service
from butlr_tui.service.samples import add_samples
from butlr_tui.service.store import StoredClient


def test_a_lost_signing_key_is_told_and_never_made_anew(data: Path) -> None:
    open_service(data).close()
    (data / SIGNING_KEY).unlink()
    with pytest.raises(DataFolderError, match=r"signing-key\.json is gone.*serve rotate-key"):
        open_service(data)
    assert not (data / SIGNING_KEY).exists()
    said: list[str] = []
    assert rotate_key(data, said.append) == 0
    assert said == [
        f"Made a signing key in {data / SIGNING_KEY}, where there was none. Tokens that are out hold no longer."
    ]
    open_service(data).close()


def test_a_lost_database_is_told_and_never_made_anew(data: Path) -> None:
    open_service(data).close()
    (data / DATABASE).unlink()
    with pytest.raises(DataFolderError, match=r"clients\.sqlite3 is gone, and with it all clients, though"):
        open_service(data)
    assert not (data / DATABASE).exists()


def test_a_damaged_database_is_not_served(data: Path) -> None:
    """Its header is sound, so that only a look at all of it finds the damage."""
    service = open_service(data)
    add_samples(service)
    service.store.add(
        [StoredClient(f"client_{n}", service.root.client_id, "n" * 200, "", bytes(32)) for n in range(200)]
    )
    service.close()
    with (data / DATABASE).open("r+b") as file:
        size = file.seek(0, 2)
        for page in range(2 * 4096, size, 4096):
            file.seek(page)
            file.write(b"\xff" * 64)
    with pytest.raises(DataFolderError, match="damaged"):
        open_service(data)


def test_clients_without_an_owner_are_told_and_given_to_a_new_root(data: Path) -> None:
    service = open_service(data)
    root = service.root.client_id
    service.store.add([StoredClient("client_a", root, "a", "", bytes(32))])
    service.store.add([StoredClient(f"client_{n}", "client_a", n, "", bytes(32)) for n in "bc"])
    service.close()
    with sqlite3.connect(data / DATABASE) as db:
        db.execute("DELETE FROM client WHERE client_id = 'client_a'")
    db.close()
    again = open_service(data)
    assert again.greeting()[1] == (
        "2 clients without an owner: nobody can list or delete them. "
        "`butlr-tui serve rotate-root` gives them to a new root."
    )
    again.close()
    rotate_root(data, lambda _: None)
    mended = open_service(data)
    assert len(mended.greeting()) == 1
    assert {record.client_id for record in mended.store.list(mended.root.client_id)} >= {
        "client_b",
        "client_c",
    }
    mended.close()
