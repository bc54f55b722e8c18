"""Where the secret of the next client goes unless the operator says otherwise, and which file is suggested."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from butlr_tui.delivery.formats import Format
from butlr_tui.flows.context import FlowContext
from butlr_tui.flows.create import Draft, FilledForm, NewClientForm, create
from butlr_tui.flows.destinations import (
    file_destination,
    first_destination,
    named_file,
    remember_destination,
    suggested_path,
)
from butlr_tui.flows.hand_over import Close
from butlr_tui.operations.destinations import ToCommand
from butlr_tui.operations.remembered import remembered
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.flows.scripted import After, ScriptedHost, as_host
from tests.support.world import World

VAULT = DeliveryCommand("vault", ("sh", "-c", "cat > /dev/null"))


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    yield tmp_path


@pytest.mark.parametrize(
    ("stored_in", "next_one"),
    [
        ("~/kiosk.env", "file:~/{name}.env"),
        ("~/secrets/kiosk.json", "file:~/secrets/{name}.json"),
        ("/srv/no-ending", "file:/srv/{name}.env"),
        ("~/{name}/{client_id}.env", "file:~/{name}/{client_id}.env"),
        ("ssh:web1:etc/kiosk.json", "ssh:web1:etc/{name}.json"),
    ],
)
async def test_the_next_one_goes_to_the_folder_of_the_last(
    context: FlowContext, stored_in: str, next_one: str
) -> None:
    assert await first_destination(context.profile) == "clipboard"
    await remember_destination(context.profile, file_destination(stored_in))
    assert await first_destination(context.profile) == next_one
    assert await first_destination(context.profile._replace(name="another")) == "clipboard"


async def test_a_path_from_here_is_remembered_from_the_root(context: FlowContext, elsewhere: Path) -> None:
    await remember_destination(context.profile, file_destination("here.env"))
    assert await first_destination(context.profile) == f"file:{elsewhere}/{{name}}.env"


async def test_a_command_is_the_next_ones_too_while_the_profile_has_it(context: FlowContext) -> None:
    profile = context.profile._replace(commands=(VAULT,))
    await remember_destination(profile, ToCommand(VAULT))
    assert await first_destination(profile) == "command:vault"
    assert await first_destination(context.profile) == "clipboard"


async def test_a_clipboard_takes_the_place_of_nothing_that_stored(context: FlowContext) -> None:
    await remember_destination(context.profile, file_destination("~/kiosk.env"))
    await remember_destination(context.profile, context.clipboard.to(Format.SECRET))
    assert await first_destination(context.profile) == "file:~/{name}.env"


async def test_the_settings_win(context: FlowContext) -> None:
    await remember_destination(context.profile, file_destination("~/kiosk.env"))
    assert await first_destination(context.profile._replace(default_destination="clipboard")) == "clipboard"


@pytest.mark.parametrize("damage", ["command:gone", "stdout", "", "file"])
async def test_what_can_not_be_used_any_more_is_not_offered(context: FlowContext, damage: str) -> None:
    from butlr_tui.operations.remembered import remember

    remember(context.profile.name, "destination", damage)
    assert await first_destination(context.profile) == "clipboard"


async def test_only_a_file_that_nothing_has_is_suggested(tmp_path: Path) -> None:
    first = f"file:{tmp_path}/{{name}}.env"
    assert await suggested_path(first, "kiosk") == f"{tmp_path}/kiosk.env"
    (tmp_path / "kiosk.env").touch()
    (tmp_path / "kiosk-2.env").mkdir()
    (tmp_path / "kiosk-3.env").symlink_to("nowhere")
    assert await suggested_path(first, "kiosk") == f"{tmp_path}/kiosk-4.env"
    assert await suggested_path(first, "../kiosk") == f"{tmp_path}/kiosk-4.env"


async def test_on_another_machine_nobody_looks_for_it_yet() -> None:
    assert await suggested_path("ssh:web1:~/{name}.env", "a b") == "ssh:web1:~/a-b.env"
    assert await suggested_path("ssh:web1:~/{name}.env", "") == ""


@pytest.mark.parametrize(
    ("typed", "named"), [("~/x", "file:~/x"), ("ssh:web1:x", "ssh:web1:x"), ("", "file:")]
)
def test_a_path_that_is_typed_may_be_on_another_machine(typed: str, named: str) -> None:
    assert named_file(typed) == named


@pytest.mark.parametrize("first", ["clipboard", "command:vault"])
async def test_without_a_file_to_begin_with_it_is_one_in_the_home(first: str) -> None:
    assert await suggested_path(first, "kiosk") == "~/kiosk.env"
    (Path.home() / "kiosk.env").touch()
    assert await suggested_path(first, "kiosk") == "~/kiosk-2.env"
    assert await suggested_path(first, "  ") == ""


async def test_a_create_remembers_where_it_stored_and_begins_there_next_time(
    world: World, context: FlowContext, tmp_path: Path
) -> None:
    begun: list[str] = []

    def filled(form: NewClientForm) -> FilledForm:
        begun.append(form.to)
        return FilledForm(Draft("kiosk"), f"file:{tmp_path}/kiosk.env")

    def leaves(form: NewClientForm) -> None:
        begun.append(form.to)

    await create(as_host(ScriptedHost([filled, After("read back", Close())])), context, Draft())
    await create(as_host(ScriptedHost([leaves])), context, Draft())
    assert begun == ["clipboard", f"file:{tmp_path}/{{name}}.env"]
    assert "secret" not in " ".join(remembered(context.profile.name))
