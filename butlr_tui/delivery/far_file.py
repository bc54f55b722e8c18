"""Names a file on another machine: HOST:PATH, where HOST is what the user's own `ssh` takes."""

import re
from dataclasses import dataclass, replace
from typing import Final

from butlr_tui.delivery.placeholders import fill
from butlr_tui.text import safe, truncate_middle

_NAMED: Final = re.compile(
    r"(?P<host>([A-Za-z0-9_][\w.+@-]*@)?([A-Za-z0-9_][\w.-]*|\[[0-9A-Fa-f:.]+(%[\w.-]+)?\])):(?P<path>.+)",
    re.ASCII | re.DOTALL,
)
_SHOWN: Final = 200
"""Cells of a path that are shown."""


class BadFarFile(Exception):
    """No file on another machine can be meant so. The text is for the user."""


@dataclass(frozen=True, slots=True)
class FarFile:
    """A file on another machine."""

    host: str
    """A name of the user's ssh configuration, a host's name or an address, with `user@` before it or without.

    An IPv6 address is in brackets, so that what is shown can be typed again.
    """
    path: str
    """From the home there on, unless it begins with `/`. {name} and {client_id} may stand in it."""

    def filled(self, *, name: str, client_id: str) -> "FarFile":
        """This file with its placeholders filled in, as slugs."""
        return replace(self, path=fill(self.path, name=name, client_id=client_id))

    @property
    def shown(self) -> str:
        """`HOST:PATH`, safe to show; a very long one loses its middle."""
        return truncate_middle(safe(f"{self.host}:{self.path}"), _SHOWN)


def far_file(named: str) -> FarFile:
    """The file that `HOST:PATH` names; an IPv6 address stands in brackets there. Raises BadFarFile."""
    if named.startswith("-"):
        raise BadFarFile(f"“{safe(named)}” names no host: ssh would take what begins with - for an option.")
    found = _NAMED.fullmatch(named)
    if found is None:
        raise BadFarFile(
            f"“{safe(named)}” is not HOST:PATH, where HOST is what you give to ssh, such as web1 or ada@web1."
        )
    path = found["path"]
    if not path.isprintable():
        raise BadFarFile(f"The path “{safe(path)}” has a control character in it; choose another.")
    if path.startswith("~") and not path.startswith("~/"):
        raise BadFarFile(f"“{safe(path)}” is the home of somebody else; write the whole path.")
    if path.endswith("/"):
        raise BadFarFile(f"“{safe(path)}” is a folder; name a file in it.")
    return FarFile(found["host"], path)
