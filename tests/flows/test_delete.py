"""What is said before a client goes, and why it does not go."""

from butlr_tui.flows.context import FlowContext
from butlr_tui.flows.delete import ConfirmDelete, delete
from tests.flows.scripted import ScriptedHost, as_client, as_host
from tests.support.world import World


async def asked(context: FlowContext, client_id: str, name: str, description: str = "") -> ConfirmDelete:
    """The question about this client, which is then kept."""
    host = ScriptedHost([None])
    await delete(as_host(host), context, as_client(client_id, name, description))
    (question,) = host.asked
    assert isinstance(question, ConfirmDelete)
    return question


async def test_it_shows_what_tells_the_client_from_others(world: World, context: FlowContext) -> None:
    client_id = world.add("old", days=400)
    question = await asked(context, client_id, "old", "At the\x1bdoor")
    assert question.facts == [
        ("Name", "old"),
        ("Client id", client_id),
        ("Created", "2025-10-20, 1 year ago"),
        ("Last used", "this service does not tell when it was last used"),
        ("Description", "At the␛door"),
    ]


async def test_what_is_not_known_takes_no_line_and_what_is_long_is_cut(context: FlowContext) -> None:
    question = await asked(context, "c" * 300 + "end", "", "d" * 1000)
    labels, facts = zip(*question.facts, strict=True)
    assert labels == ("Client id", "Last used", "Description")
    assert facts[0].startswith("ccc")
    assert facts[0].endswith("end")
    assert len(facts[0]) == 40
    assert len(facts[2]) == 160


async def test_it_says_what_stops_and_what_goes_on(world: World, context: FlowContext) -> None:
    question = await asked(context, world.add("old"), "old")
    assert question.consequences == (
        "Whatever signs in with it stops working. This can't be undone.",
        "Tokens that it already has go on working until they end.",
    )


async def test_what_was_typed_is_judged_with_the_reason(world: World, context: FlowContext) -> None:
    client_id = world.add("old")
    question = await asked(context, client_id, "old")
    end = client_id[-6:]
    assert question.fault_in(f" {end.swapcase()} ") == ""
    assert question.fault_in("  ") == f"✗ Nothing is deleted until {end} is typed."
    assert (
        question.fault_in("n\x1bo")
        == f"✗ “n␛o” is not the end of its id, which is {end}. Nothing is deleted."
    )
