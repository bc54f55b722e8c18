"""A list that comes slowly or in part: what the app says meanwhile, and what Esc does."""

import pytest

from butlr_tui.operations import list_loader
from tests.support.driver import using
from tests.support.world import Reply, World


async def test_a_first_reading_can_be_cancelled(world: World) -> None:
    gate = world.between.hold("GET")
    async with using(world, loaded=False) as user:
        await user.sees("Reading the clients of 127.0.0.1:4010…", "Esc cancels.")
        await user.does("back")
        await user.sees("The clients of 127.0.0.1:4010 are not read. r reads them.")
        gate.set()
        await user.does("refresh")
        await user.sees("6 clients, read at 12:04")


async def test_cancelling_leaves_the_older_list(world: World) -> None:
    async with using(world) as user:
        world.add("newcomer")
        gate = world.between.hold("GET")
        await user.does("refresh")
        await user.sees("6 clients, reading… (Esc cancels)")
        await user.does("down")
        await user.sees("2 of 6")
        await user.does("back")
        await user.sees("6 clients, read at 12:04", "2 of 6")
        gate.set()
        await user.does("refresh")
        await user.sees("7 clients, read at 12:04")


async def test_esc_clears_the_filter_while_nothing_says_that_it_cancels(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_loader, "TELL_AFTER", 3600)
    world.profile = world.profile._replace(protected=False)
    async with using(world) as user:
        await user.does("filter")
        await user.types("hvac")
        await user.does("keep_filter")
        gate = world.between.hold("GET")
        await user.does("delete")
        await user.presses("down", "enter")
        await user.sees("is deleted.")
        await user.does("back")
        await user.sees("of 6")
        gate.set()


async def test_a_bad_item_is_told_and_the_good_ones_stay_usable(world: World) -> None:
    items = [{"id": "a", "name": "first"}, {"name": "nobody"}, {"id": "b", "name": "second"}]
    world.between.answer("GET", Reply(200, items))
    async with using(world) as user:
        await user.sees("One item of the service's list is left out: item 2 is not a client with an id.")
        await user.sees("2 clients, read at 12:04", "first", "second")
        await user.does("last", "open")
        await user.sees("2 of 2", "second")


async def test_under_a_dialog_nothing_says_that_esc_cancels_the_reading(world: World) -> None:
    async with using(world) as user:
        gate = world.between.hold("GET")
        await user.does("refresh")
        await user.sees("6 clients, reading… (Esc cancels)")
        await user.does("new")
        await user.sees("New client", "6 clients, reading…")
        await user.sees_no("cancels)")
        await user.does("cancel_create")
        await user.sees("6 clients, reading… (Esc cancels)")
        gate.set()
