"""What is told of a secret on its way: in the order in which it happened, and when it is safe to close."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from butlr_tui.delivery.formats import Format
from butlr_tui.flows import hand_over
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
from butlr_tui.flows.host import AskText, Confirm, Question
from butlr_tui.journal.entries import Event
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.flows.scripted import After, ScriptedHost, as_host, in_context
from tests.support.programs import PATH, names_in, near_ssh, script
from tests.support.waiting import until
from tests.support.world import World


def filled(to: str) -> FilledForm:
    return FilledForm(Draft("kiosk"), to)


def with_commands(world: World, *commands: DeliveryCommand) -> FlowContext:
    """What a flow works with where the profile names these commands."""
    world.profile = world.profile._replace(commands=commands)
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


async def test_each_of_several_is_told_and_stored(world: World, tmp_path: Path) -> None:
    context = with_commands(world, DeliveryCommand("vault", ("sh", "-c", "cat > /dev/null")))
    form = FilledForm(Draft("kiosk"), "command:vault", also=["clipboard", f"file:{tmp_path}/x"])
    host = ScriptedHost([form, After("read back", Close())])
    result = await create(as_host(host), context, Draft())
    await context.session.aclose()
    assert isinstance(result, CreateResult)
    assert [line.split(" ")[0:2] for line in host.told[-1].splitlines()] == [
        ["✓", "vault"],
        ["→", "secret"],
        ["✓", ".env"],
    ]
    assert result.delivery.said == (
        f"vault accepted it; its secret is saved to {tmp_path}/x (only you can read it), read back and equal"
    )
    (entry,) = world.journal.entries()
    assert (entry.closed_how, entry.stored_too) == (
        "handed to the command vault",
        (f"saved to {tmp_path}/x",),
    )


async def test_where_one_of_several_can_not_take_it_nothing_is_created(
    world: World, context: FlowContext, tmp_path: Path
) -> None:
    form = FilledForm(Draft("kiosk"), "clipboard", also=[f"file:{tmp_path}/none/x"])
    host = ScriptedHost([form, None])
    assert await create(as_host(host), context, Draft()) is None
    assert "The folder " in host.faults[-1]
    assert world.posts == 0


@pytest.mark.parametrize("breaks_off", [False, True])
async def test_what_is_still_on_its_way_is_broken_off_only_where_the_operator_says_so(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, breaks_off: bool
) -> None:
    monkeypatch.setattr(hand_over, "_PATIENCE", 0.05)
    slow = f'while ! [ -e "{tmp_path}/go" ]; do sleep 0.01; done; cat > "{tmp_path}/slow"'
    context = with_commands(world, DeliveryCommand("slow", ("sh", "-c", slow)))

    def wait(_: Confirm) -> bool:
        (tmp_path / "go").touch()
        return False

    form = FilledForm(Draft("kiosk"), f"file:{tmp_path}/x", also=["command:slow", f"file:{tmp_path}/y"])
    then = [True] if breaks_off else [wait, After(f"saved to {tmp_path}/y", Close())]
    host = ScriptedHost([form, After("read back", Close()), *then])
    result = await create(as_host(host), context, Draft())
    await context.session.aclose()
    assert isinstance(result, CreateResult)
    assert ("slow accepted it" in result.delivery.said) is not breaks_off
    assert (tmp_path / "slow").exists() is not breaks_off
    assert (tmp_path / "y").exists() is not breaks_off  # what was reserved is no longer kept


async def test_another_machine_is_chosen_before_the_create_or_after_it(
    context: FlowContext, far: Path, tmp_path: Path
) -> None:
    host = ScriptedHost(
        [
            filled("ssh:web1:{name}.env"),
            After("equal", Save()),
            "ssh:-oProxyCommand=x:y",
            "ssh:web1:none/x",
            "ssh:web1:too.json",
            After("too.json", Close()),
        ]
    )
    result = await create(as_host(host), context, Draft())
    assert isinstance(result, CreateResult)
    assert result.delivery.said.startswith("its secret is put on web1:kiosk.env (only its owner there can")
    assert sorted(names_in(far)) == ["kiosk.env", "too.json"]
    faults = [fault for fault in host.faults if fault.startswith("✗")]
    assert [fault.split(" ")[1] for fault in faults] == ["“-oProxyCommand=x:y”", "The"]


class Impatient(ScriptedHost):
    """Breaks off what is told with these words, once it has come so far."""

    words = ""
    far_enough: Path = Path("/")

    def progress(self, question: Question[Any], text: str, done: int = 0, of: int = 0) -> asyncio.Event:
        stop = super().progress(question, text, done, of)
        if self.words in text:
            self.waiting = asyncio.create_task(self._stops(stop))
        return stop

    async def _stops(self, stop: asyncio.Event) -> None:
        await until(self.far_enough.exists)
        stop.set()


async def test_a_look_at_another_machine_can_be_broken_off(
    world: World, context: FlowContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = script(tmp_path / "bin", "ssh", "exec sleep 600")
    monkeypatch.setenv("PATH", f"{ssh.parent}:{PATH}")

    host = Impatient([filled("ssh:web1:x"), None])
    assert await create(as_host(host), context, Draft()) is None
    assert host.told == ["Looking whether it can go to web1:x…"]
    assert host.faults[-1].startswith("✗ Whether it can go to web1:x is not known. Nothing was created;")
    assert world.posts == 0


async def test_while_a_file_is_made_on_another_machine_the_create_can_be_broken_off(
    world: World, context: FlowContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent by then, and the journal knows that nothing was created."""
    search, home = near_ssh(
        tmp_path,
        'if [ -e "$home.checked" ]; then touch "$home.asked"; exec sleep 600; fi; touch "$home.checked"',
    )
    monkeypatch.setenv("PATH", search)
    host = Impatient([filled("ssh:web1:x"), None])
    host.words, host.far_enough = "Reserving", tmp_path / "far.asked"
    assert await create(as_host(host), context, Draft()) is None
    assert host.told == ["Looking whether it can go to web1:x…", "Reserving web1:x…"]
    assert host.faults[-1].startswith("✗ Broken off before anything was sent. Nothing was created;")
    assert world.posts == 0
    (entry,) = world.journal.entries()
    assert entry.closed is Event.NOT_CREATED
    assert names_in(home) == []


async def test_once_the_create_is_sent_it_is_not_broken_off(
    world: World, context: FlowContext, far: Path
) -> None:
    host = Impatient([filled("ssh:web1:x"), After("equal", Close())])
    host.words = "Creating"
    assert isinstance(await create(as_host(host), context, Draft()), CreateResult)
    assert host.told[:3] == ["Looking whether it can go to web1:x…", "Reserving web1:x…", "Creating…"]
    assert names_in(far) == ["x"]
