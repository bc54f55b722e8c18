"""`serve clients` and `serve revoke`: who made whom, and its end."""

import os
import re
import sqlite3
from pathlib import Path

import pytest

from butlr_tui.service.commands.clients import clients
from butlr_tui.service.commands.revoke import revoke
from butlr_tui.service.files import DATABASE, DataFolderError
from butlr_tui.service.local import LocalService


def ids(service: LocalService, owner: str) -> list[str]:
    return [record.client_id for record in service.store.list(owner)]


def test_all_clients_are_listed_with_their_owners(service: LocalService, data: Path) -> None:
    printed: list[str] = []
    assert clients(data, printed.append) == 0
    head, *rows = [re.split(" {2,}", line) for line in "".join(printed).splitlines()]
    assert head == ["client", "owner", "name"]
    assert {row[0]: row[-1] for row in rows} == {
        service.root.client_id: "butlr-tui root",
        **{f"client_{name}": f"name {name}" for name in "abcd"},
    }


def test_the_tree_has_each_below_its_owner(service: LocalService, data: Path) -> None:
    printed: list[str] = []
    assert clients(data, printed.append, as_tree=True) == 0
    assert printed == [
        f"{service.root.client_id}  butlr-tui root\n",
        "  client_a  name a\n",
        "    client_b  name b\n",
        "      client_c  name c\n",
        "  client_d  name d\n",
    ]


def test_the_tree_has_those_whose_owner_is_gone_too(service: LocalService, data: Path) -> None:
    with sqlite3.connect(data / DATABASE) as db:
        db.execute("DELETE FROM client WHERE client_id = 'client_a'")
    db.close()
    printed: list[str] = []
    clients(data, printed.append, as_tree=True)
    assert printed[1:] == ["  client_d  name d\n", "client_b  name b\n", "  client_c  name c\n"]


def test_a_name_can_not_act_on_the_terminal(service: LocalService, data: Path) -> None:
    with sqlite3.connect(data / DATABASE) as db:
        db.execute("UPDATE client SET name = char(27) || '[2J' WHERE client_id = 'client_a'")
    db.close()
    for as_tree in (False, True):
        printed: list[str] = []
        clients(data, printed.append, as_tree=as_tree)
        assert "\x1b" not in "".join(printed)


def test_a_revoked_clients_clients_belong_to_its_owner(
    service: LocalService, data: Path, said: list[str]
) -> None:
    assert revoke(data, "client_a", said.append) == 0
    assert said == [
        f"Deleted “name a”, client_a; {service.root.client_id} has its 1 client now. "
        "No token of theirs is taken any more."
    ]
    assert ids(service, service.root.client_id) == sorted(["client_b", "client_d", service.root.client_id])


def test_with_its_descendants_all_of_them_are_gone(
    service: LocalService, data: Path, said: list[str]
) -> None:
    assert revoke(data, "client_a", said.append, with_descendants=True) == 0
    assert said == [
        "Deleted “name a”, client_a and 2 clients below it. No token of theirs is taken any more."
    ]
    assert ids(service, service.root.client_id) == sorted(["client_d", service.root.client_id])
    assert service.store.secret_hash("client_c") is None


@pytest.mark.parametrize("with_descendants", [False, True])
def test_the_root_is_not_revoked(
    service: LocalService, data: Path, said: list[str], with_descendants: bool
) -> None:
    root = service.root.client_id
    assert revoke(data, root, said.append, with_descendants=with_descendants) == 1
    assert "serve rotate-root" in said[0]
    assert len(ids(service, root)) == 3


def test_one_that_is_not_there_is_told(service: LocalService, data: Path, said: list[str]) -> None:
    assert revoke(data, "client_\x1bx", said.append) == 1
    assert said[0].startswith("There is no client client_")
    assert "\x1b" not in said[0]


def test_a_folder_without_clients_is_told_and_stays_empty(data: Path, said: list[str]) -> None:
    data.mkdir(0o700)
    with pytest.raises(DataFolderError, match="There are no clients in"):
        revoke(data, "client_a", said.append)
    assert list(data.iterdir()) == []


def test_a_folder_that_others_may_look_into_is_refused(service: LocalService, data: Path) -> None:
    data.chmod(0o755)
    with pytest.raises(DataFolderError, match="Others may look into"):
        clients(data, print)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be a second user")
def test_a_folder_of_another_user_is_refused_even_to_root(service: LocalService, data: Path) -> None:
    """What root writes there, its own user could not read."""
    os.chown(data, 61184, 61184)
    with pytest.raises(DataFolderError, match="belongs to another user"):
        clients(data, print)
