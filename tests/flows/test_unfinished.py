"""What is asked about the unfinished creates of earlier runs, and what comes of the answers."""

from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from butlr_tui.delivery.file import ROOM
from butlr_tui.flows.context import FlowContext
from butlr_tui.flows.create import CreateResult, Draft, FilledForm, create
from butlr_tui.flows.delete import ConfirmDelete
from butlr_tui.flows.hand_over import Close
from butlr_tui.flows.unfinished import DecideCases, settle_unfinished
from butlr_tui.journal.entries import Entry, Event
from butlr_tui.journal.journal import Journal
from butlr_tui.operations.session import Session
from tests.flows.scripted import After, ScriptedHost, as_host, in_context
from tests.support.world import World


def an_earlier_create(world: World, name: str, client_id: str | None = None) -> str:
    """What a run leaves that ended before it knew of a client, or before its secret was stored."""
    earlier = Journal(world.journal.path.parent)
    attempt = earlier.create(world.profile.base_url, "local", name, "client_me")
    if client_id is not None:
        earlier.note(attempt, Event.CREATED, client_id=client_id)
    earlier.release()
    return attempt


def entry(world: World, attempt: str) -> Entry:
    (found,) = [one for one in world.journal.entries() if one.attempt == attempt]
    return found


def options(question: DecideCases) -> list[list[str]]:
    return [[option.id for option in case.options] for case in question.cases]


async def settled(context: FlowContext, *answers: object) -> tuple[ScriptedHost, Draft | None]:
    host = ScriptedHost(answers)
    draft = await settle_unfinished(as_host(host), context)
    assert host.open == []
    return host, draft


async def test_one_that_a_later_success_explains_is_settled_and_its_client_never_proposed(
    world: World, context: FlowContext, session: Session, tmp_path: Path
) -> None:
    """An answer is lost, Enter creates it again, the secret is saved, and the next start asks nothing."""
    form = FilledForm(Draft("kiosk"), f"file:{tmp_path / 'kiosk.env'}")
    world.between.answer("POST", httpx.ReadTimeout("frozen"))
    made = await create(as_host(ScriptedHost([form, form, After("read back", Close())])), context, Draft())
    assert isinstance(made, CreateResult)
    await session.aclose()
    next_start = world.connect(world.profile)
    host, draft = await settled(in_context(world, next_start))
    await next_start.aclose()
    assert host.asked == []
    assert draft is None
    client_id = made.created.credentials.client_id
    (said,) = host.said
    assert said.startswith("The create of “kiosk” at ")
    assert said.endswith(f"is settled: {client_id} was created after it, and no other of that name is new.")
    first, second = world.journal.entries()
    assert (first.closed, first.closed_how) == (Event.SETTLED, f"explained by {client_id}")
    assert second.closed is Event.STORED


async def test_what_interrupted_creates_had_reserved_is_taken_away_and_told(
    world: World, context: FlowContext, tmp_path: Path
) -> None:
    earlier = Journal(world.journal.path.parent)
    for name in ("kiosk.env", "lobby.env"):
        earlier.create(world.profile.base_url, "local", name, None, (), [tmp_path / name])
        (tmp_path / name).write_bytes(bytes(ROOM))
        (tmp_path / name).chmod(0o600)
    earlier.release()
    host, _ = await settled(context, [])
    assert host.said[-1] == (
        "2 files, which interrupted creates had kept for their secrets, held nothing and are taken away."
    )
    assert not list(tmp_path.glob("*.env"))


async def test_what_it_does_not_explain_is_asked_about(world: World, context: FlowContext) -> None:
    """The service took the first POST up later: there are two clients, and only one of them is known."""
    late = world.add("kiosk")
    known = world.add("kiosk")
    an_earlier_create(world, "kiosk")
    world.journal.note(an_earlier_create(world, "kiosk", known), Event.STORED, "saved to /x")
    host, _ = await settled(context, None)
    (question,) = host.asked
    assert isinstance(question, DecideCases)
    (case,) = question.cases
    assert late in case.text
    assert known not in case.text
    assert case.options[0].id == "delete"


async def test_many_that_are_explained_are_told_in_one_line(world: World, context: FlowContext) -> None:
    for _ in range(3):
        an_earlier_create(world, "kiosk")
    world.journal.note(an_earlier_create(world, "kiosk", world.add("kiosk")), Event.STORED, "saved to /x")
    host, _ = await settled(context)
    assert host.said == [
        "3 earlier creates that got no clear answer are settled: what they could have made was created after them."
    ]
    assert world.journal.open_entries() == []


