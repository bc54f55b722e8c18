"""A new client, up to the moment when its secret is there."""

from pathlib import Path

import httpx
import pytest
from syrupy.assertion import SnapshotAssertion

from tests.support.driver import NARROW, User, using
from tests.support.programs import names_in, near_ssh
from tests.support.world import Reply, World
from tests.tui.sizes import every_size, roomy_sizes, sizes

pytestmark = pytest.mark.slow


async def fill_in(user: User, name: str, description: str = "") -> None:
    """Open the form and type."""
    await user.does("new")
    await user.sees("New client on local")
    await user.types(name)
    if description:
        await user.presses("tab")
        await user.types(description)


@roomy_sizes
async def test_the_form(world: World, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with using(world, size) as user:
        await fill_in(user, "hvac-sync", "Pushes occupancy to HQ")
        await user.sees(
            "A client with this name exists (1 year old). Names may repeat; you will tell them apart by id.",
            "22/140",
            "Every client may read, write and delete spaces, rooms, sensors and hives.",
            "Its secret goes to",
            "◉ clipboard sent to your terminal; it may ignore it",
            "○ file new, for you alone; or ssh:HOST:PATH",
        )
        assert await user.picture() == svg


async def test_with_keys_only_it_is_created_and_the_cursor_is_on_it(world: World) -> None:
    async with using(world) as user:
        await fill_in(user, "visitor-kiosk", "Front desk")
        await user.does("create")  # from the description
        await user.sees("“visitor-kiosk” is created: store its secret now", "7 clients")
        assert "visitor-kiosk" in user.line_of_cursor
    assert "visitor-kiosk" in world.names()
    assert world.between.sent == ["GET /api/v1/client", "POST /api/v1/client", "GET /api/v1/client"]


async def test_a_name_that_the_service_would_refuse_is_not_sent(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.does("create")
        await user.sees("✗ Client name is required.")
        await user.types("a<b")
        await user.does("create")
        await user.sees("✗ Client name must not contain < or >.")
    assert world.posts == 0


async def test_a_description_that_is_too_long_is_not_sent(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.types("x")
        await user.presses("tab")
        await user.pastes("d" * 141)
        await user.sees("141/140", "✗ Client description must be at most 140 characters.")
        await user.does("create")
        await user.presses("backspace")
        await user.sees("140/140")
        await user.does("create")
        await user.sees("is created")
    assert world.posts == 1


@every_size
async def test_while_it_runs_the_form_is_locked_and_says_so(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    gate = world.between.hold("POST")
    async with using(world, size) as user:
        await fill_in(user, "new-one")
        await user.submits()
        await user.does("create", "create")
        await user.sees("Creating…", "sent; waiting for the answer")
        assert await user.picture() == svg
        await user.does("cancel_create")
        await user.sees("It is on its way and can't be called back. Wait for the answer.")
        gate.set()
        await user.sees("is created")
    assert world.posts == 1


async def test_enter_pressed_twice_sends_one_create(world: World) -> None:
    async with using(world) as user:
        await fill_in(user, "new-one")
        await user.submits()
        await user.presses("enter", "enter", "enter")
        await user.sees("is created")
        await user.sees("It is shown this once.")
    assert world.posts == 1
    assert world.names().count("new-one") == 1


async def test_esc_leaves_an_empty_form_at_once(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.sees("New client on local")
        await user.does("cancel_create")
        await user.sees_no("New client on local")


@every_size
async def test_esc_asks_where_something_was_typed(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(world, size) as user:
        await fill_in(user, "half")
        await user.does("cancel_create")
        await user.sees("What you typed is lost; nothing was created.")
        assert await user.picture() == svg
        await user.does("answer")  # the focus is on going back
        await user.sees_no("Leave the form?")
        await user.sees("half")
        await user.does("cancel_create")
        await user.sees("Leave the form?")
        await user.presses("tab")
        await user.does("answer")
        await user.sees_no("New client on local")


async def test_an_error_keeps_the_form(world: World) -> None:
    world.between.answer("POST", httpx.ConnectError("refused"))
    async with using(world, NARROW) as user:
        await fill_in(user, "patient", "Typed once")
        await user.does("create")
        await user.sees("Nothing was created; Enter tries again.", "patient", "Typed once")
        await user.does("create")
        await user.sees("“patient” is created")
    assert world.posts == 2
    assert world.names().count("patient") == 1


async def test_hostile_names_can_be_pasted_and_are_created_as_they_are(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.pastes("[/b]中文🏢")
        await user.submits()
        await user.sees("“[/b]中文🏢” is created")
    assert "[/b]中文🏢" in world.names()


@every_size
async def test_a_201_without_a_secret_says_so_and_points_at_the_client(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    client_id = world.add("silent")
    body = {"name": "silent", "description": "", "client_id": client_id}
    world.between.answer("POST", Reply(201, body))
    async with using(world, size) as user:
        await fill_in(user, "silent")
        await user.submits()
        await user.sees(
            f"{client_id} exists, but the service sent no secret, and it can't be had any more. d deletes it; "
            "then create again (n)."
        )
        await user.waits_for(lambda: "silent" in user.line_of_cursor)
        assert await user.picture() == svg


async def test_no_clear_answer_looks_and_finds_the_client(world: World) -> None:
    async with using(world) as user:
        await fill_in(user, "maybe")
        client_id = world.add("maybe")
        world.between.answer("POST", Reply(504, {"message": "Gateway Timeout"}))
        await user.submits()
        await user.sees(f"{client_id} is new and probably this one; its secret did not arrive")
        assert "maybe" in user.line_of_cursor
        await user.does("new")  # what was typed is still there
        await user.sees("New client on local", "maybe")
    assert world.posts == 1


@every_size
async def test_no_clear_answer_and_nothing_new(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    world.between.answer("POST", httpx.ReadTimeout("gone"))
    async with using(world, size) as user:
        await fill_in(user, "maybe")
        await user.submits()
        await user.sees(
            "No clear answer came back, so “maybe” may or may not exist. Looked at 0, 1, 3 and 10 s: not seen "
            "yet. Ctrl+R looks again; creating it now could make a second one."
        )
        assert await user.picture() == svg
        world.add("maybe")
        await user.does("look")
        await user.sees("is new and probably this one")
    assert world.posts == 1


async def test_several_new_ones_of_that_name_are_left_to_the_operator(world: World) -> None:
    async with using(world) as user:
        await fill_in(user, "twin")
        world.add("twin")
        world.add("twin")
        world.between.answer("POST", Reply(500, {"message": "Internal server error"}))
        await user.submits()
        await user.sees("2 clients named “twin” are new in the list")


@every_size
async def test_a_create_that_failed_by_the_services_own_word(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    world.between.answer("POST", Reply(500, {"code": "CLIENT_CREATE_FAILED", "message": "no"}))
    async with using(world, size) as user:
        await fill_in(user, "unlucky")
        await user.submits()
        await user.sees(
            "The service could not create “unlucky”. Looked at 0, 1, 3 and 10 s to be sure: it is not there. "
            "Enter tries again."
        )
        assert await user.picture() == svg


@every_size
@pytest.mark.parametrize("code", ["CLIENT_GRANT_CREATE_FAILED", "CLIENT_UPDATE_FAILED"])
async def test_a_client_that_may_be_without_rights(
    world: World, svg: SnapshotAssertion, code: str, size: tuple[int, int]
) -> None:
    async with using(world, size) as user:
        await fill_in(user, "rightless")
        client_id = world.add("rightless")
        world.between.answer("POST", Reply(500, {"code": code, "message": "no"}))
        await user.submits()
        await user.sees(f"{client_id} is new", "delete it (d), then create again (n)")
        assert await user.picture() == svg


@every_size
async def test_what_the_service_refuses(world: World, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    refusal = {"code": "INVALID_REQUEST", "message": "client name is required"}
    world.between.answer("POST", Reply(400, refusal))
    async with using(world, size) as user:
        await fill_in(user, "odd")
        await user.submits()
        await user.sees("The service refused this: client name is required. Nothing was created.")
        assert await user.picture() == svg


# From field to field


async def test_enter_in_the_name_goes_on_and_the_foot_says_what_enter_does(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.sees("Enter next")
        await user.types("kiosk")
        await user.does("create")
        await user.sees("Enter create")
        await user.types("Front desk")
        await user.sees("Description Front desk")
        assert world.posts == 0
        await user.does("field_above")
        await user.sees("Enter next")
        await user.does("field_below", "field_below")  # the options
        await user.sees("Enter create")
        await user.does("create")
        await user.sees("“kiosk” is created")
    assert world.posts == 1


async def test_the_arrows_go_through_fields_and_options_and_back(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.types("a")
        await user.does("field_below")
        await user.types("b")
        await user.does("field_below", "field_below")
        await user.sees("◉ file", "~/a.env")
        await user.does("field_below")
        await user.types("c")
        await user.does("field_below")  # there is nothing below the path
        await user.types("d")
        await user.sees("cd __")
        await user.does("field_above", "field_above")
        await user.sees("◉ clipboard")
        await user.does("field_above", "field_above", "field_above")
        await user.types("z")
        await user.sees("Name az", "Description b")


async def test_fields_can_be_seen_while_they_are_empty(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.sees("New client on local")
        name, description = (
            next(line for line in user.screen.splitlines() if label in line) for label in ("│ Name", "│ Desc")
        )
        assert "_" * 50 in name
        assert "_" * 50 in description


# Where the secret goes


async def test_a_suggested_path_is_right_below_its_option_and_free(world: World) -> None:
    (Path.home() / "kiosk.env").touch()
    (Path.home() / "kiosk-2.env").symlink_to("nowhere")
    async with using(world) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.does("field_below", "field_below", "field_below")
        await user.sees("~/kiosk-3.env")
        lines = user.screen.splitlines()
        option = next(number for number, line in enumerate(lines) if "◉ file" in line)
        assert "~/kiosk-3.env" in lines[option + 1]
        await user.does("create")
        await user.sees("saved to ~/kiosk-3.env")


async def test_the_first_letter_typed_replaces_a_suggested_path(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.does("field_below", "field_below", "field_below")
        await user.sees("~/kiosk.env")
        await user.does("field_below")
        await user.types("~/mine.env")
        await user.sees(" ~/mine.env")
        await user.sees_no("kiosk.env")
        await user.presses("home", "delete", "delete")
        await user.types("~/not-")
        await user.sees("~/not-mine.env")


async def test_a_suggested_path_that_is_gone_to_the_end_of_is_taken(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.does("field_below", "field_below", "field_below", "field_below")
        await user.sees("~/kiosk.env")
        await user.presses("end")
        await user.types(".old")
        await user.sees("~/kiosk.env.old")
        await user.presses("backspace")
        await user.sees_no("env.old")


async def test_in_a_low_terminal_too_the_arrows_go_through_the_fields(world: World) -> None:
    async with using(world, (60, 12), loaded=False) as user:
        await user.sees("needs at least")
        await user.waits_for(lambda: world.between.sent != [])
        await user.rests()
        await user.does("new")
        await user.types("hvac-sync")  # which takes lines to say that it exists
        await user.does("field_below")
        await user.types("x")
        await user.sees("hvac-sync_", "1/140")


async def test_only_what_has_the_focus_looks_as_if_it_had(world: World) -> None:
    async with using(world) as user:

        def is_lit(option: str) -> bool:
            return any(
                segment.text.strip() == option and segment.style is not None and segment.style.reverse
                for line in user.lines
                for segment in line
            )

        await user.does("new")
        await user.types("kiosk")
        await user.does("field_below", "field_below", "field_below")
        await user.waits_for(lambda: is_lit("file"))
        await user.does("field_below")
        await user.waits_for(lambda: not is_lit("file"))


async def test_a_path_that_was_typed_does_not_follow_the_name_any_more(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.does("field_below", "field_below", "field_below")
        await user.sees("~/kiosk.env")
        await user.does("field_above", "field_above", "field_above")
        await user.types("s")
        await user.does("field_below", "field_below", "field_below")
        await user.sees("~/kiosks.env")
        await user.does("field_below")
        await user.types("x")
        await user.does("field_above", "field_above", "field_above", "field_above")
        await user.types("y")
        await user.sees("Name kiosksy")
        await user.does("field_below", "field_below", "field_below")
        await user.sees(" x____")


@every_size
async def test_a_path_that_is_wrong_gets_the_focus(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(world, size) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.does("field_below", "field_below", "field_below", "field_below")
        await user.types("~/not-there/kiosk.env")
        await user.does("field_above", "field_above")
        await user.does("field_below", "create")
        await user.sees("The folder ~/not-there does not exist", "Nothing was created; Enter tries again.")
        assert await user.picture() == svg
        await user.presses("ctrl+u")
        await user.types("~/kiosk.env")
        await user.sees_no("does not exist")
        await user.does("create")
        await user.sees("saved to ~/kiosk.env")
    assert world.posts == 1


async def test_a_name_that_the_service_refuses_gets_the_focus(world: World) -> None:
    refusal = {"code": "INVALID_REQUEST", "message": "client name is odd"}
    world.between.answer("POST", Reply(400, refusal))
    async with using(world) as user:
        await fill_in(user, "odd", "kept")
        await user.does("create")
        await user.sees("The service refused this: client name is odd.", "Enter next")
        await user.types("er")
        await user.sees("Name odder", "Description kept")


async def test_what_the_settings_name_is_chosen_at_first(world: World) -> None:
    world.profile = world.profile._replace(default_destination="file:~/{name}.json")
    async with using(world) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.sees("○ clipboard", "◉ file", "~/kiosk.json")


async def test_the_next_one_goes_where_the_last_one_was_stored(world: World) -> None:
    (Path.home() / "secrets").mkdir()
    async with using(world) as user:
        await user.does("new")
        await user.types("first")
        await user.sees("◉ clipboard")
        await user.does("field_below", "field_below", "field_below", "field_below")
        await user.types("~/secrets/first.json")
        await user.does("create")
        await user.sees("saved to ~/secrets/first.json")
        await user.does("close_secret")
        await user.sees("✓ “first” is created")
        await user.does("new")
        await user.types("second")
        await user.sees("◉ file", "~/secrets/second.json")


@sizes("smallest", "wide")
async def test_space_takes_it_to_a_second_place_too(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(world, size) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.does("field_below", "field_below", "here_too")
        await user.sees("✓ clipboard", "Space here too")
        await user.does("field_below")
        await user.sees("✓ clipboard", "◉ file", "~/kiosk.env")
        assert await user.picture() == svg
        await user.does("create")
        await user.sees("→ secret at", "✓ .env at", "saved to ~/kiosk.env")
    assert (Path.home() / "kiosk.env").exists()
    (entry,) = world.journal.entries()
    assert entry.deliveries == ("sent to a clipboard (osc52)",)
    assert not entry.is_open


async def test_a_mark_can_be_taken_away_again(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.does("field_below", "field_below", "field_below", "here_too", "field_above")
        await user.sees("◉ clipboard", "✓ file", "~/kiosk.env")
        await user.does("field_below", "here_too", "field_above")
        await user.sees("◉ clipboard", "○ file")
        await user.sees_no("~/kiosk.env")
        await user.does("create")
        await user.sees("→ secret at")
    assert not (Path.home() / "kiosk.env").exists()


async def test_a_space_in_a_field_is_a_space(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.types("lobby kiosk")
        await user.sees("Name lobby kiosk")


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home on another machine; `ssh` is a shell that goes there once it may."""
    search, home = near_ssh(tmp_path, 'while [ -e "$home/busy" ]; do sleep 0.02; done')
    monkeypatch.setenv("PATH", search)
    return home


async def test_what_is_put_on_another_machine_is_told_so(world: World, far: Path) -> None:
    world.profile = world.profile._replace(default_destination="ssh:web1:{name}.env")
    async with using(world) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.sees("◉ file", "ssh:web1:kiosk.env")
        await user.does("field_below", "create")
        await user.sees("✓ .env at 12:04: put on web1:kiosk.env (only its owner there can read it)")
        await user.does("close_secret")
        await user.sees("✓ “kiosk” is created; its secret is put on web1:kiosk.env")
    assert names_in(far) == ["kiosk.env"]


async def test_a_look_at_another_machine_is_broken_off_with_esc(world: World, far: Path) -> None:
    """Nothing is sent by then, and the form does not say that it is."""
    (far / "busy").touch()
    world.profile = world.profile._replace(default_destination="ssh:web1:{name}.env")
    async with using(world) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.does("field_below", "create")
        await user.sees("Looking whether it can go to web1:kiosk.env…", "Esc cancel")
        await user.sees_no("sent; waiting")
        await user.does("cancel_create")
        await user.sees("✗ Whether it can go to web1:kiosk.env is not known. Nothing was created;")
        (far / "busy").unlink()
        await user.does("create")
        await user.sees("put on web1:kiosk.env")
    assert world.posts == 1
