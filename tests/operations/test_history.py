"""What is known of one service from the journal."""

from datetime import timedelta
from pathlib import Path

import pytest

from butlr_tui.http.errors import NotSent
from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal
from butlr_tui.listing.last_use import Use
from butlr_tui.models import ActiveClient, Client
from butlr_tui.operations.history import History

URL = "https://x"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state")


def create(journal: Journal, name: str, client_id: str, url: str = URL) -> str:
    attempt = journal.create(url, "prod", name, "client_me")
    assert journal.note(attempt, Event.CREATED, client_id=client_id)
    return attempt


async def test_the_newest_comes_first_and_other_services_not_at_all(journal: Journal) -> None:
    create(journal, "a", "client_a")
    create(journal, "elsewhere", "client_x", "https://y")
    journal.delete(f"{URL}/", "prod", Client("client_a", name="a"))
    told = await History(journal, URL).entries()
    assert [(entry.event, entry.name) for entry in told] == [(Event.DELETE, "a"), (Event.CREATE, "a")]


async def test_a_client_is_known_once_it_was_looked_for(journal: Journal) -> None:
    history = History(journal, URL)
    assert not await history.refresh()  # there is no journal yet
    attempt = create(journal, "a", "client_a")
    create(journal, "elsewhere", "client_x", "https://y")
    assert history.journal_line("client_a") == ""
    assert await history.refresh()
    assert history.journal_line("client_a").endswith("its secret was never stored.")
    assert history.journal_line("client_x") == history.journal_line("client_nobody") == ""
    assert not await history.refresh()
    journal.note(attempt, Event.STORED, "saved to /x")
    assert await history.refresh()
    assert history.journal_line("client_a").endswith("its secret went to /x.")


async def test_what_was_made_here_is_read_anew_each_time(journal: Journal) -> None:
    history = History(journal, URL)
    create(journal, "a", "client_a")
    create(journal, "elsewhere", "client_x", "https://y")
    journal.create(URL, "prod", "unclear", "client_me")
    journal.delete(URL, "prod", Client("client_b", name="b"))
    assert await history.read_made_here() == {"client_a"}
    create(journal, "c", "client_c", f"{URL}/")
    assert await history.read_made_here() == {"client_a", "client_c"}
    assert history.made_here == frozenset()  # as it was at the last refresh
    assert await history.refresh()
    assert history.made_here == {"client_a", "client_c"}
    assert await History(None, URL).read_made_here() == frozenset()


async def test_a_sign_in_that_was_a_trial_of_the_pair_from_here_is_no_use_of_it(journal: Journal) -> None:
    attempts = [create(journal, which, f"client_{which}") for which in ("tried", "used", "stored")]
    for attempt in attempts[:2]:
        assert journal.note(attempt, Event.SIGNED_IN)
    history = History(journal, URL)
    assert history.tried == {}
    assert await history.refresh()
    assert {*history.tried} == {"client_tried", "client_used"}
    moment = history.tried["client_tried"]

    def last_used(client_id: str, after: timedelta | None) -> Use:
        """Of a client that signed in so long after its pair was tried."""
        at = None if after is None else (moment + after).isoformat()
        began = (moment - timedelta(days=1)).isoformat()
        return history.last_use(ActiveClient(client_id, last_sign_in=at, activity_since=began)).use

    assert last_used("client_tried", timedelta()) is Use.ONLY_TRIED
    assert last_used("client_used", timedelta(hours=1)) is Use.USED
    assert last_used("client_stored", timedelta()) is Use.USED
    assert last_used("client_of_elsewhere", None) is Use.NEVER
    assert history.last_use(Client("client_tried")).use is Use.UNTOLD


async def test_a_deletion_tells_nothing_of_a_client(journal: Journal) -> None:
    journal.delete(URL, "prod", Client("client_a", name="a"))
    history = History(journal, URL)
    assert await history.refresh()
    assert history.journal_line("client_a") == ""


async def test_a_journal_that_can_not_be_read(journal: Journal) -> None:
    history = History(journal, URL)
    create(journal, "a", "client_a")
    assert await history.refresh()
    journal.path.unlink()
    journal.path.mkdir()
    assert not await history.refresh()
    assert history.journal_line("client_a")  # what was known stays
    with pytest.raises(NotSent, match=r"can't be read\. .*journal\.jsonl is not a regular file"):
        await history.entries()


async def test_without_a_journal_nothing_is_known() -> None:
    history = History(None, URL)
    assert await history.entries() == []
    assert not await history.refresh()
