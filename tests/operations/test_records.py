"""What a session writes in the journal: before each POST, at each end, and until a secret is stored."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from butlr_tui.http.errors import NotSent
from butlr_tui.journal.entries import Entry, Event
from butlr_tui.journal.journal import Journal
from butlr_tui.models import Client
from butlr_tui.operations import outcomes
from butlr_tui.operations.connect import connect
from butlr_tui.operations.session import Session
from tests.support.faults import SECRET, Behaviour, FaultServer, Wire, reply, reset

NEW = {"name": "n", "description": "d", "client_id": "client_x", "client_secret": "s3cr3t-canary"}
WIRE = {"id": "client_1", "name": "hvac-sync", "description": "", "client_id": "client_1"}
ONE = Client("client_1", "client_1", "hvac-sync")
NO_CLIENT = reply(404, {"code": "CLIENT_NOT_FOUND", "message": "client not found"})
CLAIMS = base64.urlsafe_b64encode(json.dumps({"client_id": "client_me"}).encode()).decode().rstrip("=")
SIGNED_IN = reply(200, {"access_token": f"h.{CLAIMS}.canary", "expires_in": 3666, "scope": ""})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@asynccontextmanager
async def at(
    folder: Path, *behaviours: Behaviour, sign_in: Behaviour = SIGNED_IN
) -> AsyncIterator[tuple[Session, FaultServer]]:
    """A session with a journal, at a server that behaves so."""
    async with FaultServer(*behaviours, sign_in=sign_in) as server:
        session = connect(server.profile(folder.parent), journal=Journal(folder))
        try:
            yield session, server
        finally:
            await session.aclose()


async def test_a_read_only_profile_sends_and_writes_nothing(folder: Path) -> None:
    async with FaultServer(reply(201, NEW), reply(204)) as server:
        profile = server.profile(folder.parent)._replace(name="prod", read_only=True)
        session = connect(profile, journal=Journal(folder))
        created = await session.create("n", "d")
        deleted = await session.delete(ONE)
        await session.aclose()
    assert isinstance(created, outcomes.NotCreated)
    assert isinstance(deleted, outcomes.NotDeleted)
    for error in (created.error, deleted.error):
        assert isinstance(error, outcomes.ReadOnly)
        assert str(error) == "The profile prod is read-only: nothing is created or deleted from here."
    assert server.seen == server.sign_ins == []
    assert not folder.exists()


async def test_a_read_only_profile_is_read(folder: Path) -> None:
    async with FaultServer(reply(200, [WIRE])) as server:
        session = connect(server.profile(folder.parent)._replace(read_only=True), journal=Journal(folder))
        assert await session.list() == [ONE]
        assert await session.unfinished([]) == []
        assert await session.begun_lines() == {}
        async with session.creating_from_lines() as is_ours:
            assert is_ours
        await session.aclose()


def entry(folder: Path) -> Entry:
    (only,) = Journal(folder).entries()
    return only


def put_in_the_way(folder: Path) -> None:
    folder.write_text("in the way")


def take_away(folder: Path) -> None:
    folder.unlink()


def put_a_folder_in_the_way(folder: Path) -> None:
    folder.mkdir(0o700)
    (folder / "journal.jsonl").mkdir()


async def test_the_entry_is_there_before_the_post(folder: Path) -> None:
    found: list[Entry] = []

    async def look(wire: Wire) -> None:
        found.extend(Journal(folder).entries())
        assert Journal(folder).open_entries() == []  # it is being worked on
        await reply(201, NEW)(wire)

    async with at(folder, look) as (session, server):
        assert isinstance(await session.create("n", "d", before=["client_b", "client_a"]), outcomes.Created)
        (seen,) = found
        assert (seen.event, seen.name, seen.url, seen.profile) == (Event.CREATE, "n", server.url, "fault")
        assert (seen.by, seen.before, seen.ended) == ("client_me", ("client_a", "client_b"), None)


ENDS: dict[str, tuple[Behaviour, Event, bool]] = {
    "created": (reply(201, NEW), Event.CREATED, True),
    "no secret": (reply(201, {"client_id": "client_x"}), Event.WITHOUT_SECRET, True),
    "no answer": (reset, Event.CREATE_UNCLEAR, True),
    "failed": (reply(500), Event.CREATE_UNCLEAR, True),
    "refused": (reply(400, {"code": "INVALID_REQUEST", "message": "no"}), Event.NOT_CREATED, False),
    "renewed": (reply(401), Event.NOT_CREATED, False),
}


@pytest.mark.parametrize("name", ENDS)
async def test_each_end_of_a_create_is_written_down(folder: Path, name: str) -> None:
    behaviour, ended, is_open = ENDS[name]
    async with at(folder, behaviour) as (session, _):
        outcome = await session.create("n", "d")
        assert outcome.attempt == entry(folder).attempt
    written = entry(folder)
    assert (written.ended, written.is_open) == (ended, is_open)
    assert written.client_id == ("client_x" if name in ("created", "no secret") else None)
    assert bool(written.why) is not (name in ("created", "no secret"))
    assert [one.attempt for one in Journal(folder).open_entries()] == [written.attempt] * is_open
    text = Journal(folder).path.read_text()
    assert not any(secret in text for secret in ("canary", SECRET, CLAIMS))


async def test_a_sign_in_that_fails_leaves_no_entry(folder: Path) -> None:
    async with at(folder, reply(201, NEW), sign_in=reply(500)) as (session, server):
        assert isinstance(await session.create("n", "d"), outcomes.NotCreated)
        assert server.seen == []
    assert Journal(folder).entries() == []


async def test_nothing_is_created_without_its_entry(folder: Path) -> None:
    put_in_the_way(folder)
    async with at(folder, reply(201, NEW)) as (session, server):
        outcome = await session.create("n", "d")
        assert isinstance(outcome, outcomes.NotCreated)
        assert isinstance(outcome.error, NotSent)
        assert outcome.error.message == (
            f"The journal {folder}/journal.jsonl can't be written (not a directory). Nothing was sent, since "
            "without it a secret could be lost unnoticed: see to it that there is room, and that you may write "
            "there."
        )
        assert server.seen == []
        take_away(folder)
        assert isinstance(await session.create("n", "d"), outcomes.Created)


async def test_a_create_that_is_cut_off_stays_open(folder: Path) -> None:
    async def stall(wire: Wire) -> None:
        await wire.over.wait()

    async with at(folder, stall) as (session, server):
        minting = asyncio.create_task(session.create("n", "d"))
        await server.heard(1)
        minting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await minting
    assert entry(folder).is_open
    assert entry(folder).ended is None


async def test_whoever_ends_the_app_waits_until_the_journal_has_the_answer_to_a_create(folder: Path) -> None:
    answer = asyncio.Event()

    async def takes_its_time(wire: Wire) -> None:
        await answer.wait()
        await reply(201, NEW)(wire)

    async with at(folder, takes_its_time) as (session, server):
        creating = asyncio.create_task(session.create("n", "d"))
        await server.heard(1)
        ending = asyncio.create_task(session.create_is_answered())
        answer.set()
        await ending
        assert entry(folder).ended is Event.CREATED
        assert isinstance(await creating, outcomes.Created)
        await session.create_is_answered()  # at once: none is under way


async def test_only_storing_closes_it(folder: Path) -> None:
    async with at(folder, reply(201, NEW)) as (session, _):
        created = await session.create("n", "d")
        assert isinstance(created, outcomes.Created)
        assert await session.delivered(created, "sent to a clipboard (osc52)")
        assert entry(folder).is_open
        assert await session.stored(created, "saved to /x")
        assert not entry(folder).is_open
    assert entry(folder).deliveries == ("sent to a clipboard (osc52)",)
    assert (entry(folder).closed, entry(folder).closed_how) == (Event.STORED, "saved to /x")


async def test_what_is_left_open_is_offered_to_the_next_session(folder: Path) -> None:
    async with at(folder, reply(201, NEW)) as (session, server):
        await session.create("n", "d")
        assert await session.unfinished([]) == []  # it is on screen here
        profile = server.profile(folder.parent)
        other = connect(profile, journal=Journal(folder))
        assert await other.unfinished([]) == []
        await session.aclose()
        (left,) = await other.unfinished([Client("client_x", name="n")])
        assert [client.id for client in left.candidates] == ["client_x"]
        assert await other.settle(left.entry, "kept")
        assert await other.unfinished([]) == []
        await other.aclose()
    assert (entry(folder).closed, entry(folder).closed_how) == (Event.SETTLED, "kept")


async def test_of_what_is_left_open_it_is_known_which_clients_each_create_may_have_made(folder: Path) -> None:
    async with at(folder, reset, reply(201, NEW)) as (session, server):
        unclear = await session.create("n", "d", before=["client_before"])
        made = await session.create("other", "")
        await session.aclose()
        clients = [Client("client_before", name="n"), Client("client_late", name="n"), Client("client_x")]
        next_start = connect(server.profile(folder.parent), journal=Journal(folder))
        found = [await next_start.may_have_made(one.attempt, clients) for one in (unclear, made)]
        assert [[client.id for client in some] for some in found] == [["client_late"], ["client_x"]]
        assert await next_start.may_have_made("of-no-create", clients) == []
        await next_start.aclose()


async def test_an_unfinished_create_is_worked_on_by_one_at_a_time_until_it_is_settled(folder: Path) -> None:
    async with at(folder, reset) as (session, server):
        await session.create("n", "d")
        await session.aclose()
        first, second = (connect(server.profile(folder.parent), journal=Journal(folder)) for _ in range(2))
        (left,) = await first.unfinished([])
        async with first.handling(left.entry) as is_its:
            async with second.handling(left.entry) as is_anothers:
                assert (is_its, is_anothers) == (True, False)
            assert await second.unfinished([]) == []
        async with second.handling(left.entry) as is_ours:
            assert is_ours
            assert await second.settle(left.entry, "kept")
        async with first.handling(left.entry) as is_its:
            assert not is_its
        for one in (first, second):
            await one.aclose()


async def test_clients_are_created_from_lines_by_one_at_a_time(folder: Path) -> None:
    async with at(folder) as (session, server):
        other = connect(server.profile(folder.parent), journal=Journal(folder))
        async with session.creating_from_lines() as is_ours, other.creating_from_lines() as is_anothers:
            assert (is_ours, is_anothers) == (True, False)
        async with other.creating_from_lines() as is_anothers:
            assert is_anothers
        await other.aclose()


async def test_another_service_is_not_bothered(folder: Path) -> None:
    async with at(folder, reset) as (session, _):
        await session.create("n", "d")
    async with at(folder, reply(200, [])) as (session, _):
        assert await session.unfinished([]) == []


async def test_an_unclear_create_can_be_settled_at_once(folder: Path) -> None:
    async with at(folder, reset) as (session, _):
        outcome = await session.create("n", "d")
        assert isinstance(outcome, outcomes.CreateUnclear)
        assert await session.settle(outcome, "not seen")
    assert not entry(folder).is_open


async def test_a_journal_that_can_not_be_read_is_told(folder: Path) -> None:
    async with at(folder, reply(200, [])) as (session, _):
        put_a_folder_in_the_way(folder)
        with pytest.raises(NotSent) as told:
            await session.unfinished([])
        assert told.value.message == (
            f"The journal can't be read. {folder}/journal.jsonl is not a regular file. Whether a secret was "
            "lost earlier can't be told, and no client can be created: see to it that you may read and write "
            "there."
        )
        with pytest.raises(NotSent, match="Whether a secret was lost earlier can't be told"):
            await session.begun_lines()


async def test_what_is_held_while_the_journal_can_not_be_read_is_not_taken_for_ours(folder: Path) -> None:
    async with at(folder, reset) as (session, server):
        await session.create("n", "d")
        await session.aclose()
        next_start = connect(server.profile(folder.parent), journal=Journal(folder))
        (left,) = await next_start.unfinished([])
        (folder / "journal.jsonl").unlink()
        (folder / "journal.jsonl").mkdir()
        with pytest.raises(NotSent, match="can't be read"):
            async with next_start.handling(left.entry):
                pytest.fail("it was taken for ours")
        await next_start.aclose()


async def test_no_client_is_created_from_a_line_where_that_can_not_be_written_down(folder: Path) -> None:
    put_in_the_way(folder)
    async with at(folder) as (session, _):
        with pytest.raises(NotSent, match=r"can't be written \(not a directory\)"):
            async with session.creating_from_lines():
                pytest.fail("it was taken for ours")


async def test_a_deletion_that_could_not_be_begun_is_not_ended_either(folder: Path) -> None:
    put_in_the_way(folder)

    async def gives_way(wire: Wire) -> None:
        take_away(folder)
        await reply(204)(wire)

    async with at(folder, gives_way) as (session, _):
        assert await session.delete(ONE) == outcomes.Deleted(ONE)
    assert not (folder / "journal.jsonl").exists()


REMOVALS: dict[str, tuple[list[Behaviour], Event]] = {
    "deleted": ([reply(204)], Event.DELETED),
    "gone": ([NO_CLIENT], Event.ALREADY_GONE),
    "refused": ([reply(403, "<html>")], Event.NOT_DELETED),
    "failed, still there": (
        [reply(500, {"code": "CLIENT_DELETE_FAILED"}), reply(200, WIRE)],
        Event.NOT_DELETED,
    ),
    "failed, unseen": ([reply(500, {"code": "CLIENT_DELETE_FAILED"}), reply(403)], Event.DELETE_UNCLEAR),
}


@pytest.mark.parametrize("name", REMOVALS)
async def test_each_end_of_a_deletion_is_written_down(folder: Path, name: str) -> None:
    behaviours, ended = REMOVALS[name]
    async with at(folder, *behaviours) as (session, server):
        outcome = await session.delete(ONE)
        written = entry(folder)
        assert outcome.client == ONE
        assert written.why == getattr(getattr(outcome, "error", None), "message", "")
        assert (written.event, written.ended, written.url) == (Event.DELETE, ended, server.url)
        assert (written.client_id, written.name, written.by) == ("client_1", "hvac-sync", "client_me")
        assert not written.is_open


async def test_a_deletion_does_not_wait_for_a_journal(folder: Path) -> None:
    """No secret is at stake, and a client that must go must go."""
    put_in_the_way(folder)
    async with at(folder, reply(204)) as (session, _):
        assert isinstance(await session.delete(ONE), outcomes.Deleted)


@pytest.mark.parametrize(("behaviour", "how"), [(reply(204), "deleted"), (NO_CLIENT, "already gone")])
async def test_deleting_what_was_left_open_settles_it(folder: Path, behaviour: Behaviour, how: str) -> None:
    async with at(folder, reply(201, NEW), behaviour) as (session, _):
        outcome = await session.create("n", "d")
        await session.delete(Client("client_x"))
    create, _ = Journal(folder).entries()
    assert create.attempt == outcome.attempt
    assert (create.closed, create.closed_how) == (Event.SETTLED, how)


def left_elsewhere(folder: Path) -> Entry:
    """What another start, which has a journal, left open."""
    journal = Journal(folder / "elsewhere")
    journal.create("https://x", "p", "n", None)
    journal.release()
    return entry(folder / "elsewhere")


async def test_without_a_journal_nothing_is_written(tmp_path: Path) -> None:
    async with FaultServer(reply(201, NEW), reply(204), sign_in=SIGNED_IN) as server:
        session = connect(server.profile(tmp_path))
        created = await session.create("n", "d")
        assert isinstance(created, outcomes.Created)
        assert created.attempt == ""
        assert not await session.stored(created, "saved")
        await session.delete(ONE)
        assert await session.unfinished([]) == []
        assert await session.interrupted_deletions() == []
        assert await session.begun_lines() == {}
        async with session.creating_from_lines() as is_ours:
            assert is_ours  # from nobody
        async with session.handling(left_elsewhere(tmp_path)) as is_ours:
            assert not is_ours
        await session.aclose()


async def test_a_deletion_that_nobody_could_sign_in_for_is_neither_sent_nor_written_down(
    folder: Path,
) -> None:
    refused = reply(401, {"error": "invalid_client"})
    async with at(folder, reply(204), sign_in=refused) as (session, server):
        outcome = await session.delete(ONE)
        assert isinstance(outcome, outcomes.NotDeleted)
        assert server.seen == []
    assert Journal(folder).entries() == []


async def test_the_entry_of_a_deletion_names_who_asked_before_it_is_sent(folder: Path) -> None:
    async def look(wire: Wire) -> None:
        (entry,) = Journal(folder).entries()
        seen.append(entry)
        await reply(204)(wire)

    seen: list[Entry] = []
    async with at(folder, look) as (session, _):
        await session.delete(ONE)
    assert [(entry.by, entry.was_interrupted) for entry in seen] == [("client_me", True)]
    assert Journal(folder).interrupted_deletions(seen[0].url) == []


@pytest.mark.parametrize(
    ("by", "is_listed", "is_gone", "ended"),
    [
        ("client_me", True, False, Event.NOT_DELETED),
        ("client_me", False, True, Event.DELETED),
        ("client_another", False, False, Event.DELETE_UNCLEAR),
        (None, False, False, Event.DELETE_UNCLEAR),
    ],
)
async def test_what_a_list_tells_of_an_interrupted_deletion_is_for_whoever_could_see_the_client_before(
    folder: Path, by: str | None, is_listed: bool, is_gone: bool, ended: Event
) -> None:
    async with at(folder, reply(200, [WIRE] if is_listed else [])) as (session, server):
        earlier = Journal(folder)
        earlier.delete(server.url, "fault", ONE, by)
        earlier.release()
        listed = await session.list()
        (interrupted,) = await session.interrupted_deletions()
        assert await session.deletion_seen(interrupted, is_listed=ONE in listed) is is_gone
        assert await session.interrupted_deletions() == []
    assert (entry(folder).ended, entry(folder).by) == (ended, by)
    seen = "in" if is_listed else "not in"
    assert entry(folder).why == f"interrupted; {seen} the list at the next start"


async def test_a_journal_that_can_not_be_read_hides_no_interrupted_deletion(folder: Path) -> None:
    async with at(folder) as (session, _):
        put_a_folder_in_the_way(folder)
        with pytest.raises(NotSent, match="can't be read"):
            await session.interrupted_deletions()
