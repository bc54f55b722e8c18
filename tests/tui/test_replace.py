"""Replacing a client by keys: what is shown on the way, and what is left at the service."""

from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from syrupy.assertion import SnapshotAssertion

from butlr_tui.config.model import Settings
from butlr_tui.journal.journal import Journal
from tests.support.driver import NARROW, User, using
from tests.support.journals import Line, write_entries
from tests.support.world import Reply, World
from tests.tui.sizes import sizes

pytestmark = pytest.mark.slow

End = tuple[str, dict[str, object]]
STORED: End = ("stored", {"how": "saved to /srv/hvac-sync.env"})
TRIED: End = ("signed_in", {})


def id_of(world: World, name: str) -> str:
    """The id of the oldest client with this name."""
    records = world.service.store.list(world.service.root.client_id)
    return next(record.client_id for record in records if record.name == name)


def begun(
    world: World,
    name: str = "hvac-sync",
    *ends: End,
    on: str = "2026-11-21T09:30",
) -> tuple[str, str]:
    """A replacement that an earlier run began, and the two ids. `ends` is what followed the create."""
    old = id_of(world, name)
    new = world.add(name, days=3)
    create: dict[str, object] = {
        "url": world.profile.base_url,
        "profile": "local",
        "name": name,
        "by": world.service.root.client_id,
        "before": [old],
        "replaces": old,
    }
    then: tuple[End, ...] = (("created", {"client_id": new}), *(ends or (STORED, TRIED)))
    lines: Sequence[Line] = [(on, "create", create), *((on, event, said) for event, said in then)]
    before: list[Sequence[Line]] = [[]] * len(
        Journal(world.journal.path.parent).entries()
    )  # each with an attempt of its own
    write_entries(world.journal.path, [*before, lines])
    return old, new


async def goes_to(user: User, client_id: str) -> None:
    """Put the cursor on a client, with the filter off again."""
    await user.does("filter")
    await user.pastes(f"id:{client_id}")
    await user.sees("1 of 1")
    await user.does("keep_filter", "back")


