"""The keys of the filter: Tab completes, what can't be meant is underlined, F offers what is ready."""

from pathlib import Path

import pytest
from rich.segment import Segment
from syrupy.assertion import SnapshotAssertion

from butlr_tui.config.model import Settings
from tests.support.driver import NARROW, User, using
from tests.support.world import Reply, World
from tests.tui.sizes import sizes


def underlined(user: User) -> str:
    """What is underlined in the line of the filter."""
    line: list[Segment] = user.lines[1]
    return "".join(segment.text for segment in line if segment.style and segment.style.underline)


async def test_tab_completes_a_word_and_offers_what_several_could_be(world: World) -> None:
    async with using(world) as user:
        await user.does("filter")
        await user.types("lob -na")
        await user.does("complete")
        await user.types("hvac")
        await user.sees("/ lob -name:hvac", "1 of 1", "lobby-display")
        await user.presses("ctrl+u")
        await user.types("@")
        await user.does("complete")
        await user.sees("@old @same-name @replacing")
        await user.types("o")
        await user.sees_no("@same-name @replacing")
        await user.does("complete")
        await user.sees("/ @old", " of 4")


async def test_tab_completes_at_the_cursor_and_keeps_what_follows(world: World) -> None:
    async with using(world) as user:
        await user.does("filter")
        await user.types("na lobby")
        await user.presses("home", "right", "right")
        await user.does("complete")
        await user.types("disp")
        await user.sees("/ name:disp lobby", "1 of 1")


async def test_what_can_not_be_meant_is_underlined_where_it_stands(world: World) -> None:
    async with using(world) as user:
        await user.does("filter")
        await user.types("lobby colour:red age:old x")
        await user.waits_for(lambda: underlined(user) == "colour:redage:old")
        await user.does("clear_filter")
        await user.does("filter")
        await user.types("lobby")
        await user.sees("1 of 1")
        await user.waits_for(lambda: underlined(user) == "")


async def test_offered_words_make_room_again_for_what_is_wrong(world: World) -> None:
    async with using(world) as user:
        await user.does("filter")
        await user.types("colour:red @")
        await user.sees("✗ colour:red: the filter knows")
        await user.does("complete")
        await user.sees("@old @same-name @replacing")
        await user.types("o")
        await user.sees("✗ colour:red: the filter knows")


async def test_a_filter_of_the_settings_is_chosen_by_its_letter(world: World) -> None:
    filters = {"old": "age:>1y", "lobbies": "lobby", "zurich": "zurich"}
    async with using(world, settings=Settings(Path("config.toml"), filters=filters)) as user:
        await user.does("ready_filters")
        await user.sees("Ready filters", "Older than a year")
        await user.presses("z")
        await user.does("answer")
        await user.sees("/ @zurich", "1 of 1", "zurich-signage")
        await user.does("filter")
        await user.types(" -lobby")
        await user.sees("/ @zurich -lobby", "1 of 1")


@pytest.mark.parametrize("key", ["ready_filters", "export"])
async def test_without_clients_there_is_nothing_to_choose_from(world: World, key: str) -> None:
    world.between.answer("GET", Reply(200, []))
    async with using(world) as user:
        await user.does(key)
        await user.sees("There are no clients yet.")


async def test_what_the_filter_shows_is_what_is_exported(world: World) -> None:
    async with using(world) as user:
        await user.does("filter")
        await user.types("lobby")
        await user.does("keep_filter", "export")
        await user.sees("Export 1 client")
        world.add("lobby-new")
        await user.does("answer", "answer")
        await user.sees("✓ 1 client saved to ~/clients-local.csv as CSV.")
    head, line = (Path.home() / "clients-local.csv").read_text().splitlines()
    assert head == "name,client_id,created,description,last_sign_in"
    assert line.startswith("lobby-display,client_")


async def test_what_is_marked_is_exported_also_where_the_filter_hides_it(world: World) -> None:
    async with using(world) as user:
        await user.does("mark", "mark", "filter")
        await user.types("lobby")
        await user.does("keep_filter", "export")
        await user.sees("Export 2 clients")
        await user.does("answer", "answer")
        await user.sees("✓ 2 clients saved to ~/clients-local.csv as CSV.")
    lines = (Path.home() / "clients-local.csv").read_text().splitlines()[1:]
    assert [line.split(",")[0] for line in lines] == ["access-audit", "badge-gateway"]


@sizes("smallest", "narrow", "wide")
async def test_ready_filters_look_so(world: World, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with using(world, size) as user:
        await user.does("ready_filters")
        await user.sees("Ready filters")
        assert await user.picture() == svg


@sizes("smallest", "narrow")
async def test_an_export_looks_so(world: World, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with using(world, size) as user:
        await user.does("export")
        await user.sees("Export 6 clients")
        assert await user.picture() == svg


@pytest.mark.slow
async def test_a_wrong_word_and_offered_ones_look_so(world: World, svg: SnapshotAssertion) -> None:
    async with using(world, NARROW) as user:
        await user.does("filter")
        await user.types("colour:red ")
        await user.does("complete")
        await user.sees("name: desc:")
        assert await user.picture() == svg
