"""Which clients are to take the places of others, as the journal tells it."""

from datetime import datetime
from pathlib import Path

import pytest

from butlr_tui.journal.entries import Entry, Event
from butlr_tui.journal.journal import Journal
from butlr_tui.journal.replacements import Replacements, State
from butlr_tui.models import Client

URL = "https://x"
OLD, NEW = "client_old", "client_new"
BEGUN = Entry(
    attempt="1" * 32,
    event=Event.CREATE,
    at=datetime.fromisoformat("2026-11-24T12:03:00+00:00"),
    url=URL,
    profile="prod",
    name="kiosk",
    by="client_me",
    replaces=OLD,
)
CREATED = BEGUN._replace(ended=Event.CREATED, client_id=NEW)
STORED = CREATED._replace(closed=Event.STORED, closed_how="saved to /x")
NO_SECRET = CREATED._replace(ended=Event.WITHOUT_SECRET)


def kept(entry: Entry) -> Entry:
    return entry._replace(closed=Event.SETTLED, closed_how="kept by the operator")


def deletion(client_id: str, ended: Event | None) -> Entry:
    return BEGUN._replace(event=Event.DELETE, replaces=None, client_id=client_id, ended=ended)


def states(*entries: Entry) -> list[State]:
    return [one.state for one in Replacements.of_entries(entries)]


@pytest.mark.parametrize(
    ("entry", "state"),
    [
        (BEGUN, State.UNCLEAR),
        (BEGUN._replace(ended=Event.CREATE_UNCLEAR), State.UNCLEAR),
        (CREATED, State.NOT_STORED),
        (CREATED._replace(deliveries=("sent to a clipboard",)), State.NOT_STORED),
        (NO_SECRET, State.NOT_STORED),
        (kept(NO_SECRET), State.NOT_STORED),  # nobody can have a secret that never came
        (STORED, State.READY),
        (kept(CREATED), State.READY),
    ],
)
def test_how_far_it_is(entry: Entry, state: State) -> None:
    (one,) = Replacements.of_entries([entry])
    assert (one.old_id, one.new_id, one.state) == (OLD, entry.client_id, state)
    assert one.begun == BEGUN.at


@pytest.mark.parametrize(
    "entry",
    [
        BEGUN._replace(ended=Event.NOT_CREATED, closed=Event.NOT_CREATED),
        BEGUN._replace(ended=Event.CREATE_UNCLEAR, closed=Event.SETTLED, closed_how="not in the list"),
        STORED._replace(replaces=None),
        STORED._replace(replacement_over="the old one is gone"),
    ],
)
def test_what_is_none_or_is_over(entry: Entry) -> None:
    assert states(entry) == []


@pytest.mark.parametrize("gone", [OLD, NEW])
@pytest.mark.parametrize("ended", [Event.DELETED, Event.ALREADY_GONE])
def test_the_deletion_of_either_ends_it(gone: str, ended: Event) -> None:
    assert states(STORED, deletion(gone, ended)) == []


@pytest.mark.parametrize("ended", [None, Event.NOT_DELETED, Event.DELETE_UNCLEAR])
def test_a_deletion_that_is_not_known_to_have_happened_does_not(ended: Event | None) -> None:
    assert states(STORED, deletion(OLD, ended)) == [State.READY]


def test_another_try_takes_the_place_of_one_without_a_clear_answer() -> None:
    unclear = BEGUN._replace(ended=Event.CREATE_UNCLEAR)
    assert states(unclear, STORED) == [State.READY]
    assert states(unclear, STORED._replace(replaces="client_other")) == [State.UNCLEAR, State.READY]


def test_what_another_process_works_on() -> None:
    for entry, state in ((BEGUN, State.UNDER_WAY), (CREATED, State.UNDER_WAY), (STORED, State.READY)):
        (one,) = Replacements.of_entries([entry], is_held=lambda attempt: attempt == BEGUN.attempt)
        assert one.state is state


def test_it_is_found_by_either_of_the_two() -> None:
    other = STORED._replace(replaces="client_a", client_id="client_b")
    found = Replacements.of_entries([STORED, other])
    assert len(found) == 2
    assert found.of(OLD) is found.of(NEW) is next(iter(found))
    assert found.of("client_nobody") is None
    assert found.client_ids == {OLD, NEW, "client_a", "client_b"}


def seen(entry: Entry, *there: str, by: str | None = "client_me") -> list[State]:
    clients = [Client(one, one, "kiosk") for one in ("client_me", *there)]
    return [one.state for one in Replacements.of_entries([entry]).seen_in(clients, by)]


def test_the_list_tells_which_of_the_two_is_gone() -> None:
    assert seen(STORED, OLD, NEW) == [State.READY]
    assert seen(STORED, NEW) == [State.OLD_GONE]
    assert seen(STORED, OLD) == [State.NEW_GONE]
    assert seen(STORED) == []
    assert seen(CREATED, NEW) == [State.OLD_GONE]
    assert seen(BEGUN, OLD) == [State.UNCLEAR]
    assert seen(BEGUN) == []


def test_a_list_is_not_walked_where_nothing_is_to_be_replaced() -> None:
    """It may have 100,000 clients, and is asked about at each reading."""
    clients = iter([Client(OLD, OLD, "kiosk")])
    assert len(Replacements().seen_in(clients, "client_me")) == 0
    assert next(clients).client_id == OLD


def test_a_list_for_somebody_else_tells_nothing() -> None:
    assert seen(STORED, by="client_somebody") == [State.READY]
    assert seen(STORED, NEW, by=None) == [State.READY]


def test_the_journal_keeps_the_two_together(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    attempt = journal.create(URL, "prod", "kiosk", "client_me", [OLD], replaces=OLD)
    assert b'"replaces":"client_old"' in journal.path.read_bytes()
    journal.note(attempt, Event.CREATED, client_id=NEW)
    other = Journal(tmp_path)
    (one,) = other.replacements(URL)
    assert (one.state, one.entry.summary.endswith(" It was to replace client_old.")) == (
        State.UNDER_WAY,
        True,
    )
    journal.note(attempt, Event.STORED, "saved to /x")
    journal.note(attempt, Event.SIGNED_IN)
    (one,) = other.replacements(URL)
    assert (one.state, one.entry.closed, one.entry.signed_in is not None) == (State.READY, Event.STORED, True)
    assert len(other.replacements("https://y")) == 0
    journal.note(attempt, Event.REPLACEMENT_OVER, "the old one is gone")
    assert len(other.replacements(URL)) == 0
