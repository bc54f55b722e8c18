"""Several clients are replaced: those that have a new one are left out, so that it goes on where it stopped."""

from pathlib import Path

import pytest

from butlr_tui.models import Client
from butlr_tui.operations.create import Delivered, create_and_deliver
from butlr_tui.operations.destinations import BadDestination, ToCommand, ToFile
from butlr_tui.operations.replace_several import SeveralReplacements, successor
from butlr_tui.operations.session import Session
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.support.programs import names_in
from tests.support.world import World

NOWHERE = ToCommand(DeliveryCommand("refuses", ("sh", "-c", "cat > /dev/null; exit 3")))


@pytest.fixture
def clients(world: World) -> list[Client]:
    """Some that are to be replaced."""
    return [
        Client(world.add(name, f"about {name}"), name=name, description=f"about {name}") for name in "abc"
    ]


async def replace(session: Session, old: Client, to: ToFile | ToCommand) -> Client:
    """The new one."""
    outcome = await create_and_deliver(session, successor(old, [to]), await session.list())
    assert isinstance(outcome, Delivered)
    return Client(outcome.created.credentials.client_id, name=old.name)


async def several(session: Session, clients: list[Client]) -> SeveralReplacements:
    """What is begun for these, by what the journal and the list tell now."""
    return SeveralReplacements(clients, await session.replacements(await session.list()))


async def test_begun_again_it_goes_on_with_those_that_have_no_new_one_yet(
    session: Session, clients: list[Client], there: Path
) -> None:
    assert (await several(session, clients)).left == clients
    new = await replace(session, clients[1], ToFile(f"{there}/{{name}}"))
    again = await several(session, clients)
    assert again.left == [clients[0], clients[2]]
    assert [(one.old_id, one.new_id) for one in again.replaced] == [(clients[1].client_id, new.client_id)]
    assert [again.in_the_way(one) for one in again.left] == [None, None]


async def test_one_whose_new_secret_is_stored_nowhere_is_left_and_stands_in_the_way(
    session: Session, clients: list[Client]
) -> None:
    new = await replace(session, clients[0], NOWHERE)
    again = await several(session, clients)
    assert (again.left, again.replaced) == (clients, [])
    in_the_way = again.in_the_way(clients[0])
    assert in_the_way is not None
    assert in_the_way.new_id == new.client_id


async def test_a_new_one_is_not_replaced_before_the_old_one_is_gone(
    session: Session, clients: list[Client], there: Path
) -> None:
    new = await replace(session, clients[0], ToFile(f"{there}/{{name}}"))
    of_the_new_one = await several(session, [new])
    assert (of_the_new_one.left, of_the_new_one.replaced) == ([new], [])
    in_the_way = of_the_new_one.in_the_way(new)
    assert in_the_way is not None
    assert in_the_way.old_id == clients[0].client_id
    await session.delete(clients[0])
    assert (await several(session, [new])).in_the_way(new) is None


async def test_one_alone_may_go_to_a_path_without_a_name_but_not_the_last_of_several(
    session: Session, clients: list[Client], there: Path
) -> None:
    """What it is given for one of several may be what it was given for those before."""
    same = ToFile(f"{there}/same")
    assert await (await several(session, clients[:1])).faults_in([same]) == []
    await replace(session, clients[0], ToFile(f"{there}/{{name}}"))
    last = await several(session, clients[:2])
    assert last.left == [clients[1]]
    with pytest.raises(BadDestination, match="has to stand in the path"):
        await last.faults_in([same])


async def test_only_those_that_are_left_need_room_where_their_secrets_go(
    session: Session, clients: list[Client], there: Path
) -> None:
    to = ToFile(f"{there}/{{name}}")
    await replace(session, clients[0], to)
    assert names_in(there) == ["a"]
    assert await (await several(session, clients)).faults_in([to]) == []
    (there / "c").touch()
    assert await (await several(session, clients)).faults_in([to]) == [
        f"{there}/c exists already and is never overwritten; choose another name."
    ]


async def test_a_new_one_is_like_the_old_one_but_for_its_id_and_its_secret(
    world: World, session: Session, clients: list[Client], there: Path
) -> None:
    new = await session.show((await replace(session, clients[0], ToFile(f"{there}/x"))).id)
    assert (new.name, new.description) == ("a", "about a")
    assert new.id != clients[0].id
    (entry,) = world.journal.entries()
    assert entry.replaces == clients[0].client_id
