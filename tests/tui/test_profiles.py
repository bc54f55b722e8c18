"""Several services: signing in, going from one to another, and what may be done where."""

import base64
import gc
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from butlr_tui.config.builtin import embedded
from butlr_tui.config.model import Problem, Profile, Prompt, Settings, TokenFile
from butlr_tui.tui.commands import Place, at
from tests.support.driver import User, using
from tests.support.world import Reply, World
from tests.tui.sizes import every_size, roomy_sizes

pytestmark = pytest.mark.slow


def asking(world: World, tmp_path: Path) -> Profile:
    """A profile of the same service that has nobody's credentials."""
    return world.profile._replace(name="asks", source=Prompt(tmp_path / "kept" / "asks.json"))


def production(world: World) -> Profile:
    """The same service, looking like production."""
    return world.profile._replace(name="prod", label="PRODUCTION", colour="red", read_only=True)


async def types_the_root_pair(user: User, world: World) -> None:
    await user.types(world.service.root.client_id)
    await user.presses("tab")
    await user.types(world.service.root.client_secret.get_secret_value())


@every_size
async def test_a_profile_that_asks_opens_the_sign_in_at_once(
    world: World, svg: SnapshotAssertion, size: tuple[int, int], tmp_path: Path
) -> None:
    profile = asking(world, tmp_path)._replace(source=Prompt(Path("/home/ops/.local/share/asks.json")))
    async with using(world, size, start=profile, loaded=False) as user:
        await user.sees("Sign in to asks", "this profile asks for its credentials")
        assert await user.picture() == svg
        await types_the_root_pair(user, world)
        await user.does("sign_in_now")
        await user.sees("✓ Signed in.", "hvac-sync", "6 clients")


async def test_where_nobody_has_signed_in_the_list_names_the_key_that_does(
    world: World, tmp_path: Path
) -> None:
    async with using(world, start=asking(world, tmp_path), loaded=False) as user:
        await user.sees("Sign in to asks")
        await user.does("cancel_sign_in")
        await user.sees("✗ Nobody has signed in: this profile asks for its credentials. l signs in.")


async def test_what_was_typed_is_stored_only_where_the_operator_asks_for_it(
    world: World, tmp_path: Path
) -> None:
    profile = asking(world, tmp_path)
    async with using(world, start=profile, loaded=False) as user:
        await user.sees("Sign in to asks")
        await types_the_root_pair(user, world)
        await user.presses("tab", "down")
        await user.sees("◉ keep it in a file")
        await user.does("sign_in_now")
        await user.sees("✓ Signed in; saved to", "6 clients")
    kept = tmp_path / "kept" / "asks.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    async with using(world, start=profile) as user:  # and the next start asks nothing
        await user.sees("6 clients")


async def test_credentials_that_are_refused_leave_the_form(world: World, tmp_path: Path) -> None:
    async with using(world, start=asking(world, tmp_path), loaded=False) as user:
        await user.sees("Sign in to asks")
        await user.types("client_nobody")
        await user.presses("tab")
        await user.types("canary-secret")
        await user.does("sign_in_now")
        await user.sees("✗ 127.0.0.1:4010 does not accept this client id and secret", "client_nobody")
        assert "canary-secret" not in user.screen


async def test_the_secret_field_gives_nothing_back(world: World, tmp_path: Path) -> None:
    async with using(world, start=asking(world, tmp_path), loaded=False) as user:
        await user.sees("Sign in to asks")
        await user.presses("tab")
        await user.types("canary")
        await user.presses("ctrl+shift+a", "ctrl+c", "ctrl+x")
        assert user.app.clipboard == ""
        await user.sees("••••••")


async def test_a_pasted_token_signs_in(world: World, tmp_path: Path) -> None:
    session = world.connect(world.profile)
    token = (await session.token()).get_secret_value()
    await session.aclose()
    async with using(world, start=asking(world, tmp_path), loaded=False) as user:
        await user.sees("Sign in to asks")
        await user.presses("shift+tab", "down", "down")
        await user.sees("◉ token")
        await user.presses("tab")
        await user.pastes(token)
        await user.does("sign_in_now")
        await user.sees("6 clients")


async def test_garbage_in_the_sign_in_costs_nothing_and_the_profile_s_own_credentials_come_back(
    world: World,
) -> None:
    async with using(world) as user:
        await user.does("sign_in")
        await user.sees("Sign in to local")
        await user.sees_no("the profile's own")
        await user.presses("shift+tab", "down", "down", "tab")
        await user.pastes("garbage")
        await user.does("sign_in_now")
        await user.sees("✗ 127.0.0.1:4010 does not accept this token")
        await user.does("cancel_sign_in", "refresh")
        await user.sees("6 clients, read at 12:04")

        await user.does("sign_in")
        await types_the_root_pair(user, world)
        await user.does("sign_in_now")
        await user.sees("✓ Signed in.")
        await user.does("sign_in")
        await user.sees("○ the profile's own the credentials in")
        await user.presses("shift+tab", "down", "down", "down")
        await user.sees("◉ the profile's own")
        await user.sees_no("Client id", "Secret", "Token", "keep it in")
        await user.does("sign_in_now")
        await user.sees("✓ Signed in with the profile's own credentials.", "6 clients")


