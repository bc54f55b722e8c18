"""The bottom line names the keys that act now and can be clicked; what can't be done now says why."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from butlr_tui.commands import COMMANDS, Place
from butlr_tui.config.profiles import ProfileError, Prompt
from butlr_tui.tui.commands import at
from tests.support.driver import User, using
from tests.support.world import World
from tests.tui.test_help import all_sizes

_OPENED = {"new": "New client on", "delete": "can't be undone", "profiles": "Go to another", "help": "Keys"}


def bottom_line(user: User) -> str:
    return user.screen.splitlines()[-1]


@pytest.mark.parametrize("opens", _OPENED)
async def test_under_a_dialog_the_bottom_line_names_no_key(world: World, opens: str) -> None:
    async with using(world, (120, 45)) as user:
        assert "n new" in bottom_line(user)
        await user.does(opens)
        await user.sees(_OPENED[opens])
        labels = [command.label for command in at(Place.MAIN)]
        await user.waits_for(
            lambda: opens == "help" or not any(label in bottom_line(user) for label in labels)
        )
        await user.presses("escape")
        await user.sees("n new", "q quit")


async def test_a_dialog_below_another_is_dim(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.does("cancel_create")
        await user.sees("Leave the form?")
        form, question = user.app.screen_stack[1:]
        assert form.query_one("#dialog").rich_style.dim
        assert not question.query_one("#dialog").rich_style.dim
        await user.presses("escape")
        await user.sees_no("Leave the form?")
        await user.waits_for(lambda: not form.query_one("#dialog").rich_style.dim)


async def test_the_keys_of_the_bottom_line_can_be_clicked(world: World) -> None:
    async with using(world) as user:
        await user.clicks("s sort")
        await user.sees_no("NAME ↑")
        await user.clicks("/ filter")
        await user.types("hvac")
        await user.sees("1 of 1", "Enter keep")
        await user.clicks("Esc clear")
        await user.sees("of 6", "n new")
        await user.clicks("new  y")
        await user.sees("New client on local")


async def test_the_keys_of_a_dialog_can_be_clicked(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.sees("New client on local")
        await user.clicks("Esc cancel")
        await user.sees_no("New client on local")


@all_sizes
async def test_not_signed_in_the_bottom_line_offers_it(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    nobody = world.profile._replace(source=Prompt(Path("/nowhere")))
    async with using(world, size, start=nobody, loaded=False) as user:
        await user.sees("Sign in to local")
        await user.does("cancel_sign_in")
        await user.sees("l sign in")
        assert "n new" not in bottom_line(user)
        await user.does("new")
        await user.sees("Sign in first (l).")
        assert len(user.app.screen_stack) == 1
        assert await user.picture() == svg


async def test_once_signed_in_the_bottom_line_offers_the_forms(world: World) -> None:
    nobody = world.profile._replace(source=Prompt(Path("/nowhere")))
    async with using(world, start=nobody, loaded=False) as user:
        await user.sees("Sign in to local")
        await user.types(world.service.root.client_id)
        await user.presses("tab")
        await user.types(world.service.root.client_secret.get_secret_value())
        await user.does("sign_in_now")
        await user.sees("6 clients", "n new")
        assert "sign in" not in bottom_line(user)


async def test_without_a_session_nothing_is_offered_that_needs_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: World, profile: object) -> None:
        raise ProfileError("The profile can't be used.")

    monkeypatch.setattr(World, "connect", refuse)
    async with using(world, loaded=False) as user:
        await user.sees("✗ The profile can't be used.", "p profile")
        assert not any(label in bottom_line(user) for label in ("new", "delete", "refresh", "sign in"))
        await user.does("sign_in")
        await user.sees("There is no connection to 127.0.0.1:4010.")


async def test_the_palette_offers_only_what_acts_now(world: World) -> None:
    async with using(world, start=world.profile._replace(read_only=True)) as user:
        await user.does("palette")
        await user.sees("Read the list again (r)")
        await user.sees_no("Delete the client, or the marked ones")


async def test_ctrl_c_says_how_to_quit(world: World) -> None:
    async with using(world) as user:
        await user.presses("ctrl+c")
        await user.sees("q quits.")
        assert user.is_running


async def test_ctrl_c_in_a_dialog_says_how_to_leave_and_does_nothing_else(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.presses("ctrl+c")
        await user.sees("Esc goes back; q quits from there", "kiosk")
        assert len(user.app.screen_stack) == 2


async def test_ctrl_c_copies_what_is_selected_in_a_field(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.presses("shift+home", "ctrl+c")
        assert user.app.clipboard == "kiosk"
        await user.sees_no("quits from there")


@pytest.mark.parametrize("taken", ["ctrl+a", "ctrl+b", "ctrl+s", "ctrl+q"])
def test_no_key_that_a_multiplexer_or_a_terminal_takes(taken: str) -> None:
    """The prefixes of screen and tmux, and those that stop and start a terminal's output."""
    assert [command.id for command in COMMANDS if taken in command.key.split(",")] == []
