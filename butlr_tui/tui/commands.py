"""The commands with the keys that the settings of this app bind them to."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Final

from butlr_tui.commands import BY_ID, MOVES, Command, Need, Place

__all__ = ["MOVES", "Command", "Need", "Place", "at", "bind", "command", "key"]

_in_force: Final[ContextVar[Mapping[str, Command]]] = ContextVar("commands", default=BY_ID)
"""Of the app whose task this is: one process may run several, one after the other, with other settings."""


def bind(keys: Mapping[str, tuple[str, ...]]) -> None:
    """Have these keys in force, by the ids of their commands, for an app that begins here."""
    changed = {id: BY_ID[id]._replace(key=",".join(bound)) for id, bound in keys.items()}
    _in_force.set({**BY_ID, **changed} if changed else BY_ID)


def command(command_id: str) -> Command:
    """The command with this id."""
    return _in_force.get()[command_id]


def key(command_id: str) -> str:
    """The key to name in a sentence; where it has none, what to look for instead."""
    wanted = command(command_id)
    if wanted.key:
        return wanted.first_key
    palette = command("palette").first_key
    found = f"in {palette}" if palette and wanted.place is Place.MAIN else "which has no key"
    return f"“{wanted.label}” ({found})"


def at(place: Place) -> list[Command]:
    """The commands of one place, in the table's order."""
    return [one for one in _in_force.get().values() if one.place is place]
