"""Several clients are replaced one after the other: what is looked at first, and where it stops."""

from pathlib import Path

import httpx
import pytest

from butlr_tui.flows.context import FlowContext
from butlr_tui.flows.replace_several import replace_all
from butlr_tui.http.errors import NotSent
from butlr_tui.models import Client
from butlr_tui.operations.session import Session
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.flows.scripted import ScriptedHost, as_client, as_host, in_context
from tests.support.programs import names_in
from tests.support.world import Reply, World


def some(world: World, *names: str) -> list[Client]:
    return [as_client(world.add(name), name, f"about {name}") for name in names]


async def replaced(context: FlowContext, clients: list[Client], *answers: object) -> ScriptedHost:
    host = ScriptedHost(answers)
    await replace_all(as_host(host), context, clients)
    assert host.open == []
    return host


async def test_each_gets_a_new_one_whose_secret_is_stored_by_its_name_and_signs_in(
    world: World, context: FlowContext, tmp_path: Path
) -> None:
    clients = some(world, "a", "b", "c")
    host = await replaced(context, clients, f"file:{tmp_path}/{{name}}.env")
    assert host.told == ["1 of 3: “a”…", "2 of 3: “b”…", "3 of 3: “c”…"]
    assert host.said == [
        "✓ 3 clients are replaced: their new secrets are stored and sign in. <replace> on each finishes that, "
        "once what uses the old one has moved."
    ]
    assert sorted(file.name for file in tmp_path.glob("*.env")) == ["a.env", "b.env", "c.env"]
    entries = world.journal.entries()
    assert [entry.replaces for entry in entries] == [client.client_id for client in clients]
    assert all(entry.signed_in and not entry.is_open for entry in entries)
    assert world.names().count("b") == 2


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("file:~/same.env", "{name} or {client_id} has to stand in the path"),
        ("clipboard", "Several secrets need a place each"),
        ("stdout", "Several secrets need a place each"),
        ("nowhere", "is not file:PATH, ssh:HOST:PATH, command:NAME"),
        ("ssh:web1:same.env", "{name} or {client_id} has to stand in the path"),
        ("command:none", "The profile has no command"),
        ("file:/nowhere/{name}.env", "/nowhere"),
    ],
)
async def test_any_other_destination_is_refused_before_anything_is_created(
    world: World, context: FlowContext, answer: str, fault: str
) -> None:
    host = await replaced(context, some(world, "a", "b"), answer, None)
    assert fault in host.faults[1]
    assert host.faults[1].endswith("Nothing was created.")
    assert world.posts == 0
    assert host.said == []


async def test_they_may_all_go_to_another_machine(world: World, context: FlowContext, far: Path) -> None:
    twins = some(world, "a", "a")
    await replaced(
        context, [*twins, *some(world, "b")], "ssh:web1:{name}.env", "ssh:web1:{name}.{client_id}.env"
    )
    assert sorted(name.split(".")[0] for name in names_in(far)) == ["a", "a", "b"]


async def test_equal_names_need_the_id_in_the_path(
    world: World, context: FlowContext, tmp_path: Path
) -> None:
    path = f"file:{tmp_path}/{{name}}"
    host = await replaced(context, some(world, "a", "a"), f"{path}.env", f"{path}.{{client_id}}.env")
    assert "with {client_id} in the path each has its own" in host.faults[1]
    assert len([*tmp_path.glob("a.*.env")]) == 2
    assert "✓ 2 clients are replaced" in host.said[0]


async def test_it_stops_at_the_first_that_is_not_clearly_good_and_goes_on_from_there(
    world: World, context: FlowContext, tmp_path: Path
) -> None:
    clients = some(world, "a", "b", "c")
    where = f"file:{tmp_path}/{{name}}.env"

    original = context.session.create

    async def create(name: str, *arguments: object, **named: object) -> object:
        if name == "b":
            world.between.answer("POST", Reply(400, {"code": "INVALID_REQUEST", "message": "no more"}))
        return await original(name, *arguments, **named)  # type: ignore[arg-type]

    context.session.create = create  # type: ignore[method-assign, assignment]
    host = await replaced(context, clients, where)
    assert host.said[0].startswith("✗ 1 of 3 clients is replaced, 1 not begun. “b” (client_")
    assert "No new one is created.\n<replace> goes on" in host.said[0]
    context.session.create = original  # type: ignore[method-assign]
    host = await replaced(context, clients, where)
    assert host.asked[0].title == "Replace 2 clients on local"
    assert "✓ 2 clients are replaced" in host.said[0]
    assert [world.names().count(name) for name in "abc"] == [2, 2, 2]
    host = await replaced(context, clients)
    assert "All of these are replaced already" in host.said[0]


async def test_one_that_is_the_new_one_of_another_is_refused_first(
    world: World, context: FlowContext, tmp_path: Path
) -> None:
    clients = some(world, "a", "b")
    await replaced(context, clients, f"file:{tmp_path}/{{name}}.env")
    new = next(entry.client_id for entry in world.journal.entries())
    host = await replaced(context, [as_client(new or "", "a", ""), *some(world, "c")])
    assert "is part of a replacement that is not ended. Nothing was created." in host.said[0]
    assert world.posts == 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Reply(201, {"client_id": "client_new"}), "client_new exists, but the service sent no secret."),
        (httpx.ReadTimeout("frozen"), "A new one may or may not exist."),
    ],
    ids=["without a secret", "unclear"],
)
async def test_it_stops_where_it_is_not_clear_what_there_is(
    world: World, context: FlowContext, tmp_path: Path, answer: Reply | Exception, why: str
) -> None:
    world.between.answer("POST", answer)
    host = await replaced(context, some(world, "a", "b"), f"file:{tmp_path}/{{name}}.env")
    assert host.said[0].startswith("✗ 0 of 2 clients are replaced, 1 not begun. “a” (client_")
    assert why in host.said[0]
    assert world.posts == 1


async def test_it_stops_at_a_pair_that_does_not_sign_in(
    world: World, context: FlowContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: object) -> None:
        raise NotSent("Not yet.")

    monkeypatch.setattr(Session, "try_pair", refused)
    host = await replaced(context, some(world, "a", "b"), f"file:{tmp_path}/{{name}}.env")
    assert "its secret is stored, but its pair does not sign in yet: Not yet." in host.said[0]
    assert world.posts == 1


async def test_it_stops_at_a_secret_that_is_stored_nowhere(world: World) -> None:
    refuses = DeliveryCommand("refuses", ("sh", "-c", "cat > /dev/null; exit 3", "{name}"))
    session = world.connect(world.profile._replace(commands=(refuses,)))
    host = await replaced(in_context(world, session), some(world, "a", "b"), "command:refuses")
    await session.aclose()
    assert "is created, but its secret is not stored: " in host.said[0]
    assert world.posts == 1


async def test_whoever_leaves_creates_nothing_and_a_name_that_no_client_may_have_is_told_first(
    world: World, context: FlowContext
) -> None:
    host = await replaced(context, some(world, "a", "b"), None)
    assert host.said == []
    host = await replaced(context, [*some(world, "a"), as_client("client_x", "<b>", "")])
    assert "No other client can be made like “<b>”" in host.said[0]
    assert world.posts == 0