async def test_all_are_in_one_question_each_with_its_own_answers(world: World, context: FlowContext) -> None:
    known = world.add("known")
    for _ in range(5):
        world.add("several")
    an_earlier_create(world, "known", known)
    an_earlier_create(world, "several")
    an_earlier_create(world, "none")
    host, _ = await settled(context, None)
    (question,) = host.asked
    assert isinstance(question, DecideCases)
    assert question.title == "3 earlier creates are unfinished"
    assert options(question) == [["delete", "keep", "later"], ["keep", "later"], ["keep", "later"]]
    first, second, third = (case.text for case in question.cases)
    assert first.count(known) == 1
    assert second.count("client_") == 3
    assert second.endswith("and 2 others")
    assert third.endswith("No client of it is in the list.")
    assert host.said == []
    assert len(world.journal.open_entries()) == 3


async def test_all_that_was_chosen_is_done_and_each_deletion_confirmed(
    world: World, context: FlowContext
) -> None:
    one, two, three = (world.add(name, f"The {name}") for name in ("one", "two", "three"))
    attempts = [
        an_earlier_create(world, name, made) for name, made in zip("abc", (one, two, three), strict=True)
    ]
    forgotten, later = an_earlier_create(world, "none"), an_earlier_create(world, "later")
    answers: Sequence[str] = ["delete", "delete", "keep", "keep", "later"]
    host, draft = await settled(context, answers, True, None)
    assert [type(question) for question in host.asked] == [DecideCases, ConfirmDelete, ConfirmDelete]
    assert host.selected == [one, two]
    assert {"two", "three"} < set(world.names())
    assert "one" not in world.names()
    assert draft == Draft("one", "The one")
    assert host.said[-1] == f"✓ “one” ({one}) is deleted. <new> creates it again; its name is kept."
    how = [entry(world, attempt).closed_how for attempt in (*attempts, forgotten, later)]
    assert how == ["deleted", "", "kept by the operator", "not in the list", ""]
    assert entry(world, attempts[1]).is_open
    assert entry(world, later).is_open


async def test_two_that_may_have_made_the_same_client_delete_it_once(
    world: World, context: FlowContext
) -> None:
    world.add("kiosk")
    attempts = [an_earlier_create(world, "kiosk") for _ in range(2)]
    host, _ = await settled(context, ["delete", "delete"], True)
    assert len(host.asked) == 2
    assert [entry(world, attempt).closed_how for attempt in attempts] == ["deleted", "deleted"]


async def test_one_that_can_not_be_deleted_stays_open(world: World, context: FlowContext) -> None:
    attempt = an_earlier_create(world, "kiosk", world.add("kiosk"))
    world.between.answer("DELETE", *[httpx.ConnectError("no")] * 3)
    host, draft = await settled(context, ["delete"], True)
    assert host.said[-1].startswith("✗ ")
    assert "is still there" in host.said[-1]
    assert draft is None
    assert entry(world, attempt).is_open


async def test_the_client_that_signed_us_in_is_named_as_such(world: World, context: FlowContext) -> None:
    await context.session.token()
    an_earlier_create(world, "root", world.service.root.client_id)
    host, _ = await settled(context, ["delete"], None)
    confirm = host.asked[-1]
    assert isinstance(confirm, ConfirmDelete)
    assert confirm.own


async def test_what_another_instance_works_on_is_left_alone(world: World, context: FlowContext) -> None:
    client_id = world.add("kiosk")
    attempts = [an_earlier_create(world, "kiosk", client_id), an_earlier_create(world, "none")]
    other = Journal(world.journal.path.parent)

    def answer(question: DecideCases) -> list[str]:
        with other.handling(attempts[0]), other.handling(attempts[1]):  # in the moment before ours
            for attempt in attempts:
                other.note(attempt, Event.SETTLED, "by the other")
        return ["delete", "keep"]

    host, _ = await settled(context, answer)
    assert len(host.asked) == 1
    assert host.said == ["! 2 earlier creates were left alone: another butlr-tui was faster."]
    assert {entry(world, attempt).closed_how for attempt in attempts} == {"by the other"}
    assert "kiosk" in world.names()


async def test_a_journal_that_can_not_be_written_is_told(
    world: World, context: FlowContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_earlier_create(world, "none")

    def refused(*_: object) -> None:
        raise OSError(28, "")

    monkeypatch.setattr("butlr_tui.journal.journal.append_private", refused)
    host, _ = await settled(context, ["keep"])
    assert host.said == [
        "✗ The journal could not be written: what you decided counts for this time, and the next start asks again."
    ]


async def test_a_journal_that_can_not_be_read_is_told(world: World, context: FlowContext) -> None:
    world.journal.path.mkdir(parents=True)
    host, _ = await settled(context)
    (said,) = host.said
    assert said.startswith("✗ The journal ")
    assert "can't be read" in said


async def test_a_create_that_is_running_is_never_offered(world: World, context: FlowContext) -> None:
    running = Journal(world.journal.path.parent)
    running.create(world.profile.base_url, "local", "kiosk", "client_me")
    world.add("kiosk")
    host, _ = await settled(context)
    assert host.asked == []
    assert host.said == []
    running.release()
