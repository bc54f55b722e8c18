"""Flows without a screen: what they ask, in which order, what stays open, and what they return."""

import asyncio
import errno
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from butlr_tui.auth.credentials import TypedClient, TypedToken
from butlr_tui.delivery.formats import Format
from butlr_tui.flows.context import FlowContext
from butlr_tui.flows.create import (
    CreateResult,
    Draft,
    FilledForm,
    FormField,
    NewClientForm,
    PossibleDuplicates,
    Wish,
    create,
)
from butlr_tui.flows.delete import ConfirmDelete, delete
from butlr_tui.flows.hand_over import Close, Copy, Save, SecretInHand, TryPair
from butlr_tui.flows.host import AskText, Confirm
from butlr_tui.flows.sign_in import FilledSignIn, SignInForm, sign_in
from butlr_tui.operations.outcomes import AlreadyGone, CreatedWithoutSecret, Deleted
from tests.flows.scripted import After, ScriptedHost, as_client, as_host
from tests.support.world import Reply, World


def filled(name: str, to: Path | str, wish: Wish = Wish.CREATE) -> FilledForm:
    """The form with this name and the secret's destination."""
    return FilledForm(Draft(name), f"file:{to}" if isinstance(to, Path) else to, wish)


async def test_a_create_asks_for_the_form_then_shows_the_secret_until_it_is_stored(
    world: World, context: FlowContext, tmp_path: Path
) -> None:
    host = ScriptedHost(
        [filled("kiosk", tmp_path / "kiosk.env"), After("read back", TryPair()), After("signs in:", Close())]
    )
    result = await create(as_host(host), context, Draft())
    assert isinstance(result, CreateResult)
    assert [type(question) for question in host.asked] == [NewClientForm, SecretInHand, SecretInHand]
    assert host.open == []
    assert host.told[0] == "Creating…"
    assert "✓ signs in: 12 scopes, tokens last 1 h" in host.told[-1]
    assert host.said == [f"✓ “kiosk” is created; {result.delivery.said}."]
    assert host.reloads == [result.created.credentials.client_id]
    assert "BUTLR_CLIENT_SECRET=" in (tmp_path / "kiosk.env").read_text()
    assert context.session.current_token is not None
    assert world.journal.open_entries() == []


async def test_a_destination_that_can_not_be_used_keeps_the_form_and_sends_nothing(
    world: World, context: FlowContext, tmp_path: Path
) -> None:
    taken = tmp_path / "taken.env"
    taken.write_text("somebody's")
    host = ScriptedHost([filled("kiosk", taken), filled("kiosk", "command:vault"), None])
    assert await create(as_host(host), context, Draft()) is None
    assert len({id(question) for question in host.asked}) == 1  # the same form, still open
    assert "exists already" in host.faults[1]
    assert host.faults[2] == (
        "✗ The profile has no command “vault”; it has none. Nothing was created; <create> tries again."
    )
    assert world.posts == 0


async def test_an_unclear_create_offers_to_look_again_until_the_name_changes(
    world: World, context: FlowContext, tmp_path: Path
) -> None:
    world.between.answer("POST", httpx.ReadTimeout("gone"))
    to = tmp_path / "x.env"
    may_look: list[bool] = []

    def then(wish: FilledForm | None) -> object:
        def answer(form: NewClientForm) -> FilledForm | None:
            may_look.append(form.can_look_again)
            return wish

        return answer

    host = ScriptedHost(
        [
            then(filled("maybe", to)),
            then(filled("maybe", to, Wish.LOOK_AGAIN)),
            then(filled("other", to, Wish.LEAVE)),
            False,
            then(None),
        ]
    )
    assert await create(as_host(host), context, Draft()) is None
    assert may_look == [False, True, True, False]
    assert "may or may not exist" in host.faults[1]
    assert "not seen yet. <look> looks again" in host.faults[2]
    assert host.faults[-1] == ""  # it was about the other name
    assert isinstance(host.asked[3], Confirm)
    assert world.posts == 1


