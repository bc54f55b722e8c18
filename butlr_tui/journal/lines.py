"""Which lines of files are created already, as the journal tells: so that no line makes a second client."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from butlr_tui.journal.entries import KEPT, Entry, Event, SourceLine


class LineState(StrEnum):
    """How far a line is that was begun."""

    DONE = "done"
    """There is a client, and its secret is stored, or the operator keeps it all the same."""
    UNDER_WAY = "under_way"
    """Another process works on the create."""
    UNCLEAR = "unclear"
    """There may be a client; its create got no clear answer."""
    NOT_STORED = "not_stored"
    """There is a client, whose secret is not known to be stored."""


class BegunLine(NamedTuple):
    """The create of a line, and how far it is."""

    entry: Entry
    state: LineState


def begun_lines(
    entries: Iterable[Entry], *, is_held: Callable[[str], bool] = lambda attempt: False
) -> Mapping[SourceLine, BegunLine]:
    """The lines that the entries of one service tell of, but for those of which there is nothing any more.

    `is_held` says of an attempt whether another process works on it.
    """
    known = list(entries)
    gone = {
        entry.client_id
        for entry in known
        if entry.event is Event.DELETE and entry.ended in (Event.DELETED, Event.ALREADY_GONE)
    }
    found = {}
    for entry in known:
        if entry.line is None or (entry.client_id is not None and entry.client_id in gone):
            continue
        state = _state(entry)
        if state is not None:
            is_elsewhere = entry.is_open and is_held(entry.attempt)
            found[entry.line] = BegunLine(entry, LineState.UNDER_WAY if is_elsewhere else state)
    return found


def _state(entry: Entry) -> LineState | None:
    """None where nothing came of the create, or nothing is left of it."""
    match entry.closed:
        case Event.NOT_CREATED:
            return None
        case Event.STORED:
            return LineState.DONE
        case Event.SETTLED:
            return LineState.DONE if entry.closed_how == KEPT else None
    return LineState.UNCLEAR if entry.client_id is None else LineState.NOT_STORED
