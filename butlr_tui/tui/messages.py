"""What widgets tell the screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from butlr_tui.journal.entries import Entry
    from butlr_tui.listing.view import Column
    from butlr_tui.models import Client


class ClientHighlighted(Message):
    """The cursor of the list is on another client."""

    def __init__(self, client: Client | None) -> None:
        super().__init__()
        self.client = client
        """None where the list shows none."""


class ClientOpened(Message):
    """A client was clicked while it had the cursor."""

    def __init__(self, client: Client) -> None:
        super().__init__()
        self.client = client


class EntryHighlighted(Message):
    """The cursor of the journal is on another entry."""


class EntryOpened(Message):
    """An entry of the journal was clicked while it had the cursor."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry


class HeadingClicked(Message):
    """The list is to be sorted by this column, or the other way round where it is already."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column


class FilterChanged(Message):
    """Another text is in the filter."""

    def __init__(self, query: str) -> None:
        super().__init__()
        self.query = query


class FilterLeft(Message):
    """The operator goes back to the list."""

    def __init__(self, cleared: bool) -> None:
        super().__init__()
        self.cleared = cleared
        """Whether the filter was cleared on leaving."""


class FilterWordsOffered(Message):
    """The word at the cursor may become one of these; of none, that something else is typed by now."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self.words = words


class ProfileWanted(Message):
    """The operator wants to go to another service."""
