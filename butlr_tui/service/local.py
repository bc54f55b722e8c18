"""The whole service on one data folder: for `serve`, and inside the app's process for the demo."""

import logging
import sqlite3
import time
from asyncio import to_thread
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from butlr_tui.contract import ROOT_CREDENTIAL
from butlr_tui.models import Credentials
from butlr_tui.service import audit
from butlr_tui.service.app import ServiceApp, create_app
from butlr_tui.service.checks import check_database, clients_without_owner, has_clients
from butlr_tui.service.embedded import Embedded
from butlr_tui.service.files import DATABASE, SIGNING_KEY, DataFolderError
from butlr_tui.service.keys import SigningKeys, make_keys
from butlr_tui.service.log import where_it_failed
from butlr_tui.service.root import find_root, make_root
from butlr_tui.service.sqlite import SqliteStore, closed_if_it_fails
from butlr_tui.service.tokens import ISSUER, TOKEN_LIFETIME, Tokens
from butlr_tui.service.trail import KEPT_DAYS, Trail
from butlr_tui.system.private_folders import make_private_folder
from butlr_tui.text import counted

__all__ = ["DATABASE", "ROOT_CREDENTIAL", "SIGNING_KEY", "TOKEN_LIFETIME", "LocalService", "open_service"]

_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class LocalService:
    """The service on an open data folder, ready to be called."""

    app: ServiceApp
    """The ASGI app. Needs no lifespan events."""
    store: SqliteStore
    root_file: Path
    root_is_new: bool
    """Whether the root credential was made by this start."""
    trail: Trail
    _now: Callable[[], float]
    _root: Credentials | None = field(repr=False)
    _without_owner: int

    @property
    def root(self) -> Credentials:
        """The root credential. Raises DataFolderError where it is lost."""
        if self._root is None:
            raise DataFolderError(self._told_root())
        return self._root

    def greeting(self) -> list[str]:
        """What its operator should know at the start."""
        told = [self._told_root()]
        if self._without_owner:
            told.append(
                f"{counted(self._without_owner, 'client')} without an owner: nobody can list or delete them. "
                "`butlr-tui serve rotate-root` gives them to a new root."
            )
        return told

    def _told_root(self) -> str:
        if self._root is None:
            return (
                f"{self.root_file} does not hold the root credential of these clients. They work all the same. "
                "Put it back from a backup, or make another with `butlr-tui serve rotate-root`."
            )
        if self.root_is_new:
            return f"Created a root credential in {self.root_file}, which only you can read."
        return f"The root credential is in {self.root_file}."

    async def start(self) -> None:
        """Record that it starts. Where a disk does not take that it serves all the same."""
        try:
            await to_thread(self.record, audit.AuditEvent.START)
        except sqlite3.Error as error:
            _log.error("the start could not be recorded: %s", where_it_failed(error))

    async def stop(self) -> None:
        """Write what the audit still has to be told."""
        await to_thread(self.trail.close)

    def record(self, event: audit.AuditEvent) -> None:
        """Record what is done on this machine without a request. Blocks. Raises sqlite3.Error."""
        with self.store.exclusively() as db:
            audit.record(db, [audit.AuditRow(self._now(), event)])

    def close(self) -> None:
        """Close the database, once all is in it."""
        self.trail.close()
        self.store.close()


def open_service(
    data: Path,
    *,
    now: Callable[[], float] = time.time,
    token_lifetime: int = TOKEN_LIFETIME,
    issuer: str = ISSUER,
    audit_days: float = KEPT_DAYS,
) -> LocalService:
    """Open the service on the folder `data`, which a first start fills; what was lost since is never made anew.

    Blocks. `now` gives seconds since 1970; `token_lifetime` is in seconds, `audit_days` how long the audit is
    kept. Raises DataFolderError.
    """
    key_file, root_file = data / SIGNING_KEY, data / ROOT_CREDENTIAL
    try:
        make_private_folder(data)
        _check_database_is_there(data)
        store = SqliteStore(data / DATABASE, now)
        with closed_if_it_fails(store):
            check_database(store)
            with store.exclusively():  # two first starts at once agree on one key and one root
                is_first = not has_clients(store)
                keys = _signing_keys(key_file, now, is_first)
                root = make_root(store, root_file, now) if is_first else find_root(store, root_file)
            without_owner = clients_without_owner(store)
    except (OSError, sqlite3.Error) as error:
        raise DataFolderError(f"The data folder {data} can't be used: {error}.") from error
    engine = Embedded(store, Tokens(keys, now=now, lifetime=token_lifetime, issuer=issuer), now)
    trail = Trail(store, now, audit_days)
    app = create_app(engine, engine, engine, key_set=keys.public, activity=trail, audit=trail, now=now)
    return LocalService(app, store, root_file, is_first, trail, now, root, without_owner)


def _check_database_is_there(data: Path) -> None:
    others = [name for name in (SIGNING_KEY, ROOT_CREDENTIAL) if (data / name).exists()]
    # In this order: another first start makes the database before the others.
    if others and not (data / DATABASE).exists():
        raise DataFolderError(
            f"{data / DATABASE} is gone, and with it all clients, though {' and '.join(others)} "
            f"{'are' if len(others) > 1 else 'is'} there. Restore a backup into an empty folder; "
            "or move these files away, and all begins anew."
        )


def _signing_keys(file: Path, now: Callable[[], float], is_first: bool) -> SigningKeys:
    if not file.exists():
        if not is_first:
            raise DataFolderError(
                f"{file} is gone: nobody can be signed in, and no token verified. Put it back from a backup; "
                "or make another with `butlr-tui serve rotate-key`, and whoever holds a token signs in again."
            )
        make_keys(file)
    return SigningKeys(file, now)
