"""`serve restore`: a backup into a folder that has no clients."""

import os
import secrets
import sqlite3
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import copyfileobj, rmtree
from typing import IO, Final

from butlr_tui.contract import ROOT_CREDENTIAL
from butlr_tui.service import activity
from butlr_tui.service.checks import check_database
from butlr_tui.service.commands.folder import Say
from butlr_tui.service.files import DATABASE, SIGNING_KEY, DataFolderError
from butlr_tui.service.keys import check_keys
from butlr_tui.service.lineage import count
from butlr_tui.service.root import find_root
from butlr_tui.service.sqlite import SqliteStore
from butlr_tui.system.private_files import PASSING_NAME, NewPrivateFile, sync_folder
from butlr_tui.system.private_folders import make_private_folder
from butlr_tui.text import counted

_NEEDED: Final = (SIGNING_KEY, DATABASE)
_LAST: Final = (ROOT_CREDENTIAL, SIGNING_KEY, DATABASE)
"""In which order they get their names: without its database a folder is not served."""
_WAL: Final = f"{DATABASE}-wal"
"""In a data folder that was copied as it lay there."""

Open = Callable[[str], IO[bytes] | None]


def restore(source: Path, data: Path, say: Say, *, now: Callable[[], float] = time.time) -> int:
    """Put the backup at `source`, a folder or a file, into the folder `data`, once it is seen to be sound.

    The exit code. Raises DataFolderError.
    """
    try:
        make_private_folder(data)
        if there := [name for name in (*_LAST, _WAL) if (data / name).exists()]:
            raise DataFolderError(
                f"{data} has {', '.join(there)} already: nothing was restored. "
                "Name an empty folder with --data, or move what is there away."
            )
        passing = data / f"{PASSING_NAME}{secrets.token_hex(8)}"
        passing.mkdir(0o700)
        try:
            _fetch(source, passing)
            clients, has_root = _look(passing, now())
            for name in _LAST:
                if (passing / name).exists():
                    (passing / name).rename(data / name)
            sync_folder(data)
        finally:
            rmtree(passing, ignore_errors=True)
    except (OSError, sqlite3.Error, tarfile.TarError) as error:
        raise DataFolderError(f"{source} can't be restored into {data}: {error}.") from error
    say(f"{counted(clients, 'client')} and the keys are in {data}.")
    if not has_root:
        say("The root credential is not among them: `butlr-tui serve rotate-root` makes another.")
    return 0


def _fetch(source: Path, to: Path) -> None:
    with _opener(source) as open_part:
        for name in (*_LAST, _WAL):
            part = open_part(name)
            if part is not None:
                with part:
                    _write(part, to / name)
            elif name in _NEEDED:
                raise DataFolderError(f"{source} is no backup: it has no {name}. Nothing was restored.")


@contextmanager
def _opener(source: Path) -> Iterator[Open]:
    """What opens a part of a backup, None where it has no such part."""
    if source.is_dir():
        yield lambda name: (source / name).open("rb") if (source / name).is_file() else None
        return
    with tarfile.open(source) as archive:
        files = {member.name: member for member in archive if member.isreg()}
        yield lambda name: archive.extractfile(files[name]) if name in files else None


def _write(part: IO[bytes], file: Path) -> None:
    new = NewPrivateFile(file)
    try:
        with os.fdopen(os.dup(new.fileno()), "wb") as out:
            copyfileobj(part, out)
        os.fsync(new.fileno())
    finally:
        new.close()


def _look(folder: Path, now: float) -> tuple[int, bool]:
    """How many clients there are, and whether their root credential is."""
    check_keys(folder / SIGNING_KEY)
    with closing(SqliteStore(folder / DATABASE)) as store:
        check_database(store)
        with store.exclusively() as db:  # sign-ins since the backup are not known of
            activity.begin(db, now)
        return count(store), find_root(store, folder / ROOT_CREDENTIAL) is not None
