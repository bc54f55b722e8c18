"""Which lines of files are created already, as the journal tells it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from butlr_tui.journal.entries import KEPT, Entry, Event, SourceLine
from butlr_tui.journal.journal import Journal
from butlr_tui.journal.lines import LineState, begun_lines

URL = "https://x"
LINE = SourceLine("kiosk", "in the lobby", "file:/srv/kiosk.env")
BEGUN = Entry(
    attempt="1" * 32,
    event=Event.CREATE,
    at=datetime.fromisoformat("2026-11-24T12:03:00+00:00"),
    url=URL,
    profile="prod",
    name="kiosk",
    by="client_me",
    line=LINE,
)
CREATED = BEGUN._replace(ended=Event.CREATED, client_id="client_1")
STORED = CREATED._replace(closed=Event.STORED, closed_how="saved to /srv/kiosk.env")
GONE = BEGUN._replace(event=Event.DELETE, line=None, client_id="client_1", ended=Event.ALREADY_GONE)


def settled(entry: Entry, how: str) -> Entry:
    return entry._replace(closed=Event.SETTLED, closed_how=how)


def states(*entries: Entry) -> list[LineState]:
    return [one.state for one in begun_lines(entries).values()]


@pytest.mark.parametrize(
    ("entry", "state"),
    [
        (BEGUN, LineState.UNCLEAR),
        (BEGUN._replace(ended=Event.CREATE_UNCLEAR), LineState.UNCLEAR),
        (BEGUN._replace(ended=Event.WITHOUT_SECRET), LineState.UNCLEAR),
        (CREATED._replace(ended=Event.WITHOUT_SECRET), LineState.NOT_STORED),
        (CREATED, LineState.NOT_STORED),
        (STORED, LineState.DONE),
        (settled(CREATED, KEPT), LineState.DONE),
        (settled(BEGUN, KEPT), LineState.DONE),
    ],
)
def test_how_far_a_line_is(entry: Entry, state: LineState) -> None:
    assert begun_lines([entry])[LINE].state is state


@pytest.mark.parametrize(
    "entries",
    [
        [BEGUN._replace(ended=Event.NOT_CREATED, closed=Event.NOT_CREATED)],
        [settled(BEGUN, "not in the list")],
        [settled(CREATED, "deleted")],
        [STORED, GONE],
        [STORED._replace(line=None)],
    ],
)
def test_of_which_there_is_nothing_is_not_begun(entries: list[Entry]) -> None:
    assert states(*entries) == []


def test_what_came_of_the_last_try_counts() -> None:
    again = STORED._replace(attempt="2" * 32, client_id="client_2")
    assert states(settled(BEGUN, "not in the list"), again) == [LineState.DONE]
    assert states(STORED, GONE, BEGUN._replace(attempt="3" * 32)) == [LineState.UNCLEAR]


def test_one_that_another_process_works_on_is_under_way() -> None:
    assert begun_lines([CREATED], is_held=lambda attempt: True)[LINE].state is LineState.UNDER_WAY
    assert begun_lines([STORED], is_held=lambda attempt: True)[LINE].state is LineState.DONE


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = Journal(tmp_path)
    yield made
    made.release()


def test_the_journal_keeps_what_makes_it_the_same_line(journal: Journal) -> None:
    attempt = journal.create(URL, "prod", LINE.name, "client_me", line=LINE)
    journal.create(URL, "prod", "by hand", "client_me")
    journal.create("https://y", "prod", LINE.name, "client_me", line=LINE._replace(description="elsewhere"))
    (begun,) = journal.begun_lines(URL + "/").items()
    assert begun[0] == LINE
    assert (begun[1].entry.attempt, begun[1].state) == (attempt, LineState.UNCLEAR)


def test_one_process_at_a_time_creates_from_files(journal: Journal, tmp_path: Path) -> None:
    other = Journal(tmp_path)
    with journal.creating_from_lines() as first, other.creating_from_lines() as second:
        assert (first, second) == (True, False)
    with other.creating_from_lines() as free:
        assert free
