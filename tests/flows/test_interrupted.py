"""What the start says of deletions whose program ended before it knew, and what it then writes down."""

from butlr_tui.flows.context import FlowContext
from butlr_tui.flows.interrupted import interrupted_deletions
from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal
from butlr_tui.models import Client
from tests.flows.scripted import as_client
from tests.support.world import World


def interrupted(world: World, clients: list[Client], by: str | None) -> None:
    """What a run leaves that ended while it deleted these."""
    earlier = Journal(world.journal.path.parent)
    for client in clients:
        earlier.delete(world.profile.base_url, "local", client, by)
    earlier.release()


async def told(context: FlowContext) -> str:
    await context.session.list()  # signs in
    return await interrupted_deletions(context, lambda command: f"<{command}>")


async def test_what_is_gone_and_what_is_not_is_told_once(world: World, context: FlowContext) -> None:
    own = world.service.root.client_id
    there = as_client(world.add("there"), "there", "")
    interrupted(world, [there, as_client("client_gone", "gone", "")], own)
    assert await told(context) == (
        "2 deletions were interrupted when butlr-tui ended: “gone” is gone; “there” is still there. "
        "<journal> shows the journal."
    )
    assert {entry.name: entry.ended for entry in world.journal.entries()} == {
        "there": Event.NOT_DELETED,
        "gone": Event.DELETED,
    }
    assert await told(context) == ""


async def test_that_somebody_else_does_not_see_it_does_not_say_that_it_is_gone(
    world: World, context: FlowContext
) -> None:
    interrupted(world, [as_client("client_x", "x", "")], "client_somebody_else")
    assert "1 deletion was interrupted when butlr-tui ended: “x” is not in the list." in await told(context)
    (entry,) = world.journal.entries()
    assert entry.ended is Event.DELETE_UNCLEAR


async def test_many_are_counted(world: World, context: FlowContext) -> None:
    interrupted(world, [as_client(f"client_{number}", f"n{number}", "") for number in range(5)], None)
    assert "5 deletions were interrupted when butlr-tui ended: 5 clients are not in the list." in await told(
        context
    )
