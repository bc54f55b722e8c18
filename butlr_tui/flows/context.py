"""What every flow works with at one service."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from butlr_tui.config.model import DELETE_CONCURRENCY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from butlr_tui.config.profiles import Profile
    from butlr_tui.delivery.formats import Format
    from butlr_tui.models import Client
    from butlr_tui.operations.clipboard import Clipboard
    from butlr_tui.operations.destinations import ToClipboard
    from butlr_tui.operations.session import Session


_INSTEAD_OF_A_COPY: Final = "Reveal it or save it to a file."
_TO_A_COMMAND_TOO: Final = "Reveal it, save it to a file or hand it to a command."


class FlowContext(NamedTuple):
    """One service, as an operator has it before them."""

    session: Session
    clipboard: Clipboard
    clock: Callable[[], datetime]
    known_clients: Callable[[], Sequence[Client]]
    """All clients as the list was last read; none before it was read to its end."""
    delete_concurrency: int = DELETE_CONCURRENCY
    """How many deletions may be under way at once."""
    recipients: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """Whom a secret can be sealed for: of each name the public keys, and the paths of files with some."""
    list_is_whole: Callable[[], bool] = lambda: True
    """Whether the list was read to its end: what `known_clients` lacks is not there then."""

    @property
    def profile(self) -> Profile:
        """Which service it is."""
        return self.session.profile

    def to_clipboard(self, format: Format) -> ToClipboard:
        """The clipboard as a destination for a secret that is on screen."""
        has_commands = bool(self.profile.commands)
        return self.clipboard.to(format, _TO_A_COMMAND_TOO if has_commands else _INSTEAD_OF_A_COPY)

    def named(self, name: str) -> list[Client]:
        """All known clients with exactly this name."""
        return [client for client in self.known_clients() if client.name == name]