async def test_clients_that_may_be_ours_end_the_form_and_keep_what_was_typed(
    world: World, context: FlowContext, tmp_path: Path
) -> None:
    world.between.answer("POST", Reply(504, {"message": "Gateway Timeout"}))
    as_last_read = context.known_clients()
    client_id = world.add("maybe")
    host = ScriptedHost([filled("maybe", tmp_path / "x.env")])
    result = await create(as_host(host), context._replace(known_clients=lambda: as_last_read), Draft())
    assert isinstance(result, PossibleDuplicates)
    assert result.draft == Draft("maybe")
    assert [client.id for client in result.clients] == [client_id]
    assert host.reloads == [client_id]
    assert "probably this one" in host.said[0]
    assert "<delete>" in host.said[0]


async def test_a_create_without_a_secret_is_returned_and_told(
    world: World, context: FlowContext, tmp_path: Path
) -> None:
    client_id = world.add("silent")
    world.between.answer("POST", Reply(201, {"name": "silent", "description": "", "client_id": client_id}))
    host = ScriptedHost([filled("silent", tmp_path / "x.env")])
    result = await create(as_host(host), context, Draft())
    assert isinstance(result, CreatedWithoutSecret)
    assert host.said[0].startswith(f"✗ {client_id} exists, but the service sent no secret")


async def test_a_secret_that_is_only_copied_takes_a_second_answer(world: World, context: FlowContext) -> None:
    host = ScriptedHost(
        [
            filled("kiosk", "clipboard"),
            After("→ secret", Close()),
            False,
            Copy(Format.ENV),
            After(".env", Close()),
            True,
        ]
    )
    result = await create(as_host(host), context, Draft())
    assert isinstance(result, CreateResult)
    assert result.delivery.said == "its secret is stored by your word"
    assert [type(question) for question in host.asked[1:]] == [
        SecretInHand, Confirm, SecretInHand, SecretInHand, Confirm,
    ]  # fmt: skip
    assert world.journal.open_entries() == []


async def test_a_secret_that_is_nowhere_takes_the_word(
    world: World, context: FlowContext, tmp_path: Path
) -> None:
    gate = world.between.hold("POST")
    posted = world.between.hears("POST")
    host = ScriptedHost(
        [filled("kiosk", tmp_path / "kiosk.env"), After("took its place", Close()), "no", "Stored"]
    )
    creating = asyncio.create_task(create(as_host(host), context, Draft()))
    await posted.wait()
    (tmp_path / "kiosk.env").unlink()  # after it was reserved, before the secret comes
    (tmp_path / "kiosk.env").write_text("somebody's")
    gate.set()
    assert isinstance(await creating, CreateResult)
    words = [question for question in host.asked if isinstance(question, AskText)]
    assert len(words) == 2
    assert words[0] is words[1]
    assert host.faults[-1] == "✗ That is not “stored”. <leave> goes back to the secret."
    assert (tmp_path / "kiosk.env").read_text() == "somebody's"


