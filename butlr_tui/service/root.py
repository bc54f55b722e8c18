"""The root credential: the pair with which a new service is first signed in to."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter
from pydantic_core import to_json

from butlr_tui.models import Credentials
from butlr_tui.service.minting import digest, matches, mint
from butlr_tui.service.sqlite import SqliteStore
from butlr_tui.service.store import StoredClient
from butlr_tui.system.private_files import read_private, replace_private

ROOT_NAME: Final = "butlr-tui root"
_LIMIT: Final = 1 << 16
"""Bytes; a longer file is none of ours."""
ROOT_DESCRIPTION: Final = "Made by the service itself; owns itself"


def root_credential(store: SqliteStore, file: Path, now: Callable[[], float]) -> tuple[Credentials, bool]:
    """The pair in `file`, and whether it was made just now.

    It is made on the first start, and again where file and store no longer agree: the file was lost, the root
    client was deleted, or a crash came between writing the one and the other. The former root's clients then
    belong to the new one. Raises OSError, sqlite3.Error.
    """
    with store.exclusively():
        known = _read(file)
        if known is not None and _is_root(store, known):
            return known, False
        root = mint(now())
        secret = root.client_secret.get_secret_value()
        store.replace_root(
            StoredClient(root.client_id, root.client_id, ROOT_NAME, ROOT_DESCRIPTION, digest(secret))
        )
        # Before the commit: should it not come, the next start finds a pair that does not fit, and mends it.
        replace_private(file, to_json({"client_id": root.client_id, "client_secret": secret}) + b"\n")
    return root, True


def _read(file: Path) -> Credentials | None:
    try:
        return TypeAdapter(Credentials).validate_json(read_private(file, _LIMIT))
    except (FileNotFoundError, ValueError):
        return None


def _is_root(store: SqliteStore, pair: Credentials) -> bool:
    owns_itself = store.get(pair.client_id, pair.client_id) is not None
    return owns_itself and matches(pair.client_secret.get_secret_value(), store.secret_hash(pair.client_id))
