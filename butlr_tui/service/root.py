"""The root credential: the pair with which a new service is first signed in to."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter
from pydantic_core import to_json

from butlr_tui.models import Credentials
from butlr_tui.service import audit
from butlr_tui.service.minting import digest, matches, mint
from butlr_tui.service.sqlite import SqliteStore
from butlr_tui.service.store import StoredClient
from butlr_tui.system.private_files import read_private, replace_private

ROOT_NAME: Final = "butlr-tui root"
_LIMIT: Final = 1 << 16
"""Bytes; a longer file is none of ours."""
ROOT_DESCRIPTION: Final = "Made by the service itself; owns itself"


def find_root(store: SqliteStore, file: Path) -> Credentials | None:
    """The pair in `file`; None where it is not there, or not that of the root in `store`.

    Raises OSError, sqlite3.Error.
    """
    known = _read(file)
    return known if known is not None and _is_root(store, known) else None


def make_root(store: SqliteStore, file: Path, now: Callable[[], float]) -> Credentials:
    """A new pair, in `file` and as the one root in `store`; the former root's clients belong to it.

    Raises OSError, sqlite3.Error.
    """
    with store.exclusively() as db:
        root = mint(now())
        secret = root.client_secret.get_secret_value()
        store.replace_root(
            StoredClient(root.client_id, root.client_id, ROOT_NAME, ROOT_DESCRIPTION, digest(secret))
        )
        audit.record(db, [audit.AuditRow(now(), audit.AuditEvent.ROTATE_ROOT, client=root.client_id)])
        # Before the commit: should it not come, the next start finds a pair that does not fit, and tells so.
        replace_private(file, to_json({"client_id": root.client_id, "client_secret": secret}) + b"\n")
    return root


def _read(file: Path) -> Credentials | None:
    try:
        return TypeAdapter(Credentials).validate_json(read_private(file, _LIMIT))
    except (FileNotFoundError, ValueError):
        return None


def _is_root(store: SqliteStore, pair: Credentials) -> bool:
    owns_itself = store.get(pair.client_id, pair.client_id) is not None
    return owns_itself and matches(pair.client_secret.get_secret_value(), store.secret_hash(pair.client_id))
