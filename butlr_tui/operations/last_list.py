"""The ids and names of the last list of each profile, for the shells to complete: a TAB waits for no program.

For comfort alone: a file that can't be written is as good as none. Everything in here blocks.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from heapq import nlargest
from operator import attrgetter
from pathlib import Path
from typing import Final

from butlr_tui.models import Client
from butlr_tui.system.private_files import read_private, replace_private
from butlr_tui.system.private_folders import make_private_folder
from butlr_tui.system.user_folders import NoHome, user_folder
from butlr_tui.text import safe, truncate

_MOST: Final = 2_000
"""Clients that are kept, the newest first: nobody looks through more by TAB."""
_LIMIT: Final = 1 << 20
_NAME_CELLS: Final = 60
_HARMLESS: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}", re.ASCII)
"""An id that no shell takes for anything else."""


def keep(profile: str, clients: Iterable[Client]) -> None:
    """Keeps these as the last list of `profile`: a line each, its id, a tab and its name."""
    newest = nlargest(_MOST, clients, key=attrgetter("id"))  # an id begins with its time
    # The service is not trusted: what it calls a client stands behind a tab, where shells only show it.
    content = "".join(
        f"{client.client_id}\t{truncate(safe(client.name), _NAME_CELLS)}\n"
        for client in newest
        if _HARMLESS.fullmatch(client.client_id)
    ).encode()
    with suppress(OSError, NoHome):
        path = _folder() / profile
        if not path.exists() or read_private(path, _LIMIT) != content:
            make_private_folder(_folder())
            replace_private(path, content)


def _folder() -> Path:
    return user_folder("cache") / "clients"
