"""A data folder with a small family of clients, and a service that runs on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from butlr_tui.service.local import LocalService, open_service
from butlr_tui.service.store import StoredClient


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def service(data: Path) -> Iterator[LocalService]:
    """The root has a and d; a has b, and b has c."""
    opened = open_service(data)
    owners = {"a": opened.root.client_id, "b": "client_a", "c": "client_b", "d": opened.root.client_id}
    for name, owner in owners.items():
        opened.store.add([StoredClient(f"client_{name}", owner, f"name {name}", "", bytes(32))])
    yield opened
    opened.close()


@pytest.fixture
def said() -> list[str]:
    """What a command says."""
    return []
