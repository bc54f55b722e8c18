"""What is told of a secret on its way: in the order in which it happened, and when it is safe to close."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from butlr_tui.delivery.formats import Format
from butlr_tui.flows.context import FlowContext
from butlr_tui.flows.create import CreateResult, Draft, FilledForm, create
from butlr_tui.flows.hand_over import (
    CannotReveal,
    Close,
    Copy,
    CopyId,
    HandToCommand,
    Save,
    SecretInHand,
    TryPair,
)
from butlr_tui.flows.host import AskText
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.flows.scripted import After, ScriptedHost, as_host, in_context
from tests.support.world import World


def filled(to: str) -> FilledForm:
    return FilledForm(Draft("kiosk"), to)


def with_commands(world: World, *commands: DeliveryCommand) -> FlowContext:
    """What a flow works with where the profile names these commands."""
    world.profile = replace(world.profile, commands=commands)
    return in_context(world, world.connect(world.profile))


async def test_lines_stand_in_the_order_in_which_things_happened(
    context: FlowContext, tmp_path: Path
) -> None:
    host = ScriptedHost(
        [
            filled("clipboard"),
            After("→ secret", CopyId()),
            After("→ client id", TryPair()),
            After("signs in:", Copy(Format.ENV)),
            After("→ .env", Save()),
            str(tmp_path / "x"),
            After("read back", Close()),
        ]
    )
    await create(as_host(host), context, Draft())
    told = [line.split(":")[0] for line in host.told[-1].splitlines()]
    assert told == ["→ client id at 12", "✓ signs in", "→ .env at 12", "✓ .env at 12"]


async def test_a_later_try_that_fails_does_not_hide_what_is_stored(world: World, tmp_path: Path) -> None:
    once = f'cat > /dev/null; mkdir "{tmp_path}/done"'
    context = with_commands(world, DeliveryCommand("once", ("sh", "-c", once)))
    host = ScriptedHost(
        [filled("command:once"), After("accepted it", HandToCommand()), After("✗ once", Close())]
    )
    result = await create(as_host(host), context, Draft())
    await context.session.aclose()
    assert isinstance(result, CreateResult)
    assert result.delivery.said == "once accepted it"
    first, second = host.told[-1].splitlines()
    assert first.startswith("✓ once at 12:04: once accepted it")
    assert second.startswith("✗ once at 12:04:")


async def test_the_title_says_when_it_is_stored(context: FlowContext, tmp_path: Path) -> None:
    titles: list[str] = []

    def wants(wish: Save | Close) -> object:
        def answer(question: SecretInHand) -> Save | Close:
            titles.append(question.title)
            return wish

        return answer

    path = str(tmp_path / "x")
    host = ScriptedHost(
        [filled("clipboard"), After("→ secret", wants(Save())), path, After("read back", wants(Close()))]
    )
    await create(as_host(host), context, Draft())
    assert titles == [
        "“kiosk” is created: store its secret now",
        "“kiosk” is created and its secret is stored",
    ]


async def test_closing_waits_for_what_is_stored_in_a_moment(context: FlowContext, tmp_path: Path) -> None:
    host = ScriptedHost([filled(f"file:{tmp_path}/kiosk.env"), Close()])  # at once
    result = await create(as_host(host), context, Draft())
    assert isinstance(result, CreateResult)
    assert result.delivery.said.startswith("its secret is saved to")


async def test_closing_does_not_wait_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("butlr_tui.flows.hand_over._PATIENCE", 0.05)
    context = with_commands(world, DeliveryCommand("slow", ("sh", "-c", "sleep 60")))
    host = ScriptedHost([filled("command:slow"), Close(), "stored"])
    async with asyncio.timeout(10):
        await create(as_host(host), context, Draft())
    await context.session.aclose()
    assert isinstance(host.asked[-1], AskText)


async def test_a_command_is_offered_only_where_there_is_one(world: World, context: FlowContext) -> None:
    offered: list[bool] = []

    def closes(question: SecretInHand) -> Close:
        offered.append(question.has_commands)
        return Close()

    host = ScriptedHost([filled("clipboard"), HandToCommand(), After("→ secret", closes), True])
    await create(as_host(host), context, Draft())
    vault = with_commands(world, DeliveryCommand("vault", ("cat",)))
    await create(
        as_host(ScriptedHost([filled("clipboard"), After("→ secret", closes), True])), vault, Draft()
    )
    await vault.session.aclose()
    assert offered == [False, True]


async def test_what_can_not_be_shown_names_the_keys_that_help(context: FlowContext) -> None:
    host = ScriptedHost([filled("clipboard"), CannotReveal(), After("no screen", CopyId()), Close(), True])
    await create(as_host(host), context, Draft())
    told = "✗ It holds what no screen shows exactly. <copy_secret> copies it, <save> saves it to a file."
    assert any(told in each for each in host.told)


async def test_a_free_file_is_suggested_for_saving(context: FlowContext) -> None:
    (Path.home() / "kiosk.env").touch()
    host = ScriptedHost([filled("clipboard"), Save(), lambda question: question.value, After("✓", Close())])
    await create(as_host(host), context, Draft())
    assert (Path.home() / "kiosk-2.env").read_text().startswith("BUTLR_CLIENT_ID=")
