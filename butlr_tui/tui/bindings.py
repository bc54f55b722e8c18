"""Textual's bindings, from the table of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.binding import Binding

from butlr_tui.commands import BY_ID, COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.binding import BindingType, Keymap

    from butlr_tui.commands import Command, Place

_NO_KEY: Final = "unbound"
"""A name that no key has: to Textual's keymap an empty one would change nothing."""


def bindings(place: Place) -> list[BindingType]:
    """The bindings of one place, as shipped."""
    return _of(command for command in COMMANDS if command.place is place)


def bindings_of(*command_ids: str) -> list[BindingType]:
    """The bindings of these commands, as shipped."""
    return _of(BY_ID[command_id] for command_id in command_ids)


def keymap(keys: Mapping[str, tuple[str, ...]]) -> Keymap:
    """What the settings bind, as Textual lays it over the bindings of an app."""
    return {command_id: ",".join(bound) or _NO_KEY for command_id, bound in keys.items()}


def _of(commands: Iterable[Command]) -> list[BindingType]:
    return [
        Binding(one.key, one.action, one.label, show=False, priority=one.comes_first, id=one.id)
        for one in commands
    ]
