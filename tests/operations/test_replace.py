"""A replacement ends with the deletion of one of the two, and never with that of the only one that is left."""

from dataclasses import dataclass

import httpx
import pytest

from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.http.errors import NotSent, Unreachable
from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal
from butlr_tui.journal.replacements import Replacement, State
from butlr_tui.models import Client
from butlr_tui.operations.outcomes import AlreadyGone, Created, Deleted, NotDeleted, ReadOnly
from butlr_tui.operations.replace import EndOutcome, LeftAlone, OtherIsGone, end
from butlr_tui.operations.session import Session
from tests.support.world import World


@dataclass
class Begun:
    """A replacement whose old and new client are both there, and a session to end it in."""

    world: World
    session: Session
    one: Replacement
    old: Client
    new: Client

    async def finishes(self) -> EndOutcome:
        """The old one goes."""
        return await end(self.session, self.one, goes=self.old, stays=self.new)

    async def is_called_off(self) -> EndOutcome:
        """The new one goes."""
        return await end(self.session, self.one, goes=self.new, stays=self.old)

    @property
    def left(self) -> list[Client]:
        """Those of the two that the service still has."""
        ids = [
            record.client_id for record in self.world.service.store.list(self.world.service.root.client_id)
        ]
        return [client for client in (self.old, self.new) if client.client_id in ids]

    @property
    def deletions(self) -> list[str]:
        """The paths that a DELETE was sent to."""
        sent = [request.partition(" ") for request in self.world.between.sent]
        return [path for method, _, path in sent if method == "DELETE"]


async def begin(world: World, session: Session, *, is_stored: bool) -> Begun:
    """Replace a client in a session of an earlier start."""
    old = Client(world.add("kiosk"), name="kiosk")
    earlier = world.connect(world.profile)
    created = await earlier.create("kiosk", "", before=[old.id], replaces=old.client_id)
    assert isinstance(created, Created)
    if is_stored:
        assert await earlier.stored(created, "saved to /x")
    await earlier.aclose()
    (one,) = await session.replacements(await session.list())
    assert one.state is (State.READY if is_stored else State.NOT_STORED)
    return Begun(world, session, one, old, Client(created.credentials.client_id, name="kiosk"))


@pytest.fixture
async def begun(world: World, session: Session) -> Begun:
    return await begin(world, session, is_stored=True)


@pytest.fixture
async def unfinished(world: World, session: Session) -> Begun:
    """One whose process ended before the new secret was stored."""
    return await begin(world, session, is_stored=False)


async def test_it_is_finished_by_deleting_the_old_one_and_called_off_by_deleting_the_new_one(
    world: World, session: Session
) -> None:
    first = await begin(world, session, is_stored=True)
    assert await first.finishes() == Deleted(first.old)
    assert (first.left, first.deletions) == ([first.new], [f"{CLIENTS_PATH}/{first.old.id}"])
    second = await begin(world, session, is_stored=True)
    assert await second.is_called_off() == Deleted(second.new)
    assert second.left == [second.old]
    assert len(await session.replacements(await session.list())) == 0


async def test_the_last_of_the_two_is_not_deleted(begun: Begun) -> None:
    """A colleague has deleted the other one since the list was read."""
    begun.world.remove(begun.new.id)
    assert await begun.finishes() == OtherIsGone(begun.old)
    assert (begun.left, begun.deletions) == ([begun.old], [])


async def test_one_that_is_gone_already_ends_it_too(begun: Begun) -> None:
    begun.world.remove(begun.old.id)
    assert await begun.finishes() == AlreadyGone(begun.old)
    assert len(await begun.session.replacements(await begun.session.list())) == 0


async def test_nothing_is_deleted_while_the_one_that_stays_can_not_be_seen(begun: Begun) -> None:
    begun.world.between.answer("GET", *[httpx.ConnectError("refused")] * 3)
    outcome = await begun.finishes()
    assert isinstance(outcome, NotDeleted)
    assert isinstance(outcome.error, Unreachable)
    assert (outcome.client, begun.deletions) == (begun.old, [])


async def test_a_read_only_profile_asks_for_nothing(begun: Begun) -> None:
    begun.world.between.sent.clear()
    begun.session.profile = begun.session.profile._replace(read_only=True)
    outcome = await begun.finishes()
    assert isinstance(outcome, NotDeleted)
    assert isinstance(outcome.error, ReadOnly)
    assert begun.world.between.sent == []


async def test_calling_off_one_whose_secret_is_not_stored_settles_its_create(unfinished: Begun) -> None:
    assert await unfinished.is_called_off() == Deleted(unfinished.new)
    assert unfinished.left == [unfinished.old]
    create, deletion = unfinished.world.journal.entries()
    assert (create.closed, create.closed_how) == (Event.SETTLED, "deleted")
    assert deletion.ended is Event.DELETED


async def test_what_another_instance_works_on_is_left_alone(unfinished: Begun) -> None:
    other = Journal(unfinished.world.journal.path.parent)
    with other.handling(unfinished.one.entry.attempt) as is_its:
        assert is_its
        assert await unfinished.is_called_off() == LeftAlone()
    assert unfinished.deletions == []
    assert await unfinished.is_called_off() == Deleted(unfinished.new)  # once that has left it


async def test_what_another_instance_has_settled_meanwhile_is_left_alone(unfinished: Begun) -> None:
    other = Journal(unfinished.world.journal.path.parent)
    assert other.note(unfinished.one.entry.attempt, Event.SETTLED, "kept by the operator")
    assert await unfinished.is_called_off() == LeftAlone()
    assert (len(unfinished.left), unfinished.deletions) == (2, [])


async def test_nothing_is_deleted_where_the_journal_can_not_tell_who_works_on_it(unfinished: Begun) -> None:
    unfinished.world.journal.path.unlink()
    unfinished.world.journal.path.mkdir()
    outcome = await unfinished.is_called_off()
    assert isinstance(outcome, NotDeleted)
    assert isinstance(outcome.error, NotSent)
    assert "is not a regular file" in outcome.error.message
    assert (len(unfinished.left), unfinished.deletions) == (2, [])
