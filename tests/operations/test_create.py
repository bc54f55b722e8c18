"""A client is created in one go: its secret taken to each place, its pair tried where others are to use it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from butlr_tui.delivery.file import ROOM
from butlr_tui.http.errors import CredentialsRefused
from butlr_tui.journal.entries import Entry, Event
from butlr_tui.models import Client
from butlr_tui.operations.create import Delivered, WantedClient, create_and_deliver
from butlr_tui.operations.destinations import ToCommand, ToFile
from butlr_tui.operations.outcomes import NotCreated
from butlr_tui.operations.place import Destination, Disposition
from butlr_tui.operations.sealed import ToSeal
from butlr_tui.operations.session import Session
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.support.keys import key
from tests.support.programs import names_in
from tests.support.waiting import until
from tests.support.world import World

REFUSES = ToCommand(DeliveryCommand("refuses", ("sh", "-c", "cat > /dev/null; exit 3")))


@dataclass
class Heard:
    """What came of a secret, as it was told before its pair is tried."""

    world: World
    told: list[Delivered] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    """What the journal knew by then."""

    def __call__(self, delivered: Delivered) -> None:
        self.told.append(delivered)
        self.entries += self.world.journal.entries()


async def delivered(session: Session, new: WantedClient, heard: Heard | None = None) -> Delivered:
    outcome = await create_and_deliver(session, new, [], heard or (lambda _: None))
    assert isinstance(outcome, Delivered)
    return outcome


def kiosk(*to: Destination, replaces: str | None = None) -> WantedClient:
    return WantedClient("kiosk", "", to, replaces=replaces)


def entry(world: World) -> Entry:
    (only,) = world.journal.entries()
    return only


async def test_one_of_its_own_is_stored_everywhere_and_its_pair_is_left_to_whoever_uses_it(
    world: World, session: Session, there: Path
) -> None:
    outcome = await delivered(session, kiosk(ToFile(f"{there}/a.env"), ToFile(f"{there}/b.env")))
    assert [one.how for one in outcome.deliveries] == [f"saved to {there}/{name}.env" for name in "ab"]
    assert (there / "a.env").read_text() == (there / "b.env").read_text()
    assert outcome.is_good
    assert (entry(world).closed, entry(world).signed_in) == (Event.STORED, None)


@pytest.mark.parametrize("why", ["it replaces another", "it is sealed for somebody"])
async def test_a_pair_that_somebody_else_is_to_use_is_tried_once_it_is_stored(
    world: World, session: Session, there: Path, tmp_path: Path, why: str
) -> None:
    to: Destination = ToFile(f"{there}/x")
    if why == "it is sealed for somebody":
        to = ToSeal("anna", (key(tmp_path, "ed25519").public,), ToFile(f"{there}/x"))
    old = world.add("kiosk") if why == "it replaces another" else None
    heard = Heard(world)
    outcome = await delivered(session, kiosk(to, replaces=old), heard)
    assert heard.told == [outcome]
    assert [(one.closed, one.signed_in) for one in heard.entries] == [(Event.STORED, None)]
    assert (outcome.is_good, entry(world).signed_in is not None) == (True, True)


async def test_a_pair_that_does_not_sign_in_is_told_beside_where_its_secret_is(
    world: World, session: Session, there: Path
) -> None:
    old = world.add("kiosk")

    def meanwhile(delivered: Delivered) -> None:
        """A colleague deletes the new client before its pair is tried."""
        world.remove(delivered.created.credentials.client_id)

    outcome = await create_and_deliver(
        session, kiosk(ToFile(f"{there}/x"), replaces=old), [], on_delivered=meanwhile
    )
    assert isinstance(outcome, Delivered)
    assert isinstance(outcome.error, CredentialsRefused)
    assert not outcome.is_good
    assert [one.disposition for one in outcome.deliveries] == [Disposition.STORED]
    assert outcome.created.credentials.client_id in (there / "x").read_text()
    assert entry(world).signed_in is None


@pytest.mark.parametrize(
    "places", [[REFUSES], [ToFile("~/kiosk.env"), REFUSES]], ids=["nowhere", "not everywhere"]
)
async def test_the_pair_of_a_secret_that_is_not_stored_wherever_it_should_be_is_not_tried(
    world: World, session: Session, places: Sequence[Destination]
) -> None:
    outcome = await delivered(session, kiosk(*places, replaces=world.add("kiosk")))
    assert (outcome.is_good, outcome.error) == (False, None)
    assert entry(world).signed_in is None


async def test_where_a_place_can_not_be_kept_nothing_is_sent(
    world: World, session: Session, there: Path
) -> None:
    sent: list[bool] = []
    outcome = await create_and_deliver(
        session, kiosk(ToFile(f"{there}/none/{{name}}.env")), [], on_send=lambda: sent.append(True)
    )
    assert isinstance(outcome, NotCreated)
    assert (world.posts, sent) == (0, [])


async def test_the_journal_knows_which_clients_had_its_name_before(
    world: World, session: Session, there: Path
) -> None:
    before = [Client(world.add("kiosk"), name="kiosk"), Client(world.add("kiosk"), name="kiosk")]
    await create_and_deliver(session, kiosk(ToFile(f"{there}/x")), [*before, Client("client_x", name="gate")])
    assert entry(world).before == tuple(sorted(client.id for client in before))


async def test_whoever_stops_it_while_a_secret_is_on_its_way_leaves_no_place_that_was_kept_for_it(
    world: World, session: Session, there: Path
) -> None:
    """The command has the secret by then; the file after it would stay behind with nothing in it."""
    takes_its_time = DeliveryCommand(
        "slow", ("sh", "-c", f'cat > /dev/null; touch "{there}/began"; exec sleep 60')
    )
    creating = asyncio.create_task(delivered(session, kiosk(ToCommand(takes_its_time), ToFile(f"{there}/x"))))
    await until((there / "began").exists)
    assert (there / "x").read_bytes() == bytes(ROOM)
    creating.cancel()
    with pytest.raises(asyncio.CancelledError):
        await creating
    assert names_in(there) == ["began"]
    assert entry(world).is_open  # nobody knows whether the command stored it
