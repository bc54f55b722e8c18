"""Which commands of a list act now, and why the others do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from butlr_tui.commands import Need
from butlr_tui.text import safe

if TYPE_CHECKING:
    from butlr_tui.commands import Command
    from butlr_tui.config.profiles import Profile
    from butlr_tui.flows.wording import Key


_MISSING: Final = {
    Need.CLIENT: "No client is under the cursor.",
    Need.TARGET: "No client is under the cursor, and none is marked.",
    Need.MARKS: "No client is marked.",
    Need.CLIENTS: "There are no clients yet.",
    Need.DEMO: "The tour is in the demo: butlr-tui demo.",
}


class Standing(NamedTuple):
    """What a list has at the moment, as far as commands depend on it."""

    profile: Profile
    is_connected: bool
    """Whether there is a session with the service."""
    is_signed_in: bool
    """Whether there is a token, or one is just being fetched."""
    is_empty: bool
    """Whether there is no client at all, and none is about to come."""
    has_client: bool
    """Whether one is under the cursor."""
    has_marks: bool
    """Whether any is marked."""

    def hindrance(self, command: Command, key: Key) -> str:
        """Why this command of the list can't act now; "" where it can."""
        if command.dangerous and self.profile.read_only:
            return (
                f"Profile {safe(self.profile.title)} is read-only: nothing is created or deleted from here."
            )
        if (command.dangerous or command.needs is Need.SESSION) and not self.is_connected:
            return f"There is no connection to {safe(self.profile.host)}."
        if command.dangerous and not self.is_signed_in:
            return f"Sign in first ({key('sign_in')})."
        is_there = {
            Need.CLIENT: self.has_client,
            Need.TARGET: self.has_client or self.has_marks,
            Need.MARKS: self.has_marks,
            Need.CLIENTS: not self.is_empty,
            Need.DEMO: bool(self.profile.place),
        }
        return "" if is_there.get(command.needs, True) else _MISSING[command.needs]
