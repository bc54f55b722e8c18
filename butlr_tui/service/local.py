"""The whole service on one data folder: for `serve`, and inside the app's process for the demo."""

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.applications import Starlette

from butlr_tui.models import Credentials
from butlr_tui.service.app import create_app
from butlr_tui.service.embedded import Embedded
from butlr_tui.service.files import DataFolderError
from butlr_tui.service.root import root_credential
from butlr_tui.service.sqlite import SqliteStore
from butlr_tui.service.tokens import Tokens, signing_key
from butlr_tui.system.private_folders import make_private_folder

DATABASE: Final = "clients.sqlite3"
SIGNING_KEY: Final = "signing-key.json"
ROOT_CREDENTIAL: Final = "root-credential.json"
"""The file in the data folder with the root credential, `{"client_id": …, "client_secret": …}`."""

TOKEN_LIFETIME: Final = 3600


@dataclass(frozen=True, slots=True)
class LocalService:
    """The service on an open data folder, ready to be called."""

    app: Starlette
    """The ASGI app. Needs no lifespan events."""
    store: SqliteStore
    root: Credentials
    root_file: Path
    root_is_new: bool
    """Whether the root credential was made by this start."""

    def greeting(self) -> list[str]:
        """What its operator should know at the start."""
        if self.root_is_new:
            return [
                f"Created a root credential in {self.root_file}, which only you can read. "
                "An earlier one, if there was one, works no longer."
            ]
        return [f"The root credential is in {self.root_file}."]

    async def start(self) -> None:
        """Nothing runs beside the requests."""

    async def stop(self) -> None:
        """Nothing runs beside the requests."""

    def close(self) -> None:
        """Close the database."""
        self.store.close()


def open_service(
    data: Path, *, now: Callable[[], float] = time.time, token_lifetime: int = TOKEN_LIFETIME
) -> LocalService:
    """Open the service on the folder `data`, creating what is not there. Blocks.

    `now` gives seconds since 1970; `token_lifetime` is in seconds. Raises DataFolderError.
    """
    try:
        make_private_folder(data)
        store = SqliteStore(data / DATABASE)
        try:
            with store.exclusively():  # two first starts at once agree on one key and one root
                key = signing_key(data / SIGNING_KEY)
                root_file = data / ROOT_CREDENTIAL
                root, root_is_new = root_credential(store, root_file, now)
        except BaseException:
            store.close()
            raise
    except (OSError, sqlite3.Error) as error:
        raise DataFolderError(f"The data folder {data} can't be used: {error}.") from error
    engine = Embedded(store, Tokens(key, now=now, lifetime=token_lifetime), now)
    return LocalService(create_app(engine, engine, engine), store, root, root_file, root_is_new)
