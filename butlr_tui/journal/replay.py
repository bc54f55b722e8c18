"""What the lines of the journal say, and the entries that they add up to."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from butlr_tui.journal.entries import BEGINS, CLOSES, Entry, Event, SourceLine

BEGINNING: Final = b'{"at":'
"""Of every line. It can't occur within one, where each quote is escaped."""


def _several(files: object) -> object:
    """Several files may be reserved. One alone is a text of its own, as in the lines of earlier versions."""
    return (files,) if isinstance(files, str) else files


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="ignore", defer_build=True))
class _Line:
    at: datetime
    attempt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]  # it names a file
    event: Event
    url: str = ""
    profile: str = ""
    name: str = ""
    by: str | None = None
    before: tuple[str, ...] = ()
    reserved: Annotated[tuple[str, ...], BeforeValidator(_several)] = ()
    replaces: str | None = None
    description: str = ""
    destination: str = ""
    client_id: str | None = None
    how: str = ""


_LINE: Final = TypeAdapter(_Line)


def replay(written: bytes) -> dict[str, Entry]:
    """The entries that the lines of a journal add up to, by their attempts, the oldest first."""
    found: dict[str, Entry] = {}
    for line in _lines(written):
        if line.event in BEGINS:
            found.setdefault(line.attempt, _begun(line))
        elif line.attempt in found:
            found[line.attempt] = _followed(found[line.attempt], line)
    return found


def _lines(written: bytes) -> Iterator[_Line]:
    """The lines that can be read. One that was torn (a power cut, a full disk) costs no other one, not even one
    that was glued to it."""
    for text in written.splitlines():
        for part in (text, text[max(0, text.rfind(BEGINNING)) :]):
            try:
                line = _LINE.validate_json(part)
            except ValidationError:
                continue
            yield line
            break


def _begun(line: _Line) -> Entry:
    return Entry(
        attempt=line.attempt,
        event=line.event,
        at=line.at,
        url=line.url,
        profile=line.profile,
        name=line.name,
        by=line.by,
        before=line.before,
        reserved=line.reserved,
        replaces=line.replaces,
        client_id=line.client_id,
        line=SourceLine(line.name, line.description, line.destination) if line.destination else None,
    )


def _followed(entry: Entry, line: _Line) -> Entry:
    match line.event:
        case Event.DELIVERED:
            told: dict[str, Any] = {"deliveries": (*entry.deliveries, line.how)}
        case Event.RESERVED:
            told = {"reserved": tuple(dict.fromkeys((*entry.reserved, *line.reserved)))}
        case Event.RELEASED:  # which, is only said where there are several
            left = [file for file in entry.reserved if line.reserved and file not in line.reserved]
            told = {"reserved": tuple(left)}
        case Event.NOT_COPIED:
            told = {"not_copied": line.how}
        case Event.NOT_STORED:
            told = {"not_stored": (*entry.not_stored, line.how)}
        case Event.STORED if entry.closed is Event.STORED:
            told = {"stored_too": (*entry.stored_too, line.how)}
        case Event.SIGNED_IN:
            told = {"signed_in": line.at}
        case Event.REPLACEMENT_OVER:
            told = {"replacement_over": line.how}
        case Event.STORED | Event.SETTLED:
            told = {"closed": line.event, "closed_how": line.how}
        case _:
            return _ended(entry, line)
    return entry._replace(**told)


def _ended(entry: Entry, line: _Line) -> Entry:
    closed = line.event if line.event in CLOSES else entry.closed
    return entry._replace(
        ended=line.event,
        why=line.how,
        by=line.by or entry.by,
        client_id=line.client_id or entry.client_id,
        closed=closed,
    )
