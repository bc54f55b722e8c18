"""What stays in memory: nothing of a dialog that was left, and of the lists only the last one."""

import asyncio
import gc
from collections.abc import Iterator

import pytest
from textual._styles_cache import StylesCache

from butlr_tui.listing.index import ClientIndex
from butlr_tui.tui.dialogs.dialog import Dialog
from tests.support.driver import User, using
from tests.support.world import World

pytestmark = pytest.mark.slow

DIALOGS = {
    "new": "New client on local",
    "delete": "can't be undone",
    "sign_in": "Sign in to local",
    "help": "The list",
}
"""The command that opens each, and what it shows."""


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Only what nothing refers to any more goes."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def alive(kind: type) -> list[str]:
    """The objects of this kind, or of one derived from it."""
    return [type(one).__name__ for one in gc.get_objects() if issubclass(type(one), kind)]


async def forgets(user: User) -> None:
    """Have the driver forget what it saw, and the loop its cancelled timeouts, which hold what was on screen."""
    await user.sees("read at 12:04")
    loop = asyncio.get_running_loop()
    for _ in range(1_000):
        loop.call_later(60, str).cancel()
    await asyncio.sleep(0)


async def opens_and_leaves(user: User, *commands: str) -> None:
    for command in commands:
        await user.does(command)
        await user.sees(DIALOGS[command])
        await user.presses("escape")
        await user.waits_for(lambda: len(user.app.screen_stack) == 1)


async def creates(user: User, name: str) -> None:
    """Make a client, and say that its secret is stored."""
    await user.does("new")
    await user.types(name)
    await user.submits()
    await user.sees("Sent to your terminal")
    await user.does("close_secret")
    await user.sees("It is only in your clipboard")
    await user.presses("tab")
    await user.does("answer")
    await user.waits_for(lambda: len(user.app.screen_stack) == 1)


async def test_dialogs_that_were_left_are_gone(world: World) -> None:
    async with using(world) as user:
        await opens_and_leaves(user, *DIALOGS)
        await user.presses("down")
        gc.collect()
        painted = len(alive(StylesCache))
        for _ in range(3):
            await opens_and_leaves(user, *DIALOGS)
        for number in range(2):
            await creates(user, f"kiosk {number}")
        await user.presses("down")
        await forgets(user)
        gc.collect()
        assert alive(Dialog) == []
        assert len(alive(StylesCache)) <= painted  # what Textual remembers of each widget that it drew


@pytest.mark.usefixtures("no_collector")
async def test_a_list_that_is_replaced_goes_without_the_collector(world: World) -> None:
    async with using(world) as user:
        for number in range(5):
            world.add(f"another {number}")
            await user.does("refresh")
            await user.sees(f"{7 + number} clients, read at 12:04")
        await user.presses("down")
        await forgets(user)
        assert len(alive(ClientIndex)) <= 2  # the last, and the one before where a paint still holds it
