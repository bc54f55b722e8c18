"""Keys of the settings act, those that they took the place of do not, and everything names what is bound."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from butlr_tui.config.load import load
from tests.support.driver import User, using
from tests.support.world import World
from tests.tui.test_keys import bottom_line


def bound(world: World, tmp_path: Path, *lines: str) -> AbstractAsyncContextManager[User]:
    """A person before the app with these lines below [keys]."""
    file = tmp_path / "config.toml"
    file.write_text("\n".join(["[keys]", *lines]))
    settings = load({"BUTLR_TUI_CONFIG": str(file)})
    assert settings.problems == ()
    return using(world, settings=settings)


async def test_the_new_key_acts_and_the_old_one_does_not(world: World, tmp_path: Path) -> None:
    async with bound(world, tmp_path, 'sort = ["Z", "F6"]', 'refresh = "s"') as user:
        await user.sees("Z sort", "s refresh", "NAME ↑")
        await user.presses("r", "s")
        await user.rests()
        assert "NAME ↑" in user.text
        assert len(world.between.sent) == 2  # the start, and s
        await user.presses("f6")
        await user.sees_no("NAME ↑")
        await user.clicks("Z sort")
        await user.sees("CLIENT ID")


async def test_help_and_palette_say_what_is_bound(world: World, tmp_path: Path) -> None:
    async with bound(world, tmp_path, 'new = ["N", "F7"]', 'help = "#"', 'sort = ""') as user:
        await user.presses("question_mark")
        await user.presses("number_sign")
        await user.sees("N or F7")
        text = user.text
        assert "n Make a new client" not in text
        assert "Sort by name, then by age" not in text
        await user.presses("q")
        await user.does("palette")
        await user.sees("Make a new client (N or F7)", "Sort by name, then by age, then by client id")
        assert "then by client id (" not in user.text


async def test_a_command_without_a_key_is_not_in_the_key_bar_but_in_the_palette(
    world: World, tmp_path: Path
) -> None:
    async with bound(world, tmp_path, 'sort = ""') as user:
        assert "sort" not in bottom_line(user)
        await user.presses("s")
        await user.does("palette")
        await user.types("sort by")
        await user.sees("Sort by name, then by age, then by client id")
        assert "NAME ↑" in user.text


async def test_sentences_name_the_key_or_where_the_command_is(world: World, tmp_path: Path) -> None:
    async with bound(world, tmp_path, 'quit = "Q"') as user:
        await user.presses("ctrl+c")
        await user.sees("Q quits.")
    async with bound(world, tmp_path, 'mark_to = ""') as user:
        await user.does("palette")
        await user.types("mark to where")
        await user.presses("enter")
        await user.sees("until “mark to” (in Ctrl+P) is pressed again")


async def test_enter_of_a_form_can_be_another_key(world: World, tmp_path: Path) -> None:
    async with bound(
        world, tmp_path, 'create = "Ctrl+G"', 'field_below = "F9"', 'cancel_create = "F10"'
    ) as user:
        await user.does("new")
        await user.sees("Ctrl+G", "F10 cancel")
        await user.types("kiosk")
        await user.presses("enter", "down")
        await user.types("s")
        await user.presses("escape", "ctrl+g")
        await user.types("for the lobby")
        await user.sees("kiosks", "for the lobby")
        await user.presses("ctrl+g")
        await user.sees("is created")
    assert "kiosks" in world.names()


@pytest.mark.parametrize("answer", ["F9", "Enter"])
async def test_enter_of_a_question_can_be_another_key(world: World, tmp_path: Path, answer: str) -> None:
    async with bound(world, tmp_path, f'answer = "{answer}"', 'leave = ["Esc", "F8"]') as user:
        await user.does("new")
        await user.types("kiosk")
        await user.does("cancel_create")
        await user.sees("Leave the form?", f"{answer} ")
        if answer != "Enter":
            await user.presses("enter")
            await user.sees("Leave the form?")
        await user.presses(answer.lower())
        await user.sees_no("Leave the form?")
        await user.sees("New client on")
        await user.does("cancel_create")
        await user.sees("Leave the form?")
        await user.presses("f8")
        await user.sees_no("Leave the form?")


async def test_the_keys_that_choose_an_option_too(world: World, tmp_path: Path) -> None:
    async with bound(world, tmp_path, 'field_below = "F9"') as user:
        await user.does("profiles")
        await user.sees("Go to another")
        before = user.text
        await user.presses("down")
        assert user.text == before
        await user.presses("f9")
        await user.waits_for(lambda: user.text != before)


async def test_a_letter_that_is_bound_is_still_typed_where_one_types(world: World, tmp_path: Path) -> None:
    async with bound(world, tmp_path, 'new = "h"', 'quit = "v"') as user:
        await user.does("filter")
        await user.types("hv")
        await user.sees("1 of 1")
        assert user.is_running


async def test_enter_of_the_palette_too(world: World, tmp_path: Path) -> None:
    async with bound(world, tmp_path, 'answer = "F9"') as user:
        await user.does("palette")
        await user.sees("F9 go on")
        await user.types("make a new")
        await user.sees("Make a new client")
        await user.presses("enter")
        await user.sees("F9 go on")
        await user.presses("f9", "f9")
        await user.sees("New client on")


async def test_what_one_app_binds_no_other_has(world: World, tmp_path: Path) -> None:
    async with bound(world, tmp_path, 'new = "N"') as user:
        await user.sees("N new")
    async with using(world) as user:
        await user.sees("n new")
        await user.does("new")
        await user.sees("New client on")


async def test_what_can_not_be_bound_is_told_at_the_start(world: World, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[keys]\nnew = "r"\n')
    async with using(world, settings=load({"BUTLR_TUI_CONFIG": str(file)})) as user:
        await user.sees("config.toml:2: new: r is the key of refresh", "n new")
