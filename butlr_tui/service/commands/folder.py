"""The data folder that a command works on."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from butlr_tui.service.files import DATABASE, DataFolderError
from butlr_tui.service.sqlite import SqliteStore
from butlr_tui.system.private_folders import check_private_folder

Say = Callable[[str], None]


@contextmanager
def opened(data: Path) -> Iterator[SqliteStore]:
    """The clients in the folder, which has to have been served before. Raises DataFolderError, also within."""
    file = data / DATABASE
    try:
        if not file.exists():
            raise DataFolderError(
                f"There are no clients in {data}: `butlr-tui serve` makes the first one; "
                "--data names another folder."
            )
        check_private_folder(data)
        store = SqliteStore(file)
        try:
            yield store
        finally:
            store.close()
    except (OSError, sqlite3.Error) as error:
        raise DataFolderError(f"The data folder {data} can't be used: {error}.") from error
