"""`serve clients`: all clients of a data folder, whoever owns them."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from butlr_tui.service.commands.folder import opened
from butlr_tui.service.lineage import everybody, tree
from butlr_tui.text import safe

_ID: Final = 34
"""Characters of an id that the service makes."""


def clients(data: Path, put: Callable[[str], None], *, as_tree: bool = False) -> int:
    """Hand the clients to `put`, a line each: by their ids, or each below its owner. The exit code.

    Raises DataFolderError.
    """
    with opened(data) as store:
        if as_tree:
            for depth, client in tree(store):
                put(f"{'  ' * depth}{safe(client.client_id)}  {safe(client.name)}\n")
        else:
            put(_row("client", "owner", "name"))
            for client in everybody(store):
                put(_row(safe(client.client_id), safe(client.owner), safe(client.name)))
    return 0


def _row(client_id: str, owner: str, name: str) -> str:
    return f"{client_id:{_ID}}  {owner:{_ID}}  {name}\n"
