"""Which clients the open creates of earlier runs may have made, and which of them others explain."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from butlr_tui.journal.entries import Entry, Event
from butlr_tui.models import Client

_UNCLEAR: Final = (None, Event.CREATE_UNCLEAR)


class Unfinished(NamedTuple):
    """A create that is not closed, and what the list of clients says of it."""

    entry: Entry
    candidates: Sequence[Client] = ()
    """Those that it may have made. Never one that the journal knows as created by another attempt."""
    explained_by: str = ""
    """The id of what a later create made, where this one could be taken to have made it and nothing else."""


def match(
    open_entries: Sequence[Entry], entries: Sequence[Entry], clients: Iterable[Client]
) -> list[Unfinished]:
    """What each of the open entries may have made among `clients`, as a service has them now.

    `entries` are all that the journal has of that service, the oldest first.
    """
    alike = _alike(open_entries, clients)
    makers = _makers(entries)
    age = {entry.attempt: number for number, entry in enumerate(entries)}
    found = []
    for entry in open_entries:
        candidates = []
        others: list[Entry] = []
        for client in entry.candidates(alike[_likeness(entry)]):
            made_by = [maker for maker in makers[client.client_id] if maker.attempt != entry.attempt]
            others += made_by
            if not made_by:
                candidates.append(client)
        later = [
            other.client_id or ""
            for other in others
            if other.ended is Event.CREATED
            and other.name == entry.name
            and age[other.attempt] > age[entry.attempt]
        ]
        is_explained = later and not candidates and entry.ended in _UNCLEAR
        found.append(Unfinished(entry, candidates, later[0] if is_explained else ""))
    return found


def _likeness(entry: Entry) -> tuple[str, str]:
    """What the clients have that an entry may have made: its id where that is known, else its name."""
    return ("name", entry.name) if entry.client_id is None else ("client_id", entry.client_id)


def _alike(
    open_entries: Sequence[Entry], clients: Iterable[Client]
) -> Mapping[tuple[str, str], list[Client]]:
    """One walk through all clients, however many entries are open."""
    alike: dict[tuple[str, str], list[Client]] = {_likeness(entry): [] for entry in open_entries}
    for client in clients:
        for likeness in (("name", client.name), ("client_id", client.client_id)):
            if likeness in alike:
                alike[likeness].append(client)
    return alike


def _makers(entries: Sequence[Entry]) -> Mapping[str, list[Entry]]:
    """The creates that are known to have made a client, by its id."""
    makers: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.event is Event.CREATE and entry.client_id is not None:
            makers[entry.client_id].append(entry)
    return makers
