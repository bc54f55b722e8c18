"""Over a slow link: what a key starts is told at once, and keys that come meanwhile are for what comes next."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from butlr_tui.config.model import SMALLEST_TERMINAL
from butlr_tui.flows import export
from butlr_tui.flows.destinations import free_path
from butlr_tui.operations import list_loader
from butlr_tui.operations.clipboard import Clipboard
from tests.support.driver import User, using
from tests.support.world import Reply, World


async def sends(user: User, world: World, name: str) -> asyncio.Event:
    """Send the form of a client; the service does not answer until the event is set."""
    gate = world.between.hold("POST")
    await user.does("new")
    await user.types(name)
    await user.submits()
    await user.sees("Creating…")
    return gate


async def test_while_a_client_is_created_the_keys_are_for_its_secret(world: World) -> None:
    async with using(world) as user:
        gate = await sends(user, world, "kiosk")
        await user.does("save", "answer", "close_secret", "new")
        await user.types("panel")
        gate.set()
        await user.sees("New client on local", "Name panel")
        assert len(user.app.screen_stack) == 2
    assert Path("~/kiosk.env").expanduser().exists()


async def test_where_it_is_not_created_they_are_for_nothing(world: World) -> None:
    world.between.answer("POST", Reply(503))
    async with using(world) as user:
        gate = await sends(user, world, "kiosk")
        await user.types("fq")
        await user.presses("enter")
        gate.set()
        await user.sees("not seen yet")
        await user.presses("x")
        await user.sees("kiosk", "1/140")  # the description, where it was left
    assert world.posts == 1


async def test_where_no_secret_comes_none_of_them_is_for_the_list(world: World) -> None:
    world.between.answer("POST", Reply(201, {"name": "kiosk"}))
    async with using(world) as user:
        gate = await sends(user, world, "kiosk")
        await user.types("fqn")
        gate.set()
        await user.sees_no("New client on local")
        await user.rests()
        assert user.is_running
        assert len(user.app.screen_stack) == 1


async def test_enter_pressed_twice_is_not_for_the_list(world: World) -> None:
    gate = world.between.hold("DELETE")
    world.profile = world.profile._replace(protected=False)
    async with using(world, (80, 24)) as user:
        await user.does("delete")
        await user.sees("Delete")
        await user.presses("down", "enter", "enter")
        await user.sees("Deleting…")
        gate.set()
        await user.sees("is deleted.", "read at")
        assert "Client id" not in user.text


async def test_while_one_is_deleted_the_keys_are_for_the_list(world: World) -> None:
    gate = world.between.hold("DELETE")
    world.profile = world.profile._replace(protected=False)
    async with using(world) as user:
        await user.does("delete")
        await user.presses("down", "enter")
        await user.sees("Deleting…")
        await user.does("new")
        await user.types("next")
        await user.sees("Deleting…")
        gate.set()
        await user.sees("New client on local", "next")


async def test_esc_still_says_that_a_create_cannot_be_called_back(world: World) -> None:
    async with using(world) as user:
        gate = await sends(user, world, "kiosk")
        await user.does("cancel_create")
        await user.sees("It is on its way and can't be called back.")
        await user.does("redraw")
        gate.set()
        await user.sees("“kiosk” is created")


async def test_a_reading_that_was_asked_for_is_told_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_loader, "TELL_AFTER", 3600)
    for size, told in (((80, 24), "6 clients, reading… (Esc cancels)"), (SMALLEST_TERMINAL, "reading…")):
        async with using(world, size, loaded=False) as user:
            await user.sees("6 clients")
            world.between.hold("GET").clear()
            await user.does("refresh")
            await user.sees(told)
            world.between.hold("GET").set()
            await user.sees_no("reading…")


@pytest.mark.parametrize(
    ("before", "keys", "said"),
    [
        ((), ("copy_id",), ": copying"),
        ((), ("mark_all", "copy_id"), "… 5 client ids: copying"),
        (("secret",), ("copy_new_id",), "… client id: copying"),
        ((), ("export",), "… 6 clients as CSV: copying"),
    ],
)
async def test_a_copy_is_told_before_the_clipboard_answers(
    world: World, monkeypatch: pytest.MonkeyPatch, before: tuple[str, ...], keys: tuple[str, ...], said: str
) -> None:
    async with using(world) as user:
        if before:
            await user.does("new")
            await user.types("kiosk")
            await user.submits()
            await user.sees("Sent to your terminal")
        gate = asyncio.Event()
        copy = Clipboard.copy

        async def late(*arguments: Any, **named: Any) -> Any:
            await gate.wait()
            return await copy(*arguments, **named)

        monkeypatch.setattr(Clipboard, "copy", late)
        await user.does(*keys)
        if keys == ("export",):
            await user.sees("CSV to the clipboard")
            await user.presses("down", "down", "down", "enter")
        await user.sees(said)
        gate.set()
        await user.sees_no(said)


async def test_while_a_name_for_an_export_is_looked_for_they_are_for_its_question(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = threading.Event()

    def slowly(suggested: str) -> str:
        found.wait()
        return free_path(suggested)

    monkeypatch.setattr(export, "free_path", slowly)
    async with using(world) as user:
        await user.presses("o", "enter", "enter")
        found.set()
        await user.sees("✓ 6 clients saved to ~/clients-local.csv as CSV.")
        assert len(user.app.screen_stack) == 1
