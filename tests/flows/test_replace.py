"""Replacing a client without a screen: what is asked and said at each step, and what is left at the service."""

import asyncio
from collections.abc import Callable
from dataclasses import replace as changed
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.token import Token
from butlr_tui.flows.context import FlowContext
from butlr_tui.flows.create import CreateResult, Draft, FilledForm, Wish, create
from butlr_tui.flows.end_replacement import Ending, EndReplacement
from butlr_tui.flows.hand_over import Close, SecretInHand
from butlr_tui.flows.replace import ReplaceForm, replace
from butlr_tui.flows.unfinished import settle_unfinished
from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal
from butlr_tui.models import Client, Credentials
from butlr_tui.operations.outcomes import AlreadyGone, CreatedWithoutSecret, CreateOutcome, Deleted
from butlr_tui.operations.replace import LeftAlone, OtherIsGone
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.flows.scripted import After, ScriptedHost, as_client, as_host
from tests.support.programs import names_in
from tests.support.world import NOW, Reply, World


@pytest.fixture
def old(world: World) -> Client:
    """A client to be replaced."""
    return as_client(world.add("kiosk", "In the lobby", days=400), "kiosk", "In the lobby")


def sends(to: str = "") -> Callable[[ReplaceForm], FilledForm]:
    """Send the form, with the secret going where it proposes unless another destination is named."""
    return lambda form: FilledForm(form.draft, to or form.to)


async def begin(context: FlowContext, old: Client, to: str) -> Client:
    """Replace it; the new one."""
    host = ScriptedHost([sends(to), After("signs in", Close())])
    result = await replace(as_host(host), context, old)
    assert isinstance(result, CreateResult)
    return as_client(result.created.credentials.client_id, old.name, old.description)


async def end(context: FlowContext, client: Client, answer: Any) -> tuple[Any, ScriptedHost]:
    """What comes of the question about a replacement that is begun."""
    host = ScriptedHost([answer])
    return await replace(as_host(host), context, client), host


async def interrupted(world: World, old: Client) -> CreateOutcome:
    """A replacement whose process ended before the secret was stored."""
    session = world.connect(world.profile)
    created = await session.create("kiosk", "", replaces=old.client_id)
    await session.aclose()
    return created


async def test_a_new_client_takes_its_name_and_its_pair_is_tried(
    world: World, context: FlowContext, old: Client, tmp_path: Path
) -> None:
    host = ScriptedHost([sends(f"file:{tmp_path}/new.env"), After("signs in", Close())])
    result = await replace(as_host(host), context, old)
    assert isinstance(result, CreateResult)
    form, secret = host.asked
    assert isinstance(form, ReplaceForm)
    assert isinstance(secret, SecretInHand)
    assert form.title == "Replace “kiosk” on local"
    assert form.facts[0] == ("Old", f"{old.client_id}, 1 year old, last use not told by this service")
    assert form.facts[1] == ("", "Where its secret went is not in the journal.")
    assert "another id and another secret" in form.facts[2][1]
    assert form.what_then == "The old one stays until you press <replace> on it again."
    assert (form.warning, form.again(host.key)) == ("", "replace the old one again (<replace>)")
    new = next(client for client in context.named("kiosk") if client != old)
    assert new.description == "In the lobby"
    assert host.reloads == [new.client_id]
    (entry,) = world.journal.entries()
    assert (entry.replaces, entry.closed, entry.signed_in is not None) == (old.client_id, Event.STORED, True)


async def test_the_secret_of_the_new_one_goes_to_the_same_machine(context: FlowContext, far: Path) -> None:
    (far / "etc").mkdir()
    host = ScriptedHost(
        [
            lambda form: FilledForm(changed(form.draft, name="desk"), "ssh:web1:etc/{name}.env"),
            After("equal", Close()),
        ]
    )
    made = await create(as_host(host), context, Draft())
    assert isinstance(made, CreateResult)
    client = as_client(made.created.credentials.client_id, "desk", "")
    host = ScriptedHost([sends(), After("equal", Close())])
    result = await replace(as_host(host), context, client)
    assert isinstance(result, CreateResult)
    (form, *_rest) = host.asked
    assert isinstance(form, ReplaceForm)
    assert form.to == "ssh:web1:etc/desk.{client_id}.env"
    assert await form.suggested_path("desk") == form.to
    assert sorted(names_in(far / "etc")) == [f"desk.{result.created.credentials.client_id}.env", "desk.env"]


