"""Textual's bindings, from the table of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from butlr_tui.tui.commands import at, command

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType

    from butlr_tui.tui.commands import Command, Place


def bindings(place: Place) -> list[BindingType]:
    """The bindings of one place."""
    return _of(at(place))


def bindings_of(*command_ids: str) -> list[BindingType]:
    """The bindings of these commands."""
    return _of(map(command, command_ids))


def _of(commands: Iterable[Command]) -> list[BindingType]:
    return [
        Binding(each.key, each.action, each.label, show=False, priority=each.comes_first, id=each.id)
        for each in commands
    ]
