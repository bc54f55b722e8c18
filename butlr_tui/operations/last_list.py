"""The ids and names of the last list of each profile, for the shells to complete: a TAB waits for no program.

For comfort alone: a file that can't be written is as good as none. Everything in here blocks.
"""

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from heapq import nlargest
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path
from typing import Final, TypeVar

from butlr_tui.models import Client
from butlr_tui.system.private_files import NotPrivate, read_private, replace_private
from butlr_tui.system.private_folders import make_private_folder
from butlr_tui.system.user_folders import NoHome, user_folder
from butlr_tui.text import safe, truncate

T = TypeVar("T")

_MOST: Final = 2_000
"""Clients that are kept, the newest first: nobody looks through more by TAB."""
_AT_ONCE: Final = 4_096
_LINES_AT_ONCE: Final = 128
_LIMIT: Final = 1 << 20
_NAME_CELLS: Final = 60
_HARMLESS: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}", re.ASCII)
"""An id that no shell takes for anything else."""


def keep(profile: str, clients: Sequence[Client], pause: float = 0.0) -> None:
    """Keeps these as the last list of `profile`: a line each, its id, a tab and its name.

    `pause`: seconds that others may go on for, now and then: of the threads of a Python only one does at a time.
    """
    newest: list[Client] = []
    # From the end, where services list the newest: then few of the others come into question.
    for some in _with_pauses(reversed(clients), _AT_ONCE, pause):
        lowest = newest[-1].id if len(newest) == _MOST else ""
        if newer := [client for client in some if client.id > lowest]:  # an id begins with its time
            newest = nlargest(_MOST, chain(newest, newer), key=attrgetter("id"))
    content = "".join(
        line for some in _with_pauses(newest, _LINES_AT_ONCE, pause) for line in map(_line, some)
    ).encode()
    with suppress(OSError, NoHome):
        path = _folder() / profile
        if _kept(path) != content:
            make_private_folder(_folder())
            replace_private(path, content)


def _kept(path: Path) -> bytes | None:
    """What is kept there, for us alone; None where nothing is."""
    try:
        return read_private(path, _LIMIT)
    except (FileNotFoundError, NotPrivate):
        return None


def _line(client: Client) -> str:
    """Nothing for an id that a shell would run.

    The service is not trusted: what it calls a client stands behind a tab, where shells only show it.
    """
    if not _HARMLESS.fullmatch(client.client_id):
        return ""
    return f"{client.client_id}\t{truncate(safe(client.name), _NAME_CELLS)}\n"


def _with_pauses(items: Iterable[T], count: int, pause: float) -> Iterator[list[T]]:
    left = iter(items)
    while some := [*islice(left, count)]:
        yield some
        if pause:
            time.sleep(pause)


def _folder() -> Path:
    return user_folder("cache") / "clients"
