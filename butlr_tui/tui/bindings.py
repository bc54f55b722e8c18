"""Textual's bindings, from the table of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from butlr_tui.tui.commands import at

if TYPE_CHECKING:
    from textual.binding import BindingType

    from butlr_tui.tui.commands import Place


def bindings(place: Place) -> list[BindingType]:
    """The bindings of one place."""
    return [
        Binding(command.key, command.action, command.label, show=False, id=command.id)
        for command in at(place)
    ]
