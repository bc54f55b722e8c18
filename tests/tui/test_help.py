"""The help: it uses the width, scrolls as the list does, can be filtered, and says how to leave it."""

import pytest
from syrupy.assertion import SnapshotAssertion

from butlr_tui.commands import COMMANDS, MOVES, Place
from tests.support.driver import NARROW, User, using
from tests.support.world import World

SIZES = [(60, 16), NARROW, (120, 36), (200, 50)]
all_sizes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


async def opens_the_help(user: User) -> None:
    await user.does("help")
    await user.sees("The list", "Esc, q, ?, F1 close")


@all_sizes
async def test_help_uses_the_width(world: World, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with using(world, size) as user:
        await opens_the_help(user)
        assert await user.picture() == svg


@pytest.mark.parametrize(("width", "columns"), [(60, 1), (99, 1), (120, 2), (200, 3)])
async def test_its_columns_go_by_the_width(world: World, width: int, columns: int) -> None:
    async with using(world, (width, 50)) as user:
        await opens_the_help(user)
        starts = {
            line.index(f"{place}   ")
            for line in user.screen.splitlines()
            for place in set(Place) - {Place.HELP}  # which a row is called as well
            if f"{place}   " in line
        }
        assert len(starts) == columns


async def test_every_command_is_in_it(world: World) -> None:
    async with using(world, (200, 60)) as user:
        await opens_the_help(user)
        text = user.text
        assert [command.id for command in COMMANDS if command.keys not in text] == []


@pytest.mark.parametrize("move", ["down", "page_down", "last"])
async def test_it_scrolls_with_every_key_that_moves_the_list(world: World, move: str) -> None:
    back = {"down": "up", "page_down": "page_up", "last": "first"}[move]
    keys = {command.id: command.key.split(",") for command in COMMANDS if command.id in MOVES}
    async with using(world, NARROW) as user:
        await opens_the_help(user)

        def is_at_the_top() -> bool:
            return "The list" in user.screen.splitlines()[1]

        await user.waits_for(is_at_the_top)
        for there, again in zip(keys[move], keys[back], strict=True):
            await user.presses(there)
            await user.waits_for(lambda: not is_at_the_top())
            await user.presses(again)
            await user.waits_for(is_at_the_top)


@pytest.mark.parametrize("key", ["question_mark", "f1", "q", "escape"])
async def test_it_closes_with(world: World, key: str) -> None:
    async with using(world) as user:
        await opens_the_help(user)
        await user.presses(key)
        await user.sees("n new", "q quit")
        await user.sees_no("F1 close")
        assert user.is_running


async def test_what_is_typed_filters_it(world: World) -> None:
    async with using(world, NARROW) as user:
        await opens_the_help(user)
        await user.does("filter_help")
        await user.sees("Enter keep", "Esc clear")
        await user.types("copy id")
        await user.sees("Copy the whole client id", "Copy the client id alone")
        await user.sees_no("Make a new client")
        await user.does("keep_help")
        await user.sees("copy id", "F1 close")
        await user.sees_no("↑ ↓ scroll")
        await user.presses("escape")
        await user.sees("Make a new client")
        await user.presses("escape")
        await user.sees("n new")


async def test_what_matches_nothing_is_told(world: World) -> None:
    async with using(world) as user:
        await opens_the_help(user)
        await user.does("filter_help")
        await user.types("quiet?")
        await user.sees("Nothing matches “quiet?”.")


async def test_the_language_of_the_filter_can_be_found(world: World) -> None:
    async with using(world) as user:
        await opens_the_help(user)
        await user.does("filter_help")
        await user.types("hold shift")
        await user.sees("To select text with the mouse, hold Shift while you drag.")
