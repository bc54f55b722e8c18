"""Which clients an open create may have made, and which later create explains it."""

from datetime import datetime

import pytest

from butlr_tui.journal.entries import Entry, Event
from butlr_tui.journal.unfinished import Unfinished, match
from butlr_tui.models import Client

OLD, NEW, OTHER = (Client(f"client_{one}", name="kiosk") for one in ("old", "new", "other"))
LOBBY = Client("client_lobby", name="lobby")
BEGUN = Entry(
    attempt="1" * 32,
    event=Event.CREATE,
    at=datetime.fromisoformat("2026-11-24T12:03:00+00:00"),
    url="https://x",
    profile="prod",
    name="kiosk",
    by="client_me",
    before=("client_old",),
)
UNCLEAR = BEGUN._replace(ended=Event.CREATE_UNCLEAR)
AGAIN = BEGUN._replace(attempt="2" * 32, ended=Event.CREATED, client_id="client_new")
STORED = AGAIN._replace(closed=Event.STORED, closed_how="saved to /x")


def of(entry: Entry, clients: list[Client], *others: Entry, before: tuple[Entry, ...] = ()) -> Unfinished:
    """What is found of one open entry, with what is in the journal before and after it."""
    (found,) = match([entry], [*before, entry, *others], clients)
    assert found.entry is entry
    return found


def test_it_is_matched_by_name_and_not_by_what_was_there_before() -> None:
    assert of(UNCLEAR, [OLD, NEW, LOBBY]).candidates == [NEW]
    assert of(UNCLEAR, [OLD, LOBBY]).candidates == []
    assert of(AGAIN._replace(before=()), [OLD, NEW, OTHER]).candidates == [NEW]


@pytest.mark.parametrize("maker", [AGAIN, STORED, AGAIN._replace(ended=Event.WITHOUT_SECRET)])
def test_what_another_attempt_made_is_never_proposed(maker: Entry) -> None:
    assert of(UNCLEAR, [OLD, NEW], maker).candidates == []
    assert of(UNCLEAR, [OLD, NEW], before=(maker,)).candidates == []
    assert of(UNCLEAR, [OLD, NEW, OTHER], maker).candidates == [OTHER]
    assert of(AGAIN._replace(attempt="3" * 32), [NEW], maker).candidates == []


@pytest.mark.parametrize("entry", [BEGUN, UNCLEAR])
def test_a_later_success_explains_what_it_made(entry: Entry) -> None:
    assert of(entry, [OLD, NEW], STORED).explained_by == "client_new"
    assert of(entry, [OLD, NEW], AGAIN).explained_by == "client_new"


def test_it_explains_nothing_else() -> None:
    earlier = of(UNCLEAR, [OLD, NEW], before=(STORED,))
    other_name = of(UNCLEAR, [OLD, NEW], STORED._replace(name="lobby"))
    one_more = of(UNCLEAR, [OLD, NEW, OTHER], STORED)
    not_seen = of(UNCLEAR, [OLD], STORED)
    none_came = of(UNCLEAR._replace(ended=Event.WITHOUT_SECRET), [OLD, NEW], STORED)
    no_secret = of(UNCLEAR, [OLD, NEW], AGAIN._replace(ended=Event.WITHOUT_SECRET))
    found = [earlier, other_name, one_more, not_seen, none_came, no_secret]
    assert [one.explained_by for one in found] == [""] * 6


def test_a_deletion_made_nothing() -> None:
    deletion = STORED._replace(event=Event.DELETE, ended=Event.NOT_DELETED)
    assert of(UNCLEAR, [OLD, NEW], deletion).candidates == [NEW]
