"""A question with two answers: which keys reach which, and that the foot says what each key answers."""

import pytest

from tests.support.driver import User, using
from tests.support.world import World


async def ask_whether_to_leave(user: User) -> None:
    await user.does("new")
    await user.types("half")
    await user.does("cancel_create")
    await user.sees("Leave the form?", "Esc stay Enter stay")


@pytest.mark.parametrize("keys", [["right"], ["l"], ["L"], ["tab"], ["down"], ["right", "right"], ["l", "l"]])
async def test_the_answer_that_goes_ahead(world: World, keys: list[str]) -> None:
    async with using(world) as user:
        await ask_whether_to_leave(user)
        await user.presses(*keys)
        await user.sees("Esc stay Enter leave")
        await user.does("answer")
        await user.sees_no("Leave the form?", "New client on local")


@pytest.mark.parametrize("keys", [[], ["left"], ["s"], ["right", "left"], ["l", "s"], ["x"], ["escape"]])
async def test_the_answer_that_changes_nothing(world: World, keys: list[str]) -> None:
    async with using(world) as user:
        await ask_whether_to_leave(user)
        await user.presses(*keys)
        if keys != ["escape"]:
            await user.sees("Esc stay Enter stay")
            await user.does("answer")
        await user.sees_no("Leave the form?")
        await user.sees("New client on local", "half")
