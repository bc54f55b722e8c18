"""`serve rotate-root`: another root credential."""

import time
from collections.abc import Callable
from pathlib import Path

from butlr_tui.contract import ROOT_CREDENTIAL
from butlr_tui.service.commands.folder import Say, opened
from butlr_tui.service.root import make_root


def rotate_root(data: Path, say: Say, *, now: Callable[[], float] = time.time) -> int:
    """Make a new root, which owns what the one before did and what had no owner. The exit code.

    Raises DataFolderError.
    """
    file = data / ROOT_CREDENTIAL
    with opened(data) as store, store.exclusively():
        make_root(store, file, now)
    say(
        f"Another root credential is in {file}, which only you can read. It has the clients of the one before, "
        "which signs in no longer, nor do its tokens hold."
    )
    return 0
