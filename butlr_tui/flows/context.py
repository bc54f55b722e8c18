"""What every flow works with at one service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from butlr_tui.config.profiles import Profile
    from butlr_tui.models import Client
    from butlr_tui.operations.clipboard import Clipboard
    from butlr_tui.operations.session import Session


@dataclass(frozen=True, slots=True)
class FlowContext:
    """One service, as an operator has it before them."""

    session: Session
    clipboard: Clipboard
    clock: Callable[[], datetime]
    known_clients: Callable[[], Sequence[Client]]
    """All clients as the list was last read."""

    @property
    def profile(self) -> Profile:
        """Which service it is."""
        return self.session.profile

    def named(self, name: str) -> list[Client]:
        """All known clients with exactly this name."""
        return [client for client in self.known_clients() if client.name == name]