async def test_closing_waits_for_the_try(
    world: World, context: FlowContext, old: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, answered = Bearer.try_pair, asyncio.Event()

    async def takes_its_time(self: Bearer, pair: Credentials) -> Token:
        await answered.wait()
        return await real(self, pair)

    def closes(_: SecretInHand) -> Close:
        asyncio.get_running_loop().call_later(0.01, answered.set)
        return Close()

    monkeypatch.setattr(Bearer, "try_pair", takes_its_time)
    host = ScriptedHost([sends(f"file:{tmp_path}/new.env"), After("read back", closes)])
    await replace(as_host(host), context, old)
    (entry,) = world.journal.entries()
    assert entry.signed_in is not None


async def test_the_secret_of_the_new_one_goes_beside_that_of_the_old_one(
    context: FlowContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    host = ScriptedHost(
        [lambda form: FilledForm(changed(form.draft, name="desk"), "file:~/desk.env"), Close()]
    )
    made = await create(as_host(host), context, Draft())
    assert isinstance(made, CreateResult)
    client = as_client(made.created.credentials.client_id, "desk", "")
    for _ in range(2):  # each time the new id stands in the place of the last one
        host = ScriptedHost([sends(), Close()])
        result = await replace(as_host(host), context, client)
        assert isinstance(result, CreateResult)
        (form, *_rest) = host.asked
        assert isinstance(form, ReplaceForm)
        assert form.to == "file:~/desk.{client_id}.env"
        assert await form.suggested_path("desk") == "~/desk.{client_id}.env"
        new_id = result.created.credentials.client_id
        assert (tmp_path / f"desk.{new_id}.env").exists()
        assert form.facts[1][1].startswith("Created here on ")
        client = as_client(new_id, "desk", "")
        await end(context, client, Ending.FINISH)


async def test_the_same_command_is_proposed_while_the_profile_has_it(
    world: World, context: FlowContext, old: Client
) -> None:
    cat = DeliveryCommand("keep", ("/bin/cat",))
    session = context.session
    session.profile = session.profile._replace(commands=(cat,))
    new = await begin(context, old, "command:keep")
    for commands, to in (((cat,), "command:keep"), ((), "clipboard")):
        session.profile = session.profile._replace(commands=commands)
        host = ScriptedHost([None])
        attempt = world.journal.delete(session.profile.base_url, "local", old)
        world.journal.note(attempt, Event.DELETED)  # else this would finish it
        assert await replace(as_host(host), context, new) is None
        (form,) = host.asked
        assert isinstance(form, ReplaceForm)
        assert form.to == to


async def test_finishing_deletes_the_old_one_and_calling_off_the_new_one(
    world: World, context: FlowContext, old: Client, tmp_path: Path
) -> None:
    for ending in Ending:
        new = await begin(context, old, f"file:{tmp_path}/{ending.value}.env")
        goes, stays = (old, new) if ending is Ending.FINISH else (new, old)
        outcome, host = await end(context, new, ending)
        assert outcome == Deleted(goes)
        assert host.reloads == [stays.id]
        then = "has replaced it" if ending is Ending.FINISH else "stays"
        assert host.said == [f"✓ “kiosk” ({goes.id}) is deleted. {stays.id} {then}."]
        assert context.named("kiosk") == [stays]
        assert len(await context.session.replacements(context.known_clients())) == 0
        old = stays


async def test_the_question_names_both_and_warns(
    world: World, context: FlowContext, old: Client, tmp_path: Path
) -> None:
    new = await begin(context, old, f"file:{tmp_path}/new.env")
    context = context._replace(clock=lambda: NOW + timedelta(days=3))
    for client in (old, new):  # on either
        outcome, host = await end(context, client, None)
        assert outcome is None
        assert host.said == []
        (question,) = host.asked
        assert isinstance(question, EndReplacement)
        assert question.title == "Replacing “kiosk” on local, begun 3 days ago"
        (_, first), (_, second), (_, third) = question.facts
        assert first.startswith(old.client_id)
        assert second.startswith(new.client_id)
        assert third.startswith(
            f"Its secret: saved to {tmp_path}/new.env. It signed in when it was tried on 20"
        )
        assert question.warning(Ending.FINISH) == ""
        assert question.deletions[Ending.FINISH].to_type == old.client_id[-6:]
        assert question.deletions[Ending.CALL_OFF].to_type == new.client_id[-6:]
        assert question.consequences(Ending.FINISH).startswith(f"{old.client_id} goes.")
        assert question.consequences(Ending.CALL_OFF).startswith(f"{new.client_id} goes.")
    assert context.named("kiosk") == [old, new]


async def test_one_that_was_never_seen_to_sign_in_is_warned_of(
    world: World, context: FlowContext, old: Client, tmp_path: Path
) -> None:
    created = await context.session.create("kiosk", "", replaces=old.client_id)
    await context.session.stored(created, "saved to /x")  # type: ignore[arg-type]
    _, host = await end(context, old, None)
    (question,) = host.asked
    assert isinstance(question, EndReplacement)
    assert question.warning(Ending.FINISH).startswith("! The new one was never seen to sign in")
    assert question.warning(Ending.CALL_OFF) == ""


async def test_without_its_secret_the_new_one_takes_no_place(
    world: World, context: FlowContext, old: Client, tmp_path: Path
) -> None:
    def without(form: ReplaceForm) -> FilledForm:
        world.between.answer("POST", Reply(201, {"client_id": world.add("kiosk"), "name": "kiosk"}))
        return FilledForm(form.draft, f"file:{tmp_path}/new.env")

    host = ScriptedHost([without])
    result = await replace(as_host(host), context, old)
    assert isinstance(result, CreatedWithoutSecret)
    assert host.said[0].endswith("<delete> deletes it; then replace the old one again (<replace>).")
    outcome, host = await end(context, old, Ending.CALL_OFF)
    (question,) = host.asked
    assert isinstance(question, EndReplacement)
    assert [*question.deletions] == [Ending.CALL_OFF]
    assert "not known to be stored" in question.warning(Ending.CALL_OFF)
    assert isinstance(outcome, Deleted)
    assert context.named("kiosk") == [old]
    assert world.journal.open_entries() == []


class TestSomebodyElse:
    """A colleague deletes one of the two from elsewhere."""

    @pytest.fixture
    async def new(self, context: FlowContext, old: Client, tmp_path: Path) -> Client:
        return await begin(context, old, f"file:{tmp_path}/new.env")

    async def test_the_old_one(self, world: World, context: FlowContext, old: Client, new: Client) -> None:
        world.remove(old.client_id)
        outcome, host = await end(context, new, None)
        assert (outcome, host.asked) == (None, [])
        assert host.said == [f"✓ {old.client_id} is gone already, so {new.client_id} has replaced it."]
        assert len(await context.session.replacements(context.known_clients())) == 0
        assert context.named("kiosk") == [new]

    async def test_the_new_one(self, world: World, context: FlowContext, old: Client, new: Client) -> None:
        world.remove(new.client_id)
        outcome, host = await end(context, old, None)
        assert (outcome, host.asked) == (None, [])
        assert host.said == [
            f"! {new.client_id}, which was to replace {old.client_id}, is gone. {old.client_id} stays, and "
            "nothing replaces it now."
        ]
        _, host = await end(context, old, None)
        assert isinstance(host.asked[0], ReplaceForm)  # and can be replaced anew

    async def test_the_new_one_while_this_is_asked(
        self, world: World, context: FlowContext, old: Client, new: Client
    ) -> None:
        def meanwhile(_: EndReplacement) -> Ending:
            world.remove(new.client_id)
            return Ending.FINISH

        outcome, host = await end(context, old, meanwhile)
        assert isinstance(outcome, OtherIsGone)
        assert host.said == [
            f"✗ {new.client_id}, which was to stay, is gone, so nothing is deleted: “kiosk” ({old.client_id}) is "
            "all that is left."
        ]
        assert context.named("kiosk") == [old]

    async def test_the_old_one_while_this_is_asked(
        self, world: World, context: FlowContext, old: Client, new: Client
    ) -> None:
        def meanwhile(_: EndReplacement) -> Ending:
            world.remove(old.client_id)
            return Ending.FINISH

        outcome, host = await end(context, old, meanwhile)
        assert isinstance(outcome, AlreadyGone)
        assert host.said == [
            f"✓ “kiosk” ({old.client_id}) was already gone. {new.client_id} has replaced it."
        ]
        assert len(await context.session.replacements(context.known_clients())) == 0


async def test_nothing_is_deleted_while_the_one_that_stays_can_not_be_seen(
    world: World, context: FlowContext, old: Client, tmp_path: Path
) -> None:
    await begin(context, old, f"file:{tmp_path}/new.env")

    def meanwhile(_: EndReplacement) -> Ending:
        world.between.answer("GET", *[httpx.ConnectError("refused")] * 3)
        return Ending.FINISH

    _, host = await end(context, old, meanwhile)
    assert host.said[0].endswith(f"“kiosk” ({old.client_id}) is still there; <replace> tries again.")
    assert not any(request.startswith("DELETE") for request in world.between.sent)


async def test_an_unclear_create_is_told_before_another_one(
    world: World, context: FlowContext, old: Client, tmp_path: Path
) -> None:
    world.between.answer("POST", httpx.ReadTimeout("gone"))
    to = f"file:{tmp_path}/new.env"
    leaves = [lambda form: FilledForm(form.draft, to, Wish.LEAVE), True]
    host = ScriptedHost([sends(to), *leaves])
    assert await replace(as_host(host), context, old) is None
    _, host = await end(context, old, None)
    (form,) = host.asked
    assert isinstance(form, ReplaceForm)
    assert form.warning.startswith("! An earlier try at ")
    await begin(context, old, to)
    _, host = await end(context, old, None)
    assert isinstance(host.asked[0], EndReplacement)  # the later one counts
    assert world.posts == 2


async def test_what_another_instance_works_on_is_left_alone(
    world: World, context: FlowContext, old: Client
) -> None:
    other = Journal(world.journal.path.parent)
    other.create(world.profile.base_url, "local", "kiosk", None, [], replaces=old.client_id)
    outcome, host = await end(context, old, None)
    assert (outcome, host.asked) == (None, [])
    assert host.said == ["! Another butlr-tui works on this replacement. Look there first."]
    other.release()


async def test_what_another_instance_takes_up_meanwhile_is_left_alone(
    world: World, context: FlowContext, old: Client
) -> None:
    created = await interrupted(world, old)

    def meanwhile(_: EndReplacement) -> Ending:
        Journal(world.journal.path.parent).note(created.attempt, Event.SETTLED, "kept by the operator")
        return Ending.CALL_OFF

    outcome, host = await end(context, old, meanwhile)
    assert outcome == LeftAlone()
    assert "Both are left alone" in host.said[0]
    assert len(context.named("kiosk")) == 2


async def test_a_client_whose_like_can_not_be_made(world: World, context: FlowContext) -> None:
    client = as_client(world.add(""), "", "")
    outcome, host = await end(context, client, None)
    assert (outcome, host.asked) == (None, [])
    assert host.said[0].startswith("✗ No other client can be made like the client without a name: ")
    assert world.posts == 0


async def test_a_journal_that_can_not_be_read_is_told(
    world: World, context: FlowContext, old: Client
) -> None:
    world.journal.path.mkdir(parents=True)
    outcome, host = await end(context, old, None)
    assert (outcome, host.asked) == (None, [])
    assert "can't be read" in host.said[0]


async def test_a_lost_secret_of_a_new_one_leads_back_to_the_old_one(
    world: World, context: FlowContext, old: Client
) -> None:
    await interrupted(world, old)
    host = ScriptedHost([lambda question: ["delete"], True])
    assert await settle_unfinished(as_host(host), context) is None  # no draft for a client of its own
    assert f"It was to replace {old.client_id}." in host.asked[0].cases[0].text  # type: ignore[attr-defined]
    assert host.said[-1].endswith(f"<replace> on {old.client_id} replaces that one again.")
    assert context.named("kiosk") == [old]
