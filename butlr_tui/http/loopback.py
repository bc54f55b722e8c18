"""How a service on this machine is reached, and what is said where another holds its place."""

from pathlib import Path
from typing import NamedTuple


class Loopback(NamedTuple):
    """How a service on this machine is reached."""

    socket: Path | None = None
    """The Unix socket of our own service: used while it is there."""
    trusted: bool = False
    """Whether it does not matter who listens on the port."""


class NotOurListener(OSError):
    """Somebody else listens where our credentials were to go. Its text is for the user."""
