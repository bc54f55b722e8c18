"""What is asked before several clients go, and how their deletion is told."""

from butlr_tui.flows.context import FlowContext
from butlr_tui.flows.delete import ConfirmDelete
from butlr_tui.flows.delete_several import DeleteSeveral, delete_all
from butlr_tui.models import Client
from tests.flows.scripted import ScriptedHost, as_client, as_host
from tests.support.world import Reply, World


def some(world: World, count: int) -> list[Client]:
    return [as_client(world.add(f"n{number}"), f"n{number}", "") for number in range(count)]


async def asked(context: FlowContext, clients: list[Client], by_hand: set[str]) -> DeleteSeveral:
    """The question about these, which are then kept."""
    host = ScriptedHost([None])
    assert not await delete_all(as_host(host), context, clients, by_hand)
    (question,) = host.asked
    assert isinstance(question, DeleteSeveral)
    assert host.said == []
    return question


async def test_what_was_typed_is_judged_with_the_reason(world: World, context: FlowContext) -> None:
    question = await asked(context, some(world, 3), set())
    assert (question.title, question.instruction) == ("Delete 3 clients from local", "Type how many: 3")
    assert question.fault_in(" 3 ") == ""
    assert question.fault_in(" ") == "✗ Nothing is deleted until 3 is typed."
    assert question.fault_in("n\x1bo") == "✗ “n␛o” is not how many they are, which is 3. Nothing is deleted."


async def test_the_one_that_signed_us_in_is_left_out_unless_a_hand_marked_it(
    world: World, context: FlowContext
) -> None:
    await context.session.list()
    own = as_client(world.service.root.client_id, "root", "")
    clients = [own, *some(world, 2)]
    question = await asked(context, clients, set())
    assert list(question.rows) == clients[1:]
    assert (question.left_out, question.warning) == (own, "")
    assert "“root”, which signed you in, is left out" in question.consequences
    question = await asked(context, clients, {own.id})
    assert list(question.rows) == [*clients[1:], own]  # it last: the others need its token
    assert "the client that signed you in" in question.warning


async def test_one_alone_is_asked_about_as_ever(world: World, context: FlowContext) -> None:
    host = ScriptedHost([None])
    await delete_all(as_host(host), context, some(world, 1))
    assert isinstance(host.asked[0], ConfirmDelete)


async def test_how_they_ended_is_told_and_the_list_read_again(world: World, context: FlowContext) -> None:
    clients = some(world, 3)
    world.between.answer("DELETE", Reply(403, b"<html>no</html>"))
    host = ScriptedHost([True, None])
    assert await delete_all(as_host(host), context, clients)
    assert host.faults == ["", "✗ Of 3 clients: 2 deleted, 1 not deleted."]
    assert host.said == [
        "✗ Of 3 clients: 2 deleted, 1 not deleted. What is left stays marked; <delete> deletes it."
    ]
    assert host.reloads == [None]
    question = host.asked[-1]
    assert isinstance(question, DeleteSeveral)
    assert [question.status(client)[0] for client in question.rows] == [
        "✗",
        "✓",
        "✓",
    ]  # what needs attention first