async def test_a_token_that_ends_while_the_form_is_open_costs_nothing_that_was_typed(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.types("patient")
        world.between.answer("POST", Reply(401, {"message": "invalid or expired jwt"}))
        await user.submits()
        await user.sees("Nothing was created", "patient")
        await user.does("create")
        await user.sees("“patient” is created")
    assert world.names().count("patient") == 1


@roomy_sizes
async def test_production_is_told_at_a_glance(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(world, size, start=production(world)) as user:
        await user.sees("▌PRODUCTION▐ read-only")
        assert await user.picture() == svg


@pytest.mark.parametrize("dangerous", [command.id for command in at(Place.MAIN) if command.dangerous])
async def test_read_only_disables_each_dangerous_command_of_the_table(world: World, dangerous: str) -> None:
    async with using(world, start=production(world)) as user:
        await user.does(dangerous)
        await user.sees("Profile PRODUCTION is read-only: nothing is created or deleted from here.")
        assert len(user.app.screen_stack) == 1
    assert not [request for request in world.between.sent if not request.startswith("GET")]


@every_size
async def test_each_profile_keeps_its_filter_and_cursor(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(world, size, profiles=[world.profile, production(world)]) as user:
        await user.does("filter")
        await user.types("lobby")
        await user.does("keep_filter")
        await user.sees("1 of 1")
        await user.does("profiles")
        await user.sees("Go to another service", "PRODUCTION 127.0.0.1:4010, read-only")
        assert await user.picture() == svg
        await user.presses("down")
        await user.does("answer")
        await user.sees("▌PRODUCTION▐", "1 of 6")
        await user.does("profiles")
        await user.sees("Go to another service")
        await user.presses("up")
        await user.does("answer")
        await user.sees("▌local▐", "1 of 1", "lobby-display")


@every_size
async def test_the_first_start_leads_to_a_list_in_one_input(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(
        world, size, start="No service is named.", profiles=[world.profile], loaded=False
    ) as user:
        await user.sees("◉ local", "○ butlr", "api.butlr.io", "○ another address")
        await user.resizes((59, 16))
        await user.sees("butlr-tui needs at least 60 × 16 characters.")
        await user.resizes(size)
        assert await user.picture() == svg
        await user.does("choose_service")
        await user.sees("6 clients", "hvac-sync")


async def test_another_address_is_asked_for_and_checked(world: World) -> None:
    async with using(world, start="No service is named.", profiles=[world.profile], loaded=False) as user:
        await user.presses("end", "down", "down")
        await user.does("choose_service")
        await user.sees("The base URL of the service")
        await user.presses("ctrl+u")
        await user.types("http://example.com")
        await user.does("answer")
        await user.sees("✗")
        await user.presses("ctrl+u")
        await user.types("http://127.0.0.1:4010")
        await user.does("answer")
        await user.sees("Keep this address?")
        await user.does("answer")
        await user.sees("Sign in to other")
        await types_the_root_pair(user, world)
        await user.does("sign_in_now")
        await user.sees("6 clients")


async def test_what_is_wrong_in_the_settings_is_told_and_the_app_starts(world: World) -> None:
    path = Path("config.toml")
    settings = Settings(path, exists=True, problems=(Problem(path, 3, "“colur” is not known."),))
    async with using(world, settings=settings) as user:
        await user.sees("! config.toml:3: “colur” is not known.", "6 clients")


async def test_a_token_that_is_no_longer_accepted_asks_to_sign_in_and_keeps_everything(world: World) -> None:
    async with using(world) as user:
        await user.does("down")
        refused = Reply(401, {"message": "invalid or expired jwt"})
        world.between.answer("GET", refused, refused)
        await user.does("refresh")
        await user.sees("Sign in to local", "hvac-sync")
        await types_the_root_pair(user, world)
        await user.does("sign_in_now")
        await user.sees("✓ Signed in.", "6 clients, read at 12:04")
        assert "badge-gateway" in user.line_of_cursor


async def test_a_token_that_ends_while_a_form_is_open_asks_over_the_form(
    world: World, tmp_path: Path
) -> None:
    session = world.connect(world.profile)
    token = tmp_path / "token"
    token.touch(0o600)
    token.write_text((await session.token()).get_secret_value())
    await session.aclose()
    async with using(world, start=world.profile._replace(source=TokenFile(token))) as user:
        await user.does("new")
        await user.types("patient")
        world.between.answer("POST", Reply(401, {"message": "invalid or expired jwt"}))
        await user.submits()
        await user.sees("Sign in to local")
        await types_the_root_pair(user, world)
        await user.does("sign_in_now")
        await user.sees("✓ Signed in. Enter creates the client.", "patient")
        await user.does("create")
        await user.sees("“patient” is created")


async def test_a_token_that_ends_soon_is_told(world: World, tmp_path: Path) -> None:
    ending = datetime.now(UTC) + timedelta(minutes=4)
    claims = {"client_id": "client_me", "exp": int(ending.timestamp())}
    token = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "none"}, claims, {})
    )
    file = tmp_path / "token"
    file.touch(0o600)
    file.write_text(token)
    world.between.answer("GET", Reply(200, []))
    async with using(world, start=world.profile._replace(source=TokenFile(file))) as user:
        await user.sees("client_me · token ends at 12:0", "l signs in")


async def test_a_token_without_a_client_id_is_explained_before_the_service_does(
    world: World, tmp_path: Path
) -> None:
    claims = {"azp": "client_me", "iss": "somebody"}
    token = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "none"}, claims, {})
    )
    file = tmp_path / "token"
    file.touch(0o600)
    file.write_text(token)
    world.between.answer("GET", Reply(401, {"message": "token is valid but missing client_id"}))
    async with using(world, start=world.profile._replace(source=TokenFile(file)), loaded=False) as user:
        await user.sees("names its holder in azp", "l signs in with client credentials")


