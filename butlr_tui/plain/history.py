"""Prints the journal: what was created and deleted, when, where, by whom, and where each secret went."""

from butlr_tui.journal.entries import Entry, SourceLine
from butlr_tui.journal.journal import Journal, JournalError
from butlr_tui.journal.words import what_happened, where_the_secret_went
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import print_json
from butlr_tui.plain.table import Yields, print_table
from butlr_tui.system.streams import tell
from butlr_tui.text import safe, truncate, truncate_middle

_HEAD = ("WHEN (UTC)", "WHAT", "NAME", "CLIENT ID", "WHERE", "BY", "SECRET")
_MOMENTS = [len("2026-01-01"), len("2026-01-01 12:00"), len("2026-01-01 12:00:00")]
_DAY = _MOMENTS[0]


def _shorter(moment: str, cells: int) -> str:
    """A moment without its seconds, or its day alone. The heading is as short as that."""
    return moment[: max(length for length in _MOMENTS if length <= cells)]


_YIELDS = (
    Yields("BY", 12),
    Yields("WHERE", 16),
    Yields("BY", 0),
    Yields("WHERE", 0),
    Yields("SECRET", len("NOT STORED, if it exists")),
    Yields("WHEN (UTC)", _DAY),
    Yields("WHAT", len("may be created")),
    Yields("CLIENT ID", 12),
    Yields("SECRET", len("NOT STORED")),
    Yields("WHEN (UTC)", 0),
    Yields("NAME", 1),
)
_CUTS = {"WHEN (UTC)": _shorter, "CLIENT ID": truncate_middle, "BY": truncate_middle}


def history(journal: Journal, *, as_json: bool) -> Exit:
    """Print all that was created and deleted: a table, or one JSON array. Never a secret."""
    try:
        entries = journal.entries()
    except JournalError as error:
        tell(str(error))
        return Exit.FAILED
    if as_json:
        print_json([_fields(entry) for entry in entries])
        return Exit.DONE
    print_table([_HEAD, *(_row(entry) for entry in entries)], _YIELDS, _CUTS)
    if any(entry.is_open for entry in entries):
        tell("A secret that is not stored can't be had any more: delete its client and create it again.")
    return Exit.DONE


def _row(entry: Entry) -> tuple[str, ...]:
    return (
        f"{entry.at:%Y-%m-%d %H:%M:%S}",
        what_happened(entry),
        truncate(safe(entry.name), 40),
        safe(entry.client_id or ""),
        safe(entry.url),
        safe(entry.by or ""),
        where_the_secret_went(entry),
    )


def _fields(entry: Entry) -> dict[str, object]:
    return {
        "at": entry.at.isoformat(),
        "event": entry.event,
        "ended": entry.ended,
        "why": entry.why,
        "name": entry.name,
        "client_id": entry.client_id,
        "url": entry.url,
        "profile": entry.profile,
        "by": entry.by,
        "reserved": list(entry.reserved),
        "replaces": entry.replaces,
        "line": _of_line(entry.line) if entry.line else None,
        "deliveries": list(entry.deliveries),
        "not_copied": entry.not_copied,
        "not_stored": list(entry.not_stored),
        "open": entry.is_open,
        "closed": entry.closed,
        "closed_how": entry.closed_how,
        "stored_too": list(entry.stored_too),
        "signed_in": entry.signed_in.isoformat() if entry.signed_in else None,
    }


def _of_line(line: SourceLine) -> dict[str, str]:
    """What makes it the same line of a file, beside its name."""
    return {"description": line.description, "destination": line.destination}
