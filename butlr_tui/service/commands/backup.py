"""`serve backup`: a copy of a data folder, also while it is served."""

import os
import secrets
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from shutil import rmtree
from typing import Final

from butlr_tui.contract import ROOT_CREDENTIAL
from butlr_tui.service.checks import check_database
from butlr_tui.service.commands.folder import Say, opened
from butlr_tui.service.files import DATABASE, SIGNING_KEY, DataFolderError
from butlr_tui.service.sqlite import SqliteStore, open_database
from butlr_tui.system.private_files import (
    PASSING_NAME,
    NewPrivateFile,
    create_private,
    read_private,
    sync_folder,
)
from butlr_tui.text import counted

ARCHIVE: Final = ".tar"
"""How the name of a backup ends that is one file."""
_LIMIT: Final = 1 << 16
"""Bytes of a file beside the database."""


def backup(data: Path, to: Path, say: Say) -> int:
    """Copy the folder to a new folder, or to a new file that ends with `.tar`; only its user can read it.

    The exit code. Raises DataFolderError.
    """
    with opened(data) as store:
        try:
            if to.exists() and (to.suffix == ARCHIVE or not to.is_dir() or any(to.iterdir())):
                raise DataFolderError(f"There is something at {to} already: nothing was written.")
            count, beside = _backup(store, data, to)
        except (OSError, sqlite3.Error) as error:
            raise DataFolderError(f"There is no backup at {to}: {error}.") from error
    told = " and ".join((counted(count, "client"), *beside))
    say(f"{told} are in {to}: keep it as you keep {data}.")
    return 0


def _backup(store: SqliteStore, data: Path, to: Path) -> tuple[int, list[str]]:
    """How many clients are at `to`, and which files beside them. It gets its name once it is whole."""
    passing = to.with_name(f"{PASSING_NAME}{secrets.token_hex(8)}")
    passing.mkdir(0o700)
    try:
        copied = _copy(store, data, passing)
        if to.suffix == ARCHIVE:
            _pack(passing, to)
        else:
            passing.rename(to)
            sync_folder(to.parent)
    finally:
        rmtree(passing, ignore_errors=True)
    return copied


def _copy(store: SqliteStore, data: Path, to: Path) -> tuple[int, list[str]]:
    with closing(open_database(data / DATABASE)) as reader:
        with store.exclusively():  # no rotation is half done, and none comes before all is read
            reader.execute("BEGIN")
            (count,) = reader.execute("SELECT count(*) FROM client").fetchone()
            beside = {
                name: read_private(data / name, _LIMIT)
                for name in (SIGNING_KEY, ROOT_CREDENTIAL)
                if (data / name).exists()
            }
        create_private(to / DATABASE, b"")
        with closing(sqlite3.connect(to / DATABASE)) as copy:
            reader.backup(copy)  # of that moment, while others write on
    for name, content in beside.items():
        create_private(to / name, content)
    with closing(SqliteStore(to / DATABASE)) as copied:
        check_database(copied)
    sync_folder(to)
    return int(count), list(beside)


def _pack(folder: Path, to: Path) -> None:
    new = NewPrivateFile(to.with_name(f"{folder.name}{ARCHIVE}"))
    try:
        with (
            os.fdopen(os.dup(new.fileno()), "wb") as out,
            tarfile.open(fileobj=out, mode="w") as archive,
        ):
            for file in sorted(folder.iterdir()):
                archive.add(file, file.name)
        os.fsync(new.fileno())
        new.move(to)
    except BaseException:
        new.remove()
        raise
    finally:
        new.close()