async def test_another_service_is_three_keys_away(world: World) -> None:
    async with using(world, profiles=[world.profile, production(world)]) as user:
        await user.does("profiles")
        await user.presses("p")
        await user.does("answer")
        await user.sees("▌PRODUCTION▐", "1 of 6")


async def test_a_letter_goes_to_the_next_profile_that_begins_with_it(world: World) -> None:
    preview = world.profile._replace(name="preview")
    async with using(world, profiles=[world.profile, production(world), preview]) as user:
        await user.does("profiles")
        for chosen in ("◉ PRODUCTION", "◉ preview", "◉ PRODUCTION"):
            await user.presses("p")
            await user.sees(chosen)
        await user.presses("k")
        await user.sees("◉ local")


async def test_what_is_to_be_known_of_the_chosen_service_is_told(world: World) -> None:
    async with using(world, profiles=[world.profile, production(world)]) as user:
        await user.does("profiles")
        await user.sees("The service on this machine, which `butlr-tui serve` starts")
        await user.presses("p")
        await user.sees("Nothing is created or deleted from there.")


async def test_what_is_left_for_another_service_is_not_kept_from_the_collector(world: World) -> None:
    async with using(world, profiles=[world.profile, production(world)]) as user:
        await user.does("new", "cancel_create")  # what a start leaves for later has been imported
        kept = gc.get_freeze_count()
        await user.does("profiles", "down", "apply")
        await user.sees("PRODUCTION", "6 clients")
        await user.does("refresh")
        await user.sees("6 clients, read at 12:04")
        assert gc.get_freeze_count() <= kept


async def test_from_a_list_too_another_address_can_be_gone_to(world: World) -> None:
    async with using(world) as user:
        await user.does("profiles")
        await user.presses("a")
        await user.does("answer")
        await user.sees("The base URL of the service")
        await user.presses("ctrl+u")
        await user.types("http://localhost:4010")
        await user.does("answer")
        await user.sees("Keep this address?")
        await user.does("answer")
        await user.sees("▌other▐ localhost:4010", "Sign in to other")


async def test_more_profiles_than_have_room_scroll(world: World) -> None:
    many = [world.profile._replace(name=f"site-{number:02}") for number in range(30)]
    async with using(world, (60, 16), profiles=many) as user:
        await user.does("profiles")
        await user.sees("Go to another service", "◉ local", "Enter go on")
        await user.presses("s")
        await user.sees("◉ site-00", "Enter go on")
        for _ in range(15):
            await user.presses("down")
        await user.sees("◉ site-15", "Enter go on")


@pytest.mark.parametrize("size", [(60, 16), (200, 50)], ids=["smallest", "largest"])
async def test_the_first_start_has_all_in_view(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    demo = embedded(Path("/data/demo"))
    async with using(
        world, size, start="No service is named.", profiles=[demo, world.profile], loaded=False
    ) as user:
        await user.sees("Which one is it to be?", "nothing leaves this machine", "another address", "q quit")
        assert await user.picture() == svg
        await user.presses("a")
        await user.sees("You are asked for its address, then to sign in.", "q quit")
        await user.presses("ctrl+c")
        await user.sees("q quits.")
        await user.does("quit_first_run")
        await user.waits_for(lambda: not user.is_running)
