"""Which clients are to take the places of others, and how far that is: all of it told by the journal.

A replacement begins with a create that names whom it replaces, and ends with the deletion of either of the two.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from butlr_tui.journal.entries import Entry, Event
from butlr_tui.models import Client

_GONE: Final = (Event.DELETED, Event.ALREADY_GONE)


class State(StrEnum):
    """How far a replacement is."""

    UNDER_WAY = "under_way"
    """Another process works on the create."""
    UNCLEAR = "unclear"
    """There may be a new client; its create got no clear answer."""
    NOT_STORED = "not_stored"
    """There is a new client, whose secret is not known to be stored."""
    READY = "ready"
    """Both are there. Once what uses the old one has moved, that one can go."""
    OLD_GONE = "old_gone"
    """The old one was deleted elsewhere, or a deletion from here got no clear answer."""
    NEW_GONE = "new_gone"
    """The same for the new one."""


class Replacement(NamedTuple):
    """A client that was created to take another's place, until one of the two is deleted."""

    entry: Entry
    """The create of the new one. Both have its name."""
    old_id: str
    new_id: str | None
    """None where the create got no clear answer."""
    state: State

    @property
    def begun(self) -> datetime:
        """When, in UTC."""
        return self.entry.at


class Replacements:
    """Those that are not ended, the oldest first."""

    def __init__(self, found: Iterable[Replacement] = ()) -> None:
        self._all = list(found)
        self._by_id: dict[str, Replacement] = {}
        for one in self._all:
            for client_id in (one.old_id, one.new_id):
                if client_id is not None:
                    self._by_id.setdefault(client_id, one)

    @classmethod
    def of_entries(
        cls, entries: Sequence[Entry], *, is_held: Callable[[str], bool] = lambda attempt: False
    ) -> "Replacements":
        """Those that the entries of one service tell of. `is_held` says of an attempt whether another process
        works on it.
        """
        deleted = {one.client_id for one in entries if one.event is Event.DELETE and one.ended in _GONE}
        made_for = {one.replaces for one in entries if one.client_id is not None}
        found = []
        for entry in entries:
            old_id, new_id = entry.replaces, entry.client_id
            if old_id is None or entry.replacement_over or deleted & {old_id, new_id}:
                continue
            # One without a clear end matters until it is settled, or another try has made a client.
            if new_id is not None or (entry.is_open and old_id not in made_for):
                state = _state(entry)
                if entry.is_open and is_held(entry.attempt):
                    state = State.UNDER_WAY
                found.append(Replacement(entry, old_id, new_id, state))
        return cls(found)

    def __iter__(self) -> Iterator[Replacement]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def of(self, client_id: str) -> Replacement | None:
        """The one in which this client is the old one or the new one."""
        return self._by_id.get(client_id)

    @property
    def client_ids(self) -> frozenset[str]:
        """Of all clients that are the old one or the new one of any."""
        return frozenset(self._by_id)

    def seen_in(self, clients: Iterable[Client], by: str | None) -> "Replacements":
        """The same, knowing all `clients` that the service lists for the identity `by`.

        Where both are gone there is nothing left to do. A list for another identity than the one that began it
        may lack either and says nothing.
        """
        wanted = self.client_ids
        if not wanted:
            return self
        there = {client.client_id for client in clients if client.client_id in wanted}
        return Replacements(seen for one in self._all for seen in _seen(one, there, by))


def _state(entry: Entry) -> State:
    if entry.client_id is None:
        return State.UNCLEAR
    has_secret = not entry.is_open and entry.ended is not Event.WITHOUT_SECRET
    return State.READY if has_secret else State.NOT_STORED


def _seen(one: Replacement, there: set[str], by: str | None) -> Iterator[Replacement]:
    if one.entry.by != by or one.state is State.UNDER_WAY:
        yield one
        return
    is_old_there, is_new_there = one.old_id in there, one.new_id in there
    if is_old_there and (is_new_there or one.new_id is None):
        yield one
    elif is_old_there:
        yield one._replace(state=State.NEW_GONE)
    elif is_new_there:
        yield one._replace(state=State.OLD_GONE)
