"""The plain commands: for scripts, and for those whom a full-screen program does not serve.

Data goes to stdout, words to stderr. They stand on the same operations as the app.
"""

from butlr_tui.plain.clients import delete, list_clients, show, token
from butlr_tui.plain.create import create
from butlr_tui.plain.history import history
from butlr_tui.plain.output import Exit, run, tell

__all__ = ["Exit", "create", "delete", "history", "list_clients", "run", "show", "tell", "token"]
