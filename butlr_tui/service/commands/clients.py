"""`serve clients`: all clients of a data folder, whoever owns them."""

from collections.abc import Callable
from pathlib import Path

from butlr_tui.service.commands.folder import opened
from butlr_tui.service.lineage import everybody, tree
from butlr_tui.text import safe


def clients(data: Path, put: Callable[[str], None], *, as_tree: bool = False) -> int:
    """Hand the clients to `put`, a line each: by their ids, or each below its owner. The exit code.

    Raises DataFolderError.
    """
    with opened(data) as store:
        if as_tree:
            for depth, client in tree(store):
                put(f"{'  ' * depth}{safe(client.client_id)}  {safe(client.name)}\n")
        else:
            put(f"{'client':31}  {'owner':31}  name\n")
            for client in everybody(store):
                put(f"{safe(client.client_id):31}  {safe(client.owner):31}  {safe(client.name)}\n")
    return 0