async def test_a_place_that_can_not_be_reserved_keeps_the_form(
    world: World, context: FlowContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is found before the create, and the form says which of its fields is at fault."""
    faulty: list[FormField | None] = []

    def leaves(form: NewClientForm) -> None:
        faulty.append(form.faulty)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    host = ScriptedHost([filled("kiosk", tmp_path / "kiosk.env"), leaves])
    assert await create(as_host(host), context, Draft()) is None
    assert host.faults[-1] == (
        f"✗ {tmp_path}/kiosk.env can't be written: no space left on device. Nothing was created; <create> tries "
        "again."
    )
    assert faulty == [FormField.DESTINATION]
    assert "POST /api/v1/client" not in world.between.sent
    assert not (tmp_path / "kiosk.env").exists()


async def test_a_path_is_asked_for_until_it_can_be_written(
    world: World, context: FlowContext, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("somebody's")
    answers = [Save(), str(tmp_path / "taken"), str(tmp_path / "kiosk.json"), After("read back", Close())]
    host = ScriptedHost([filled("kiosk", "clipboard"), *answers])
    await create(as_host(host), context, Draft())
    assert "exists already" in host.faults[3]
    assert (tmp_path / "kiosk.json").read_text().startswith('{"client_id": "client_')


async def test_a_deletion_asks_for_the_end_of_the_id(world: World, context: FlowContext) -> None:
    client_id = world.add("old", days=400)
    host = ScriptedHost([True])
    client = as_client(client_id, "old", "")
    assert await delete(as_host(host), context, client) == Deleted(client)
    (question,) = host.asked
    assert isinstance(question, ConfirmDelete)
    assert question.to_type == client_id[-6:]
    assert question.is_confirmed_by(f" {client_id[-6:].swapcase()} ")
    assert not question.is_confirmed_by(client_id[-5:])
    assert host.said == [f"✓ “old” ({client_id}) is deleted."]
    assert host.reloads == [None]
    assert "old" not in world.names()


async def test_one_that_is_kept_is_not_touched(world: World, context: FlowContext) -> None:
    client = as_client(world.add("old"), "old", "")
    assert await delete(as_host(ScriptedHost([None])), context, client) is None
    assert "old" in world.names()
    assert not world.between.sent


async def test_one_that_was_gone_already_is_told_so(world: World, context: FlowContext) -> None:
    client = as_client("client_nobody", "old", "")
    host = ScriptedHost([True])
    assert await delete(as_host(host), context, client) == AlreadyGone(client)
    assert host.said == ["✓ “old” was already gone."]


async def test_a_sign_in_is_asked_again_until_it_is_accepted(world: World, context: FlowContext) -> None:
    root = world.service.root
    wrong = FilledSignIn(TypedClient(root.client_id, SecretStr("canary")), keep=False)
    right = FilledSignIn(TypedClient(root.client_id, root.client_secret), keep=False)
    host = ScriptedHost([wrong, right])
    assert await sign_in(as_host(host), context, "why") == "✓ Signed in."
    form = host.asked[0]
    assert isinstance(form, SignInForm)
    assert form.why == "why"
    assert host.asked[1] is form
    assert "does not accept this client id and secret" in host.faults[1]
    assert "canary" not in host.faults[1]
    assert host.open == []


async def test_a_sign_in_that_fails_costs_nothing_that_worked(world: World, context: FlowContext) -> None:
    session = context.session
    before = len(await session.list())
    garbage = FilledSignIn(TypedToken(SecretStr("canary")), keep=False)
    host = ScriptedHost([garbage, None])
    assert await sign_in(as_host(host), context, "") == ""
    assert host.faults[1].startswith("✗ 127.0.0.1:4010 does not accept this token (")
    assert "canary" not in host.faults[1]
    form = host.asked[0]
    assert isinstance(form, SignInForm)
    assert form.own == ""  # they are in use
    assert len(await session.list()) == before


async def test_the_profile_s_own_credentials_are_offered_once_others_are_in_use(
    world: World, context: FlowContext
) -> None:
    root = world.service.root
    await context.session.sign_in(TypedClient(root.client_id, root.client_secret))
    host = ScriptedHost([FilledSignIn(None, keep=True)])
    said = await sign_in(as_host(host), context, "")
    assert said == "✓ Signed in with the profile's own credentials."
    form = host.asked[0]
    assert isinstance(form, SignInForm)
    assert form.own == f"the credentials in {world.service.root_file}"
    assert not form.store.exists()
    assert not context.session.can_return_to_own


@pytest.mark.parametrize(
    "module", ["flows.create", "plain.prompts.run", "operations.session", "listing.view"]
)
def test_no_flow_brings_a_screen(module: str) -> None:
    program = (
        f"import sys, butlr_tui.{module}; sys.exit(any(name.startswith('textual') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
