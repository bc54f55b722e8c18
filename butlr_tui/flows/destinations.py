"""Where a secret is to go, as an operator names it: `clipboard`, `file:PATH`, or `command:NAME` of the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from butlr_tui.delivery.formats import Format
from butlr_tui.delivery.placeholders import slug
from butlr_tui.operations.destinations import ToFile, destination

if TYPE_CHECKING:
    from butlr_tui.flows.context import FlowContext
    from butlr_tui.operations.deliver import Destination

CLIPBOARD: Final = "clipboard"
FILE: Final = "file:"
COMMAND: Final = "command:"


def named_destination(named: str, context: FlowContext) -> Destination:
    """The destination that was named. Raises BadDestination for a command that would leave the secret out."""
    if named == CLIPBOARD:
        return context.clipboard.to(Format.SECRET)
    if named.startswith(FILE):
        return file_destination(named.removeprefix(FILE))
    return destination(named, None, context.profile.commands, context.clipboard.write)


def file_destination(path: str) -> ToFile:
    """A file: JSON where its name ends so, else .env lines."""
    path = path.strip()
    return ToFile(path, Format.JSON if path.endswith(".json") else Format.ENV)


def suggested_path(name: str) -> str:
    """The file that is proposed for the secret of a client with this name; "" while it has none."""
    return f"~/{slug(name)}.env" if name.strip() else ""
