"""What a session knows of replacements: from their POST on until one of the two is gone."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from butlr_tui.http.errors import CredentialsRefused, NotSent
from butlr_tui.journal.journal import Journal
from butlr_tui.journal.replacements import Replacement, State
from butlr_tui.models import Client
from butlr_tui.operations import outcomes
from butlr_tui.operations.connect import connect
from butlr_tui.operations.history import History
from butlr_tui.operations.session import Session
from tests.operations.test_records import NEW, SIGNED_IN, at
from tests.support.faults import Wire, reply, reset

OLD, NEW_ONE = Client("client_old", "client_old", "n"), Client("client_x", "client_x", "n")
BOTH = (OLD, NEW_ONE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


async def begun(session: Session) -> outcomes.Created:
    outcome = await session.create("n", "d", before=["client_old"], replaces="client_old")
    assert isinstance(outcome, outcomes.Created)
    return outcome


async def only(session: Session, clients: Iterable[Client] = BOTH) -> Replacement:
    (one,) = await session.replacements([*clients])
    return one


async def test_whom_it_replaces_is_on_the_disk_before_the_post(folder: Path) -> None:
    found: list[str | None] = []

    async def look(wire: Wire) -> None:
        found.extend(entry.replaces for entry in Journal(folder).entries())
        await reply(201, NEW)(wire)

    async with at(folder, look) as (session, _):
        await begun(session)
        assert found == ["client_old"]
        one = await only(session)
        assert (one.old_id, one.new_id, one.state) == ("client_old", "client_x", State.NOT_STORED)


async def test_it_ends_with_the_deletion_of_either(folder: Path) -> None:
    for gone in BOTH:
        async with at(folder, reply(201, NEW), reply(204)) as (session, _):
            created = await begun(session)
            await session.stored(created, "saved to /x")
            assert (await only(session)).state is State.READY
            await session.delete(gone)
            assert len(await session.replacements(BOTH)) == 0


async def test_what_was_deleted_elsewhere_is_seen_and_ended_by_the_operator(folder: Path) -> None:
    async with at(folder, reply(201, NEW)) as (session, _):
        await session.stored(await begun(session), "saved to /x")
        one = await only(session, [NEW_ONE])
        assert one.state is State.OLD_GONE
        assert await session.replacement_is_over(one)
        assert len(await session.replacements([NEW_ONE])) == 0
        (entry,) = Journal(folder).entries()
        assert entry.replacement_over == "the old one is gone"


async def test_a_pair_that_signed_in_is_written_down_and_one_that_did_not_is_not(folder: Path) -> None:
    async with at(folder, reply(201, NEW)) as (session, server):
        created = await begun(session)
        server.sign_in = reply(403, {"error": "access_denied"})
        with pytest.raises(CredentialsRefused):
            await session.try_pair(created)
        assert (await only(session)).entry.signed_in is None
        server.sign_in = SIGNED_IN
        await session.try_pair(created)
        assert (await only(session)).entry.signed_in is not None


async def test_one_without_a_clear_answer_is_known_by_the_old_one_alone(folder: Path) -> None:
    async with at(folder, reset) as (session, _):
        outcome = await session.create("n", "d", replaces="client_old")
        assert isinstance(outcome, outcomes.CreateUnclear)
        one = await only(session)
        assert (one.old_id, one.new_id, one.state) == ("client_old", None, State.UNCLEAR)
        assert await session.settle(outcome, "not in the list")
        assert len(await session.replacements(BOTH)) == 0


async def test_another_instance_is_seen_to_work_on_it(folder: Path) -> None:
    async with at(folder, reply(201, NEW)) as (session, _):
        await begun(session)
        other = connect(session.profile, journal=Journal(folder))
        assert (await only(other)).state is State.UNDER_WAY
        await other.aclose()


async def test_the_history_knows_them_too(folder: Path) -> None:
    async with at(folder, reply(201, NEW)) as (session, server):
        history = History(Journal(folder), server.url)
        assert len(history.replacements) == 0
        await session.stored(await begun(session), "saved to /x")
        assert await history.refresh()
        assert history.replacements.client_ids == {"client_old", "client_x"}


async def test_without_a_journal_there_are_none_and_one_that_can_not_be_read_is_told(folder: Path) -> None:
    async with at(folder) as (session, server):
        without = connect(server.profile(folder.parent))
        assert len(await without.replacements(BOTH)) == 0
        await without.aclose()
        (folder / "journal.jsonl").mkdir(parents=True)
        folder.chmod(0o700)
        with pytest.raises(NotSent, match="can't be read"):
            await session.replacements(BOTH)
