"""The list: what it shows, where its cursor stays, what it says when there is nothing to show."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.events import AppBlur, AppFocus

from butlr_tui.config.model import Settings, TokenFile
from butlr_tui.journal.entries import Event
from butlr_tui.tui.widgets.client_list import ClientList
from tests.support.driver import NARROW, using
from tests.support.world import HOSTILE_NAMES, Reply, World
from tests.tui.sizes import every_size, roomy_sizes, sizes

SIZES = [(60, 16), (80, 24), (120, 36), (200, 50)]


@every_size
async def test_clients_are_listed_by_name(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """The first thing that an operator sees."""
    async with using(world, size) as user:
        await user.sees("access-audit", "badge-gateway", "6 clients", "1 of 6")
        assert await user.picture() == svg


async def test_the_first_paint_comes_before_any_request(world: World) -> None:
    gate = world.between.hold("GET")
    async with using(world, loaded=False) as user:
        await user.sees("Reading the clients of 127.0.0.1:4010")
        gate.set()
        await user.sees("hvac-sync")
    assert world.between.sent == ["GET /api/v1/client"]


@every_size
async def test_loading(world: World, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    gate = world.between.hold("GET")
    async with using(world, size, loaded=False) as user:
        await user.sees("Reading the clients of 127.0.0.1:4010")
        assert await user.picture() == svg
        gate.set()


async def test_the_client_that_signed_us_in_is_marked(world: World) -> None:
    async with using(world) as user:
        await user.sees("● butlr-tui root you")
        await user.does("down", "down")
        await user.sees("This client signed you in.")


@every_size
async def test_no_clients_yet(world: World, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    world.between.answer("GET", Reply(200, []))
    async with using(world, size) as user:
        await user.sees(
            "No clients yet that 127.0.0.1:4010 lists for client_3", "Press n to create the first."
        )
        await user.sees("It may list others for someone else: l signs in.")
        assert await user.picture() == svg


@every_size
async def test_nothing_matches(world: World, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with using(world, size) as user:
        await user.does("filter")
        await user.types("hvax")
        await user.sees("Nothing matches “hvax”. Esc clears the filter; 6 clients are hidden.")
        assert await user.picture() == svg
        await user.does("clear_filter")
        await user.sees("hvac-sync", "1 of 6")


async def test_the_filter_wants_every_word_in_name_description_or_id(world: World) -> None:
    async with using(world) as user:
        await user.does("filter")
        await user.types("hq PUSHES")
        await user.sees("1 of 1", "hvac-sync")
        await user.does("keep_filter")
        await user.does("sort")  # letters are commands again
        await user.sees("CREATED ↓", "1 of 1")


async def test_what_the_filter_can_not_mean_is_told_until_it_is_mended(world: World) -> None:
    async with using(world) as user:
        await user.does("filter")
        await user.sees("such as hvac -test or age:>1y")
        await user.types("lobby created:2026-1")
        await user.sees_no("such as hvac", "is no date")
        await user.types("3")
        await user.sees("✗ created:2026-13 is no date. A year, a month or a day is", "lobby-display")
        await user.presses("backspace")
        await user.sees_no("is no date")
        await user.types("2 colour:red")
        await user.sees("✗ colour:red: the filter knows name:, desc:, id:, created:, age:,")
        await user.does("clear_filter")
        await user.sees_no("the filter knows")
        await user.sees("6 clients")


async def test_accents_exclusions_and_ages_in_the_filter(world: World) -> None:
    async with using(world) as user:
        await user.does("filter")
        await user.types("zurich age:<1y")
        await user.sees("1 of 1", "zurich-signage")
        await user.presses("ctrl+u")
        await user.types("-lobby age:>1y")
        await user.sees(" of 3", "hvac-sync", "access-audit", "badge-gateway")


async def test_filters_of_the_settings_and_what_was_made_here_are_found_in_the_app(world: World) -> None:
    settings = Settings(Path("config.toml"), filters={"stale": "age:>1y -lobby"})
    async with using(world, settings=settings) as user:
        await user.does("filter")
        await user.types("@stale")
        await user.sees(" of 3", "hvac-sync", "access-audit", "badge-gateway")
        await user.presses("ctrl+u")
        await user.types("made-here:")
        await user.sees("Nothing matches “made-here:”")
        kiosk = world.add("kiosk")
        attempt = world.journal.create(world.profile.base_url, "local", "kiosk", None)
        world.journal.note(attempt, Event.CREATED, client_id=kiosk)
        await user.presses("enter")
        await user.does("refresh")  # as after another butlr-tui of this machine made it
        await user.sees("1 of 1", "kiosk")


async def test_letters_in_the_filter_are_no_commands(world: World) -> None:
    async with using(world) as user:
        await user.does("filter")
        await user.types("qnd")
        await user.sees("Nothing matches “qnd”")
        assert user.is_running


async def test_the_cursor_stays_on_its_client_through_filter_sort_and_refresh(world: World) -> None:
    async with using(world) as user:
        await user.does("filter")
        await user.types("lobby")
        await user.sees("1 of 1")
        await user.does("clear_filter")
        await user.sees("5 of 6")
        assert "lobby-display" in user.line_of_cursor
        await user.does("sort")
        await user.sees("CREATED ↓")
        assert "lobby-display" in user.line_of_cursor
        world.add("aaa-first")
        await user.does("refresh")
        await user.sees("7 clients")
        assert "lobby-display" in user.line_of_cursor


async def test_when_its_client_is_gone_the_cursor_keeps_its_row(world: World) -> None:
    (gone,) = (record.client_id for record in world.service.store.list(world.service.root.client_id)[:1])
    async with using(world) as user:
        await user.does("sort", "last")
        await user.sees("6 of 6")
        world.remove(gone)
        await user.does("refresh")
        await user.sees("5 clients", "5 of 5")


async def test_where_nothing_may_be_created_nobody_is_told_to(world: World) -> None:
    world.between.answer("GET", Reply(200, []))
    async with using(world, start=world.profile._replace(read_only=True)) as user:
        await user.sees("No clients yet that 127.0.0.1:4010 lists for client_3")
        await user.sees_no("Press n")


async def test_a_token_that_names_nobody_is_told_of_no_clients(world: World, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.touch(0o600)
    token.write_text("opaque")
    world.between.answer("GET", Reply(200, []))
    async with using(world, start=world.profile._replace(source=TokenFile(token))) as user:
        await user.sees("No clients yet that 127.0.0.1:4010 lists for this token.")


async def test_it_is_sorted_by_name_then_age_then_id(world: World) -> None:
    async with using(world) as user:
        await user.does("sort", "first")
        await user.sees("CREATED ↓")
        assert "butlr-tui root" in user.line_of_cursor
        await user.does("sort", "first")
        await user.sees("CLIENT ID ↑")
        assert "access-audit" in user.line_of_cursor
        await user.does("sort")
        await user.sees("NAME ↑")


async def test_it_is_sorted_the_other_way_round(world: World) -> None:
    async with using(world) as user:
        await user.does("reverse")
        await user.sees("NAME ↓")
        assert "zurich-signage" in user.line_of_cursor  # it was at the top, and stays there
        await user.does("sort", "reverse")
        await user.sees("CREATED ↑")
        assert "access-audit" in user.line_of_cursor
        await user.does("down", "reverse")
        await user.sees("CREATED ↓")
        assert "badge-gateway" in user.line_of_cursor  # it was on a client, and stays on it


async def test_a_click_on_a_heading_sorts_by_it_and_another_turns_it_round(world: World) -> None:
    async with using(world) as user:
        await user.clicks("CREATED")
        await user.sees("CREATED ↓")
        assert "butlr-tui root" in user.line_of_cursor
        await user.clicks("CREATED")
        await user.sees("CREATED ↑")
        assert "access-audit" in user.line_of_cursor
        await user.clicks("CLIENT ID")
        await user.sees("CLIENT ID ↑")
        await user.clicks("NAME")
        await user.sees("NAME ↑")


async def test_each_profile_keeps_its_order_until_the_next_start(world: World) -> None:
    other = world.profile._replace(name="other")
    async with using(world) as user:
        await user.does("sort", "sort", "reverse")
        await user.sees("CLIENT ID ↓")
        await user.rests()
    async with using(world) as user:
        await user.sees("CLIENT ID ↓", "1 of 6")
        assert "butlr-tui root" in user.line_of_cursor  # the newest id is the highest
    async with using(world, start=other) as user:
        await user.sees("NAME ↑")


async def test_the_keys_reach_both_ends_of_a_long_list(world: World) -> None:
    world.add_many([(f"client-{number:03}", "", 2) for number in range(300)])
    async with using(world, NARROW) as user:
        await user.does("last")
        await user.sees("306 of 306", "zurich-signage")
        await user.does("page_up", "page_up")
        await user.sees_no("zurich-signage")
        await user.does("first")
        await user.sees("1 of 306", "access-audit")
        for _ in range(30):
            await user.does("down")
        await user.sees("31 of 306")
        assert "client-02" in user.line_of_cursor


@roomy_sizes
async def test_hostile_names_are_shown_and_do_nothing(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    for name in HOSTILE_NAMES:
        world.add(name, description=name[:140])
    async with using(world, size) as user:
        await user.sees("[/b]", "[@click=app.quit]x", "␛]52;c;QQ==␇", "<202e>", "中文客户端", "two␊lines␉tab")
        assert await user.picture() == svg


async def test_hostile_names_do_nothing_in_dialogs_either(world: World) -> None:
    for name in HOSTILE_NAMES:
        world.add(name, description=name[:140])
    async with using(world) as user:
        for _ in HOSTILE_NAMES:
            await user.does("open", "down")
            await user.does("delete")
            await user.sees("can't be undone")
            await user.does("cancel_delete")
        assert not any("\x1b" in line or "\u202e" in line for line in user.screen.splitlines())
        assert user.is_running


async def test_opaque_ids_get_no_date(world: World) -> None:
    clients = [{"id": "abc123def456", "name": "legacy", "description": None, "client_id": "other"}]
    world.between.answer("GET", Reply(200, clients))
    async with using(world) as user:
        await user.sees("legacy", "id abc123def456", "client id other")
        await user.sees_no("created")


async def test_in_a_narrow_terminal_the_detail_opens_over_the_list(
    world: World, svg: SnapshotAssertion
) -> None:
    async with using(world, NARROW) as user:
        await user.sees_no("audience")
        await user.does("open")
        await user.sees("audience https://butlrauth/", "Esc back")
        assert await user.picture() == svg
        await user.does("down")
        await user.sees("Matches badge swipes")
        await user.does("back")
        await user.sees_no("audience")


async def test_the_mouse_works(world: World) -> None:
    async with using(world, NARROW) as user:
        await user.clicks("lobby-display")
        await user.sees("5 of 6")
        await user.clicks("lobby-display")
        await user.sees("audience")


async def test_the_wheel_scrolls_and_the_cursor_stays(world: World) -> None:
    world.add_many([(f"client-{number:03}", "", 2) for number in range(300)])
    async with using(world, NARROW) as user:
        await user.sees("access-audit", "1 of 306")
        await user.scrolls("access-audit", 5)
        await user.sees_no("access-audit")
        await user.sees("1 of 306", "NAME ↑")
        await user.scrolls("client-01", -5)
        await user.sees("access-audit")


async def test_a_click_on_the_profile_leads_to_the_others(world: World) -> None:
    async with using(world, profiles=[world.profile, world.profile._replace(name="prod")]) as user:
        await user.clicks("127.0.0.1:4010")
        await user.clicks("▌local▐")
        await user.sees("Go to another service", "prod")


async def test_a_click_on_the_filter_goes_on_with_it(world: World) -> None:
    async with using(world) as user:
        await user.does("filter")
        await user.types("lob")
        await user.does("keep_filter")
        await user.clicks(" / ")
        await user.types("x")
        await user.sees("Nothing matches “lobx”")


@pytest.mark.parametrize("size", SIZES)
async def test_the_filter_has_a_line_only_while_there_is_one(world: World, size: tuple[int, int]) -> None:
    async with using(world, size) as user:

        def second_line_is(beginning: str) -> Callable[[], bool]:
            return lambda: user.screen.splitlines()[1].startswith(beginning)

        await user.waits_for(second_line_is("   NAME ↑"))
        await user.does("filter")
        await user.waits_for(second_line_is(" /"))
        await user.types("lobby")
        await user.does("keep_filter")
        await user.waits_for(second_line_is(" / lobby"))
        await user.does("back")
        await user.waits_for(second_line_is("   NAME ↑"))
        await user.does("filter", "keep_filter")
        await user.waits_for(second_line_is("   NAME ↑"))
        await user.does("down")
        await user.sees("6 of 6")


async def test_a_window_that_loses_the_focus_takes_nothing_from_the_filter(world: World) -> None:
    async with using(world) as user:
        await user.does("filter")
        user.app.post_message(AppBlur())
        await user.waits_for(lambda: user.app.focused is None)
        user.app.post_message(AppFocus())
        await user.waits_for(lambda: user.app.focused is not None)
        await user.types("lobby")
        await user.sees("1 of 1", "/ lobby")


async def test_the_usual_scopes_take_one_sentence(world: World) -> None:
    async with using(world, (200, 50)) as user:
        await user.sees("scopes all 12: read, write and delete of spaces, rooms, sensors, hives")


async def test_columns_come_and_go_by_width(world: World) -> None:
    whole = world.service.root.client_id
    async with using(world, (60, 16)) as user:
        await user.sees(f"butlr-tui root you {whole[:8]}…{whole[-7:]} today")
    async with using(world, (80, 24)) as user:
        await user.sees(f"butlr-tui root you {whole} today")
    async with using(world, (120, 36)) as user:
        await user.sees("badge-gateway client_2")
        await user.sees("client id client_2")
    async with using(world, (200, 50)) as user:
        await user.sees(f"butlr-tui root you {whole} 2026-11-24 today just now Made by the service")


@pytest.mark.parametrize(
    ("size", "header"), [((60, 16), " ▌local▐"), ((80, 24), " butlr  ▌local▐  127.0.0.1:4010")]
)
async def test_the_header_keeps_profile_count_and_who(
    world: World, size: tuple[int, int], header: str
) -> None:
    async with using(world, size) as user:
        first = user.screen.splitlines()[0]
        assert first.startswith(header)
        assert re.search(r"client_3\S+  ·  6 clients, read at 12:04 $", first)


async def test_in_a_header_without_room_for_the_time_the_count_stays(world: World) -> None:
    profile = world.profile._replace(label="a label of thirty characters ..")
    async with using(world, (60, 16), start=profile, loaded=False) as user:
        await user.sees("▌a label of thirty characters ..▐", "6 clients")


async def test_an_id_too_long_for_its_field_has_a_line_of_its_own(world: World) -> None:
    whole = world.service.root.client_id
    async with using(world, (100, 36)) as user:
        await user.does("down", "down")
        await user.sees("This client signed you in.")
        assert any(line.rstrip().endswith(f"  {whole}") for line in user.screen.splitlines())


async def test_beside_the_list_the_detail_is_open_already(world: World) -> None:
    async with using(world) as user:
        await user.does("filter")
        await user.types("lobby")
        await user.does("keep_filter", "open", "back")  # Enter opened nothing, so Esc clears the filter
        await user.sees("of 6")
        await user.resizes(NARROW)
        await user.sees_no("audience")


async def test_a_terminal_that_was_too_small_goes_on_where_it_was(world: World) -> None:
    async with using(world, NARROW) as user:
        await user.does("filter")
        await user.types("lob")
        await user.resizes((59, 15))
        await user.sees("butlr-tui needs at least 60 × 16 characters.")
        await user.sees_no("lobby-display")
        await user.resizes((60, 16))
        await user.types("by")
        await user.sees("/ lobby", "1 of 1")


async def test_an_id_that_could_not_be_copied_can_be_marked(world: World) -> None:
    async with using(world, environment={"TERM": "linux"}) as user:
        await user.does("copy_id")
        await user.sees(
            "This terminal can't take a copy (TERM=linux). The detail shows it whole: mark it there"
        )
        await user.sees_no("Reveal")


async def test_the_whole_client_id_is_copied(world: World) -> None:
    async with using(world) as user:
        whole = world.service.store.list(world.service.root.client_id)[0].client_id
        await user.does("copy_id")
        await user.sees("Sent to your terminal; many terminals ignore this: paste to check")
        assert base64.b64encode(whole.encode()).decode() in "".join(user.received)


@sizes("smallest", "wide")
async def test_the_palette_is_a_dialog_like_the_others(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(world, size, loaded=False) as user:
        await user.sees("access-audit")
        await user.does("palette")
        await user.sees("Commands", "Make a new client (n)", "Enter go on Esc go back")
        assert await user.picture() == svg


async def test_the_palette_runs_a_command_of_the_table(world: World) -> None:
    async with using(world) as user:
        await user.does("palette")
        await user.sees("Read the list again")
        await user.types("sort")
        await user.sees_no("Read the list again")
        await user.presses("enter")
        await user.sees("CREATED ↓")


async def test_a_terminal_that_is_too_small_is_told(world: World, svg: SnapshotAssertion) -> None:
    async with using(world, (59, 15), loaded=False) as user:
        await user.sees("butlr-tui needs at least 60 × 16 characters.")
        assert await user.picture() == svg
        await user.resizes((60, 16))
        await user.sees("hvac-sync")


async def test_ctrl_q_and_ctrl_c_do_not_quit(world: World) -> None:
    async with using(world) as user:
        await user.presses("ctrl+q", "ctrl+c")
        assert user.is_running
        await user.does("quit")
        await user.waits_for(lambda: not user.is_running)


@pytest.mark.parametrize(
    ("environment", "level"),
    [
        ({}, "full"),
        ({"SSH_TTY": "/dev/pts/1"}, "none"),
        ({"SSH_CONNECTION": "::1 1 ::1 22"}, "none"),
        ({"SSH_TTY": "/dev/pts/1", "TEXTUAL_ANIMATIONS": "full"}, "full"),
    ],
)
async def test_nothing_is_animated_over_ssh(world: World, environment: dict[str, str], level: str) -> None:
    async with using(world, environment=environment, loaded=False) as user:
        assert user.app.animation_level == level


async def test_a_long_list_shows_its_end(world: World) -> None:
    world.between.answer(
        "GET", Reply(200, [{"id": f"id {number:06}", "name": f"n{number:06}"} for number in range(100_000)])
    )
    async with using(world) as user:
        await user.sees("1 of 100,000", "100,000 clients")
        bar = user.app.screen.query_one(ClientList).vertical_scrollbar
        assert (bar.position, bar.window_virtual_size) == (0, 100_001)  # the heading is a line of it
        await user.does("last")
        await user.sees("100,000 of 100,000", "n099999")
        assert bar.position == bar.window_virtual_size - bar.window_size
        await user.does("filter")
        await user.types("n01234")
        await user.sees("of 10", "n012340", "n012349")
        await user.does("clear_filter")
        await user.sees("of 100,000")


@every_size
async def test_what_matches_is_marked(world: World, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    """Underlined, in the row of the cursor too: not by a colour alone."""
    async with using(world, size) as user:
        await user.does("filter")
        await user.types("AY")
        await user.sees("1 of 3", "zurich-signage")  # by its description
        await user.does("keep_filter")
        assert await user.picture() == svg