@sizes("smallest", "wide")
async def test_replacing_shows_what_goes_and_what_comes(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    old = id_of(world, "hvac-sync")
    made: dict[str, object] = {
        "url": world.profile.base_url,
        "profile": "local",
        "name": "hvac-sync",
        "by": None,
    }
    at = "2025-09-14T12:04"
    lines: list[Line] = [(at, "create", made), (at, "created", {"client_id": old}), (at, *STORED)]
    write_entries(world.journal.path, [lines])
    async with using(world, size) as user:
        await goes_to(user, old)
        await user.does("replace")
        await user.sees(
            "Replace “hvac-sync” on local",
            f"Old {old}, 1 year old",
            "Created here on 2025-09-14, its secret went to /srv/hvac-sync.env.",
            "New the same name and description, another id and another secret",
            "/srv/hvac-sync.{client_id}.env",
        )
        assert await user.picture() == svg
        await user.does("cancel_create")
        await user.sees_no("Replace “hvac-sync”")
    assert world.posts == 0


async def test_the_new_one_is_created_tried_and_marked(world: World) -> None:
    world.profile = world.profile._replace(default_destination="file:~/{name}.env")
    old = id_of(world, "hvac-sync")
    async with using(world) as user:
        await goes_to(user, old)
        await user.does("replace")
        await user.sees("Its secret goes to", "~/hvac-sync.env")
        await user.does("create")
        await user.sees("store", "✓ signs in: 12 scopes", "read back and equal")
        await user.does("close_secret")
        await user.sees("✓ “hvac-sync” is created; its secret is saved to ~/hvac-sync.env")
        (entry,) = world.journal.entries()
        new = entry.client_id
        assert new is not None
        assert entry.signed_in is not None
        await user.sees("7 clients", f"It replaces {old}. Move what uses that one over; then R finishes")
        assert "  new" in user.line_of_cursor
    assert world.names().count("hvac-sync") == 2
    assert "BUTLR_CLIENT_SECRET=" in (Path.home() / "hvac-sync.env").read_text()


@sizes("smallest", "wide")
async def test_both_are_marked_and_the_detail_says_what_is_next(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    old, new = begun(world)
    async with using(world, size) as user:
        await user.sees("hvac-sync")
        await goes_to(user, old)
        await user.sees("old, replaced 3 days ago" if size[0] > 60 else " old ")
        if size[0] > 60:
            await user.sees(
                f"Move what uses it to {new}; then R finishes: the old one is deleted. Begun 3 days ago."
            )
        assert await user.picture() == svg
        await user.does("up")
        assert "new" in user.line_of_cursor


@sizes("smallest", "wide")
async def test_the_question_at_the_end(world: World, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    old, new = begun(world, "hvac-sync", STORED)
    async with using(world, size) as user:
        await goes_to(user, new)
        await user.does("replace")
        whole = (f"Old {old}, 1 year old", f"New {new}, 3 days old") if size[1] > 20 else ()
        await user.sees(
            "Replacing “hvac-sync” on local, begun 3 days ago",
            *whole,
            "It was never seen to sign in.",
            f"{old} goes.",
            "! The new one was never seen to sign in",
            f"Type the last six characters of its id, {old[-6:]}",
        )
        assert await user.picture() == svg
        await user.does("confirm_delete")
        await user.sees(f"✗ Nothing is deleted until {old[-6:]} is typed.")
        await user.does("cancel_delete")
        await user.sees_no("begun 3 days ago from")
    assert world.names().count("hvac-sync") == 2


async def test_finishing_takes_the_end_of_the_old_id(world: World) -> None:
    old, new = begun(world)
    async with using(world) as user:
        await goes_to(user, old)
        await user.does("replace")
        await user.pastes(new[-6:])  # that is the wrong one
        await user.does("confirm_delete")
        await user.sees(f"is not the end of its id, which is {old[-6:]}")
        await user.presses("ctrl+u")
        await user.pastes(old[-6:].swapcase())
        await user.does("confirm_delete")
        await user.sees(f"✓ “hvac-sync” ({old}) is deleted. {new} has replaced it.", "6 clients")
        await user.sees_no("replaced 3 days ago", "R finishes")
        assert "new" not in user.line_of_cursor
    assert id_of(world, "hvac-sync") == new


async def test_calling_off_takes_the_end_of_the_new_id(world: World) -> None:
    old, new = begun(world)
    async with using(world) as user:
        await goes_to(user, old)
        await user.does("replace")
        await user.presses("up", "down")  # to the options, and to the second one
        await user.sees("◉ call off", f"{new} goes.", f"of its id, {new[-6:]}", "delete the new one")
        await user.presses("down")
        await user.pastes(new[-6:])
        await user.does("confirm_delete")
        await user.sees(f"✓ “hvac-sync” ({new}) is deleted. {old} stays.")
    assert id_of(world, "hvac-sync") == old


async def test_where_nothing_is_typed_the_focus_is_on_leaving_both(world: World) -> None:
    world.profile = world.profile._replace(protected=False)
    old, _ = begun(world)
    async with using(world) as user:
        await goes_to(user, old)
        await user.does("replace")
        await user.sees("◉ not yet", "Enter not yet")
        await user.does("confirm_delete")
        await user.sees_no("◉ not yet")
        await user.does("replace")
        await user.presses("f")
        await user.sees("◉ finish", "Enter delete the old one")
        await user.does("confirm_delete")
        await user.sees(f"({old}) is deleted.")


async def test_a_secret_that_is_not_known_to_be_stored_leaves_calling_off_alone(world: World) -> None:
    old, new = begun(world, "hvac-sync", ("delivered", {"how": "sent to a clipboard (osc52)"}))
    async with using(world) as user:
        await user.sees("An earlier create is unfinished", f"It was to replace {old}.")
        await user.does("decide_later")
        await goes_to(user, old)
        await user.sees(f"{new} was to replace it, but that one's secret is not known to be stored.")
        await user.does("replace")
        await user.sees("◉ call off", "! The new one's secret is not known to be stored")
        assert "finish" not in user.text.partition("Replacing “hvac-sync”")[2]
        await user.pastes(new[-6:])
        await user.does("confirm_delete")
        await user.sees(f"({new}) is deleted. {old} stays.")
    assert world.journal.open_entries() == []


async def test_what_a_colleague_deletes_is_marked_told_and_ended(world: World) -> None:
    first, second = begun(world), begun(world, "lobby-display")
    async with using(world) as user:
        await user.sees("8 clients")
        world.remove(first[0])
        world.remove(second[1])
        await user.does("refresh")
        await user.sees("6 clients")
        await goes_to(user, first[1])
        await user.sees("new, old one gone", f"It replaces {first[0]}, which is gone.")
        await user.does("replace")
        await user.sees(f"✓ {first[0]} is gone already, so {first[1]} has replaced it.")
        await user.sees_no("new, old one gone")
        await goes_to(user, second[0])
        await user.sees("old, new one gone", f"{second[1]}, which was to replace it, is gone.")
        await user.does("replace")
        await user.sees(f"! {second[1]}, which was to replace {second[0]}, is gone.")
        await user.sees_no("old, new one gone")
        await user.does("replace")
        await user.sees("Replace “lobby-display” on local")
    assert not any(request.startswith("DELETE") for request in world.between.sent)


async def test_the_old_one_stays_where_the_new_one_goes_at_the_last_moment(world: World) -> None:
    old, new = begun(world)
    async with using(world) as user:
        await goes_to(user, old)
        await user.does("replace")
        await user.pastes(old[-6:])
        world.remove(new)
        await user.does("confirm_delete")
        await user.sees(f"✗ {new}, which was to stay, is gone, so nothing is deleted")
    assert id_of(world, "hvac-sync") == old


async def test_the_filter_finds_both_of_each_and_goes_on_by_what_is_new(world: World) -> None:
    old, new = begun(world)
    async with using(world) as user:
        await user.does("filter")
        await user.pastes("replacing:")
        await user.sees("1 of 2", "old, replaced 3 days ago")
        await user.does("keep_filter", "replace")
        await user.pastes(old[-6:])
        await user.does("confirm_delete")
        await user.sees("Nothing matches “replacing:”")
        await user.does("back")
        await user.sees("6 clients", "hvac-sync")
        await user.does("filter")
        await user.pastes("-replacing:")
        await user.sees(" of 6")
    assert id_of(world, "hvac-sync") == new


@pytest.mark.parametrize(
    ("days", "on", "says"),
    [
        (7, "2026-11-17T09:30", "! The replacement of “hvac-sync”, begun 7 days ago, is not finished."),
        (7, "2026-11-18T09:30", ""),
        (2, "2026-11-21T09:30", "! The replacement of “hvac-sync”, begun 3 days ago, is not finished."),
        (0, "2025-11-17T09:30", ""),
    ],
)
async def test_a_quiet_line_reminds_after_the_days_of_the_settings(
    world: World, days: float, on: str, says: str
) -> None:
    begun(world, on=on)
    async with using(world, settings=Settings(Path("config.toml"), replace_reminder_days=days)) as user:
        if says:
            await user.sees(f"{says} / and replacing: show what it is about; R there finishes or calls off.")
        await user.rests()
        assert says in user.text
        assert "is not finished" in user.text or not says
        assert len(user.app.screen_stack) == 1


async def test_several_are_one_line_below_what_else_is_said(world: World) -> None:
    begun(world, on="2026-11-10T09:30")
    begun(world, "lobby-display", on="2026-11-17T09:30")
    problem = "config.toml: There is no setting “x” here."
    async with using(world, settings=Settings(Path("config.toml"), problems=(problem,))) as user:  # type: ignore[arg-type]
        await user.sees(f"! {problem} ! 2 replacements are not finished, the oldest begun 14 days ago.")


async def test_the_reminder_waits_for_what_is_unfinished(world: World) -> None:
    begun(world, "hvac-sync", TRIED, on="2026-11-10T09:30")
    async with using(world) as user:
        await user.sees("An earlier create is unfinished")
        assert "is not finished" not in user.text
        await user.does("decide_later")
        await user.sees("begun 14 days ago, is not finished")


async def test_each_way_in_which_the_create_fails_keeps_the_question(world: World) -> None:
    old = id_of(world, "hvac-sync")
    async with using(world) as user:
        await goes_to(user, old)
        await user.does("replace")
        await user.sees("Its secret goes to")
        world.between.answer("POST", Reply(400, {"code": "INVALID_REQUEST", "message": "not today"}))
        await user.does("create")
        await user.sees("✗ The service refused this: not today. Nothing was created.")
        world.between.answer("POST", httpx.ReadTimeout("gone"))
        await user.does("create")
        await user.sees("may or may not exist", "not seen yet. Ctrl+R looks again", "Ctrl+R look again")
        found = world.add("hvac-sync")
        await user.does("look")
        await user.sees(f"{found} is new and probably this one", "then replace the old one again (R).")
        await user.sees_no("Its secret goes to")
        await goes_to(user, old)
        await user.sees("old, new one unclear", "got no clear answer")
        await user.does("replace")
        await user.sees("! An earlier try at ", "creating it now could make a second one.")
        await user.does("cancel_create")
        await user.sees_no("An earlier try at ")
    assert world.posts == 2


async def test_in_a_narrow_terminal_the_detail_says_it_too(world: World) -> None:
    _, new = begun(world)
    async with using(world, NARROW) as user:
        await goes_to(user, new)
        await user.does("open")
        await user.sees("It replaces client_", "then R finishes: the old one is deleted. Begun 3 days ago.")


async def test_what_can_not_be_deleted_stays_and_says_so(world: World) -> None:
    old, _ = begun(world)
    async with using(world) as user:
        await goes_to(user, old)
        await user.does("replace")
        await user.pastes(old[-6:])
        world.between.answer("DELETE", Reply(500, {"code": "CLIENT_DELETE_FAILED", "message": "no"}))
        await user.does("confirm_delete")
        await user.sees("could not delete", f"({old}) is still there; R tries again.")
        await user.sees("old, replaced 3 days ago")


async def test_a_read_only_profile_replaces_nothing(world: World) -> None:
    world.profile = world.profile._replace(read_only=True)
    async with using(world) as user:
        await user.does("replace")
        await user.sees("is read-only: nothing is created or deleted from here.")


async def test_several_that_are_marked_get_new_ones_at_one_destination(world: World, tmp_path: Path) -> None:
    gate = world.between.hold("POST")
    async with using(world) as user:
        await user.does("mark", "mark", "last", "replace")
        await user.sees("Replace 2 clients on local", "“access-audit”, “badge-gateway”: a new one each")
        await user.presses("ctrl+u")
        await user.types("clipboard")
        await user.does("answer")
        await user.sees("✗ Several secrets need a place each: file:PATH,")
        await user.presses("ctrl+u")
        await user.pastes(f"file:{tmp_path}/{{name}}.env")
        await user.does("answer")
        await user.sees("1 of 2: “access-audit”…")
        await user.does("leave")  # stops after the one under way
        gate.set()
        await user.sees("✗ 1 of 2 clients is replaced, 1 not begun. R goes on.", "7 clients, 2 marked")
        await user.does("replace")
        await user.sees("Replace 1 client on local")
        await user.presses("ctrl+u")
        await user.pastes(f"file:{tmp_path}/{{name}}.env")
        await user.does("answer")
        await user.sees("✓ 1 client is replaced", "8 clients")
    assert sorted(file.stem for file in tmp_path.glob("*.env")) == ["access-audit", "badge-gateway"]
    assert world.posts == 2
