"""A journal that an earlier version wrote is read as it is, and what stands in it stays.

`written/` holds one for each version that changed how a line is written, as that version wrote it.
"""

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from butlr_tui.journal.entries import Entry, Event
from butlr_tui.journal.journal import Journal

WRITTEN = Path(__file__).with_name("written")
URL = "https://api.butlr.io"
US = "client_32hZs4xGQv9eKpJtN6fLrcWbU1D"
ID = "client_32i0B7wYk3QmVtEsLx2RdCfAzN"


def create(number: str, millisecond: str, name: str, **known: object) -> Entry:
    at = datetime.fromisoformat(f"2026-11-26T12:42:53.{millisecond}+00:00")
    what = {"url": URL, "profile": "prod", "by": US, **known}
    return Entry(attempt=number * 32, event=Event.CREATE, at=at, name=name, **what)  # type: ignore[arg-type]


def deletion(number: str, millisecond: str, ended: Event, why: str = "") -> Entry:
    at = datetime.fromisoformat(f"2026-11-26T12:42:53.{millisecond}+00:00")
    return Entry(number * 32, Event.DELETE, at, URL, "prod", "hvac-sync", US, (), US, ended, why)


ENTRIES = [
    create(
        "1",
        "608",
        "kiosk",
        before=("client_32hZs4xGQv9eKpJtN6fLrcWbU1E",),
        client_id=f"{ID}1",
        ended=Event.CREATED,
        deliveries=("sent to a clipboard (osc52)",),
        closed=Event.STORED,
        closed_how="saved to /home/ada/kiosk.env",
    ),
    create(
        "2",
        "638",
        "lobby “north” \x1b[31m",
        client_id=f"{ID}2",
        ended=Event.CREATED,
        deliveries=("copied to a clipboard, verified (native)",),
    ),
    create(
        "3",
        "654",
        "unclear",
        url="http://127.0.0.1:4010",
        profile="local",
        by=None,
        ended=Event.CREATE_UNCLEAR,
        why="No answer came within 45 s.",
    ),
    create(
        "4",
        "667",
        "refused",
        ended=Event.NOT_CREATED,
        why="The service refused this: too many clients.",
        closed=Event.NOT_CREATED,
    ),
    create(
        "5",
        "678",
        "secretless",
        client_id=f"{ID}3",
        ended=Event.WITHOUT_SECRET,
        closed=Event.SETTLED,
        closed_how="kept by the operator",
    ),
    deletion("6", "704", Event.DELETED),
    deletion("7", "714", Event.ALREADY_GONE),
    deletion("8", "718", Event.NOT_DELETED, "“hvac-sync” is still there."),
    deletion("9", "721", Event.DELETE_UNCLEAR, "No answer came within 30 s."),
    create("a", "726", "interrupted"),
]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """The journal of a user who has had version 0.1.0 until now."""
    journal = Journal(tmp_path / "state")
    journal.path.parent.mkdir(0o700)
    shutil.copyfile(WRITTEN / "0.1.0.jsonl", journal.path)
    return journal


def test_all_that_was_written_is_read(journal: Journal) -> None:
    assert journal.entries() == ENTRIES


def test_what_was_left_open_is_offered(journal: Journal) -> None:
    assert [entry.name for entry in journal.open_entries()] == [
        "lobby “north” \x1b[31m",
        "unclear",
        "interrupted",
    ]


def test_what_was_written_stays_byte_for_byte(journal: Journal) -> None:
    before = journal.path.read_bytes()
    (lobby, *_) = journal.open_entries(URL)
    assert journal.note(lobby.attempt, Event.SETTLED, "kept by the operator")
    journal.create(URL, "prod", "new", US)
    after = journal.path.read_bytes()
    assert after.startswith(before)
    assert len(after.splitlines()) == len(before.splitlines()) + 2
    assert journal.entries()[1].closed is Event.SETTLED


def test_fields_that_only_a_later_version_knows_survive(journal: Journal) -> None:
    """Somebody may go back to this version, and forward again."""
    lines = [json.loads(line) for line in journal.path.read_bytes().splitlines()]
    later = [{**line, "sealed_for": "ada", "seen": {"by": ["a", 1, None]}} for line in lines]
    with journal.path.open("wb") as file:
        file.writelines(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in later)
    before = journal.path.read_bytes()
    assert journal.entries() == ENTRIES
    assert journal.note("a" * 32, Event.SETTLED, "kept by the operator")
    assert journal.path.read_bytes().startswith(before)
    assert not journal.entries()[-1].is_open
