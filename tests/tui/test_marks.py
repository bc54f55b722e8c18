"""Marks in the list: what sets them, what they survive, and that commands are about them."""

import base64
import re

from syrupy.assertion import SnapshotAssertion

from tests.support.driver import User, using
from tests.support.world import World
from tests.tui.sizes import sizes


def marked(user: User) -> list[str]:
    """The names of the rows in view that have the sign."""
    return [line[3:].split("  ")[0] for line in user.screen.splitlines() if line.startswith("*")]


async def test_space_marks_and_moves_on_and_once_more_unmarks(world: World) -> None:
    async with using(world) as user:
        await user.does("mark", "mark")
        await user.sees("6 clients, 2 marked, read at 12:04", "3 of 6")
        assert marked(user) == ["access-audit", "badge-gateway"]
        await user.does("up", "mark")
        await user.sees("6 clients, 1 marked")
        assert marked(user) == ["access-audit"]
        await user.does("unmark")
        await user.sees("6 clients, read at")
        assert marked(user) == []
        await user.does("unmark")
        await user.sees("No client is marked.")


async def test_marks_survive_filter_sort_and_refresh_until_their_client_is_gone(world: World) -> None:
    async with using(world) as user:
        await user.does("mark", "mark", "filter")
        await user.types("lobby")
        await user.sees("1 of 1", "2 marked")
        await user.does("keep_filter", "mark", "back", "sort", "reverse")
        await user.sees("CREATED ↑", "3 marked")
        assert sorted(marked(user)) == ["access-audit", "badge-gateway", "lobby-display"]
        gone = next(
            one
            for one in world.service.store.list(world.service.root.client_id)
            if one.name == "access-audit"
        )
        world.remove(gone.client_id)
        await user.does("refresh")
        await user.sees("5 clients, 2 marked")
        assert sorted(marked(user)) == ["badge-gateway", "lobby-display"]


async def test_a_stretch_goes_where_the_cursor_goes_until_it_is_ended(world: World) -> None:
    async with using(world) as user:
        await user.does("down", "mark_to", "down", "down", "down")
        await user.sees("until V is pressed again", "3 marked")  # the one that signed us in is spared
        assert marked(user) == ["badge-gateway", "hvac-sync", "lobby-display"]
        await user.does("up", "up")
        await user.sees("1 marked")
        await user.does("mark_to")
        await user.sees_no("until V is pressed again")
        await user.does("last")
        await user.sees("6 of 6", "1 marked")
        await user.does("mark_to", "first", "back")
        await user.sees("5 marked")
        await user.sees_no("until V is pressed again")
        await user.does("last")
        await user.sees("6 of 6", "5 marked")


async def test_other_rows_end_a_stretch(world: World) -> None:
    async with using(world) as user:
        await user.does("mark_to", "down", "sort")
        await user.sees("CREATED ↓", "2 marked")
        await user.sees_no("until V is pressed again")
        await user.does("last")
        await user.sees("6 of 6", "2 marked")


@sizes("smallest", "wide")
async def test_all_that_the_filter_shows_is_marked_with_a_sign(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(world, size) as user:
        await user.does("mark_all")
        await user.sees("6 clients, 5 marked")
        assert await user.picture() == svg
        assert "● butlr-tui root" in user.screen
        await user.does("unmark", "filter")
        await user.types("age:>1y")
        await user.sees("1 of 4")
        await user.does("keep_filter", "mark_all", "back")
        await user.sees("6 clients, 4 marked", "of 6")
        assert sorted(marked(user)) == ["access-audit", "badge-gateway", "hvac-sync", "lobby-display"]


async def test_the_one_that_signed_us_in_is_marked_by_hand_alone(world: World) -> None:
    async with using(world) as user:
        await user.does("down", "down", "mark", "up")
        await user.sees("1 marked")
        assert user.line_of_cursor.startswith("*▌ butlr-tui root")


async def test_all_marked_ids_are_copied_in_the_order_that_is_shown(world: World) -> None:
    ids = {record.name: record.client_id for record in world.service.store.list(world.service.root.client_id)}
    async with using(world) as user:
        await user.does("last", "mark", "first", "mark", "copy_id")
        await user.sees("→ 2 client ids: ")
        sent = re.search(r"52;[^;]*;([A-Za-z0-9+/=]+)", user.received[-1])
        assert sent is not None
        assert base64.b64decode(sent[1]).decode() == f"{ids['access-audit']}\n{ids['zurich-signage']}"


async def test_one_that_is_marked_is_acted_on_wherever_the_cursor_is(world: World) -> None:
    async with using(world) as user:
        await user.does("mark", "last", "delete")
        await user.sees("Delete “access-audit” from local")
        await user.does("cancel_delete")
        await user.does("filter")
        await user.types("nothing-of-that-name")
        await user.sees("Nothing matches")
        await user.does("keep_filter", "delete")
        await user.sees("Delete “access-audit” from local")
