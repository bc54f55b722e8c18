"""What widgets tell the screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from butlr_tui.journal.entries import Entry
    from butlr_tui.listing.view import Column
    from butlr_tui.models import Client


@dataclass(eq=False)
class ClientHighlighted(Message):
    """The cursor of the list is on another client."""

    client: Client | None
    """None where the list shows none."""


@dataclass(eq=False)
class ClientOpened(Message):
    """A client was clicked while it had the cursor."""

    client: Client


class EntryHighlighted(Message):
    """The cursor of the journal is on another entry."""


@dataclass(eq=False)
class EntryOpened(Message):
    """An entry of the journal was clicked while it had the cursor."""

    entry: Entry


@dataclass(eq=False)
class HeadingClicked(Message):
    """The list is to be sorted by this column, or the other way round where it is already."""

    column: Column


@dataclass(eq=False)
class FilterChanged(Message):
    """Another text is in the filter."""

    query: str


@dataclass(eq=False)
class FilterLeft(Message):
    """The operator goes back to the list."""

    cleared: bool
    """Whether the filter was cleared on leaving."""


@dataclass(eq=False)
class FilterWordsOffered(Message):
    """The word at the cursor may become one of these; of none, that something else is typed by now."""

    words: Sequence[str]


class ProfileWanted(Message):
    """The operator wants to go to another service."""
