"""Adds and deletes clients, and says what was acknowledged: `python -m tests.service.adding FILE LONGEST`.

No file may grow over LONGEST bytes; 0 sets no limit.
"""

import resource
import signal
import sqlite3
import sys
from pathlib import Path

from butlr_tui.service.sqlite import SqliteStore
from butlr_tui.service.store import StoredClient, StoreFailed

OWNER = "owner"
NAMES = ("one", "two", "three")


def main(file: Path, longest: int = 0) -> None:
    """The words: what was done, then to which client."""
    if longest:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (longest, longest))
    try:
        store = SqliteStore(file)
        store.replace_root(client(OWNER))
    except (OSError, sqlite3.Error):
        print("not started", flush=True)
        return
    for name in NAMES:
        try:
            store.add([client(name)])
        except StoreFailed:
            print("not added", name, flush=True)
        else:
            print("added", name, flush=True)
    try:
        store.delete(OWNER, NAMES[0])
    except StoreFailed:
        print("not deleted", NAMES[0], flush=True)
    else:
        print("deleted", NAMES[0], flush=True)
    store.close()


def client(name: str) -> StoredClient:
    """One that the owner has, with its name as its id."""
    return StoredClient(name, OWNER, name, "", b"digest")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
