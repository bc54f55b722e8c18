"""Creates of an earlier run whose secret may be lost: named on the next start, and settled by the operator."""

from syrupy.assertion import SnapshotAssertion

from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal
from tests.support.driver import NARROW, using
from tests.support.journals import Line, write_entries
from tests.support.world import NOW, World
from tests.tui.sizes import every_size


def an_earlier_create(
    world: World, name: str, client_id: str | None, *, before: tuple[str, ...] = ()
) -> None:
    """What a run leaves that ended with a secret on screen, or before it knew of one."""
    earlier = Journal(world.journal.path.parent, lambda: NOW)
    attempt = earlier.create(world.profile.base_url, "local", name, "client_me", before)
    if client_id is not None:
        earlier.note(attempt, Event.CREATED, client_id=client_id)
    earlier.release()


async def test_a_secret_left_on_screen_is_named_on_the_next_start(world: World) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.submits()
        await user.sees("store its secret now")
        user.app.exit()  # as a signal ends it
    async with using(world) as user:
        await user.sees("An earlier create is unfinished", "(“kiosk”) was created at", "never stored")
        await user.sees("only sent to a clipboard")


@every_size
async def test_it_is_deleted_and_created_again(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    client_id = world.add("kiosk", "Front desk")
    an_earlier_create(world, "kiosk", client_id)
    async with using(world, size) as user:
        await user.sees("An earlier create is unfinished", client_id, "◉ decide later")
        await user.does("answer_left", "answer_left")
        await user.sees("◉ delete it")
        await user.does("apply")
        await user.sees("Delete “kiosk” from local")
        assert await user.picture() == svg
        await user.types(client_id[-6:])
        await user.does("confirm_delete")
        await user.sees(f"“kiosk” ({client_id}) is deleted. n creates it again; its name is kept.")
        await user.does("new")
        await user.sees("New client on local", "kiosk", "Front desk")
        await user.submits()
        await user.sees("store its secret now")
    assert world.names().count("kiosk") == 1


async def test_on_a_read_only_profile_it_is_not_deleted(world: World) -> None:
    client_id = world.add("kiosk")
    an_earlier_create(world, "kiosk", client_id)
    async with using(world, start=world.profile._replace(name="prod", read_only=True)) as user:
        await user.sees("An earlier create is unfinished")
        await user.does("answer_left", "answer_left")
        await user.sees("◉ delete it")
        await user.does("apply")
        await user.types(client_id[-6:])
        await user.does("confirm_delete")
        await user.sees("✗ The profile prod is read-only: nothing is created or deleted from here.")
        await user.sees("“kiosk” is still there.")
    assert not [request for request in world.between.sent if not request.startswith("GET")]
    assert "kiosk" in world.names()
    (entry,) = world.journal.entries()
    assert entry.is_open


async def test_it_is_kept_and_not_asked_about_again(world: World) -> None:
    an_earlier_create(world, "kiosk", world.add("kiosk"))
    async with using(world, NARROW) as user:
        await user.sees("An earlier create is unfinished")
        await user.does("answer_left")
        await user.sees("◉ keep it")
        await user.does("apply")
        await user.sees_no("An earlier create is unfinished")
        await user.rests()
    async with using(world, NARROW) as user:
        await user.sees_no("An earlier create is unfinished")
    assert world.journal.open_entries(world.profile.base_url) == []


async def test_enter_by_habit_decides_nothing(world: World) -> None:
    an_earlier_create(world, "kiosk", world.add("kiosk"))
    async with using(world) as user:
        await user.sees("An earlier create is unfinished")
        await user.presses("enter", "enter")
        await user.sees_no("An earlier create is unfinished")
    assert len(world.journal.open_entries(world.profile.base_url)) == 1
    assert "kiosk" in world.names()


async def test_a_create_that_ended_before_it_knew_is_matched_by_name(world: World) -> None:
    old = world.add("kiosk", days=90)
    new = world.add("kiosk")
    an_earlier_create(world, "kiosk", None, before=(old,))
    async with using(world, (60, 16), loaded=False) as user:  # the list behind has no room for whole ids
        await user.sees("“kiosk” may have been created", "butlr-tui ended before it knew", new)
        await user.sees_no(old)


async def test_one_that_made_nothing_can_be_forgotten(world: World) -> None:
    an_earlier_create(world, "ghost", None)
    async with using(world) as user:
        await user.sees("No client of it is in the list.", "○ forget it")
        await user.does("answer_left", "apply")
    assert world.journal.open_entries(world.profile.base_url) == []


async def test_a_stored_secret_leaves_nothing_open(world: World) -> None:
    async with using(world, environment={"TERM": "linux"}) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.submits()
        await user.sees("saved to")
        user.app.exit()
    assert world.journal.open_entries(world.profile.base_url) == []


def many_earlier_creates(world: World) -> None:
    """One of each kind, and as many more as no screen holds."""
    at, address = "2026-11-24T11:03:00.000", world.profile.base_url
    begun: list[list[Line]] = [
        [(at, "create", {"url": address, "profile": "local", "name": name})]
        for name in ("kiosk", "several", *["more"] * 21)
    ]
    begun[0].append((at, "created", {"client_id": world.add("kiosk")}))
    for _ in range(5):
        world.add("several")
    write_entries(world.journal.path, begun)


@every_size
async def test_all_are_listed_in_one_dialog(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    many_earlier_creates(world)
    async with using(world, size) as user:
        await user.sees("23 earlier creates are unfinished", "decide later the next start asks again")
        await user.does("answer_left")
        await user.sees("keep it its secret is stored, or nobody needs it")
        assert await user.picture() == svg


async def test_each_gets_its_own_answer_at_the_smallest_size(world: World) -> None:
    many_earlier_creates(world)
    async with using(world, (60, 16), loaded=False) as user:
        await user.sees("23 earlier creates are unfinished", "Enter apply")
        await user.does("case_down", "answer_left")
        await user.sees("and 2 others", "◉ I have looked", "Enter apply")
        await user.does("last_case", "answer_left")
        await user.sees("“more” may have been created", "◉ forget it")
        await user.does("cases_up")
        await user.does("cases_down", "cases_down")
        await user.sees("◉ forget it")
        await user.does("first_case", "answer_left", "answer_right", "answer_right")
        await user.sees("(“kiosk”) was", "◉ decide later", "Esc decide later")
        await user.does("apply")
        await user.sees_no("earlier creates are unfinished")
        await user.waits_for(lambda: len(world.journal.open_entries()) == 21)
    assert [entry.closed_how for entry in world.journal.entries() if not entry.is_open] == [
        "kept by the operator",
        "not in the list",
    ]


async def test_answers_can_be_clicked(world: World) -> None:
    many_earlier_creates(world)
    async with using(world, NARROW) as user:
        await user.sees("23 earlier creates are unfinished")
        await user.clicks("○ I have looked")
        await user.sees("◉ I have looked", "compare them by id and age")
        await user.clicks("(“kiosk”)")
        await user.sees("the next start asks again")


async def test_leaving_decides_none_of_them(world: World) -> None:
    many_earlier_creates(world)
    async with using(world) as user:
        await user.sees("23 earlier creates are unfinished")
        await user.does("answer_left", "case_down", "answer_left", "decide_later")
        await user.sees_no("earlier creates are unfinished")
    assert len(world.journal.open_entries()) == 23


async def test_one_that_a_later_success_explains_is_only_told(world: World) -> None:
    an_earlier_create(world, "kiosk", None)
    client_id = world.add("kiosk")
    an_earlier_create(world, "kiosk", client_id)
    (_, later) = world.journal.entries()
    world.journal.note(later.attempt, Event.STORED, "saved to /x")
    async with using(world) as user:
        await user.sees("The create of “kiosk”", f"is settled: {client_id} was created after it")
        assert not user.app.screen.is_modal
        await user.does("back")
        await user.sees_no("The create of “kiosk”")
    assert world.journal.open_entries() == []
