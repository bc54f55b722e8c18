"""The tour of the demo: six steps on its own clients, each ended by doing it."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.support.driver import User, using
from tests.support.world import World
from tests.tui.sizes import sizes


@pytest.fixture
def demo(world: World) -> World:
    """A world that the app takes for the demo."""
    world.profile = world.profile._replace(name="demo", place="embedded service")
    return world


async def test_it_is_walked_by_doing_each_step(demo: World) -> None:
    async with using(demo) as user:
        await user.sees("t takes you through all this in six steps.", "t tour")
        await user.does("tour")
        await user.sees("Tour 1 of 6, find: /, then sync, then Enter")
        await user.does("filter")
        await user.types("sync")
        await user.does("keep_filter")
        await user.sees("Tour 2 of 6, create: ", "n makes a client.")
        await user.does("back", "new")
        await user.sees("Tour 2 of 6, create: a name, then Enter twice")
        await user.types("kiosk")
        await user.submits()
        await user.sees("Tour 3 of 6, store: f saves both to a file")
        await user.does("save", "answer")
        await user.sees("Tour 4 of 6, test: t signs in with the new pair")
        await user.does("try")
        await user.sees("✓ signs in", "Tour 5 of 6, replace: Esc closes this")
        await user.does("close_secret")
        await user.sees("Tour 5 of 6, replace: R makes a new one")
        await user.does("replace")
        await user.sees("Tour 5 of 6, replace: Enter creates the new one")
        await user.does("create")
        await user.sees("Tour 6 of 6, delete: Esc closes this")
        await user.does("close_secret")
        await user.sees("Tour 6 of 6, delete: R once more deletes the old one")
        (_, second) = demo.journal.entries()
        await user.does("replace")
        await user.sees("Tour 6 of 6, delete: confirm it, then Enter")
        await user.types((second.replaces or "")[-6:])
        await user.does("confirm_delete")
        await user.sees("Tour, done: ? shows every key; t closes this.")
        await user.does("tour")
        await user.sees_no("Tour")
    assert demo.names().count("kiosk") == 1
    assert Path("~/kiosk.env").expanduser().exists()


async def test_it_is_left_at_any_step_and_begins_anew(demo: World) -> None:
    async with using(demo) as user:
        await user.does("tour", "filter")
        await user.types("sync")
        await user.does("keep_filter")
        await user.sees("Tour 2 of 6")
        await user.does("tour")
        await user.sees_no("Tour 2")
        await user.does("new")
        await user.sees("New client on demo")
        await user.sees_no("Tour")
        await user.does("cancel_create", "tour")
        await user.sees("Tour 1 of 6")


async def test_it_is_offered_to_whoever_has_made_nothing_yet(demo: World) -> None:
    async with using(demo) as user:
        await user.sees("t takes you through all this in six steps.")
        await user.does("new")
        await user.types("kiosk")
        await user.submits()
        await user.sees("store its secret now")
        await user.does("save", "answer", "close_secret")
        await user.sees("its secret is saved")
    async with using(demo) as user:
        await user.sees("t tour")
        await user.rests()
        await user.sees_no("six steps")


async def test_without_a_journal_that_can_be_read_it_does_not_begin(demo: World) -> None:
    async with using(demo) as user:
        await user.sees("six steps")
        demo.journal.path.unlink(missing_ok=True)
        demo.journal.path.mkdir(parents=True)
        await user.does("tour")
        await user.sees("✗ ", "journal")
        await user.sees_no("Tour 1")


async def test_elsewhere_there_is_none(world: World) -> None:
    async with using(world) as user:
        await user.sees_no("t tour", "six steps")
        await user.does("tour")
        await user.sees("The tour is in the demo: butlr-tui demo.")


@sizes("smallest", "narrow", "wide")
async def test_its_line_is_below_the_list_and_on_the_frame_of_a_dialog(
    demo: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(demo, size) as user:
        await take_the_first_step(user)
        assert await user.picture() == svg
        await user.does("new")
        await user.types("kiosk")
        await user.submits()
        await user.sees("Tour 3 of 6, store: f saves both to a file", "paste to check")
        assert await user.picture() == svg


async def take_the_first_step(user: User) -> None:
    await user.does("tour", "filter")
    await user.types("sync")
    await user.does("keep_filter")
    await user.sees("Tour 2 of 6")
