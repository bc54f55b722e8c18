"""Deleting several clients: what is asked, what is shown meanwhile, and what is left in the end."""

from collections import Counter
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from butlr_tui.config.model import Settings
from butlr_tui.journal.entries import Event
from tests.support.driver import NARROW, User, using
from tests.support.world import Reply, World
from tests.tui.sizes import every_size, sizes

FAILS = Reply(500, {"code": "CLIENT_DELETE_FAILED", "message": "no"})
FORBIDDEN = Reply(403, b"<html>no</html>")
ENDED = Reply(401, {"message": "invalid or expired jwt"})


def deletes(world: World) -> int:
    """How many requests to delete were sent."""
    return sum(request.startswith("DELETE") for request in world.between.sent)


def ended(world: World) -> Counter[Event | None]:
    """How often deletions ended in each way, as the journal has it."""
    return Counter(entry.ended for entry in world.journal.entries() if entry.event is Event.DELETE)


async def ask(user: User, *marks: str) -> None:
    """Mark, and open the dialog."""
    await user.does(*(marks or ("mark_all",)))
    await user.sees(" marked")
    await user.does("delete")
    await user.sees("can't be undone.")


async def confirm(user: User, number: int) -> None:
    await user.types(str(number))
    await user.does("confirm_several")


@every_size
async def test_they_are_deleted_once_their_number_is_typed(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(world, size) as user:
        await ask(user)
        await user.sees("Delete 5 clients from local", "access-audit", "2 years", "Type how many: 5")
        assert await user.picture() == svg
        await user.does("confirm_several")
        await user.sees("✗ Nothing is deleted until 5 is typed.")
        await user.types("4")
        await user.does("confirm_several")
        await user.sees("✗ “4” is not how many they are, which is 5. Nothing is deleted.")
        assert deletes(world) == 0
        await user.presses("backspace")
        await confirm(user, 5)
        await user.sees("✓ Of 5 clients: 5 deleted.", "1 client")
        await user.sees_no("marked")
    assert world.names() == []
    assert deletes(world) == 5
    assert sum(request.startswith("GET") for request in world.between.sent) == 2
    assert ended(world) == {Event.DELETED: 5}


async def test_esc_deletes_nothing_and_the_marks_stay(world: World) -> None:
    async with using(world) as user:
        await ask(user)
        await user.types("5")
        await user.does("stop_several")
        await user.sees_no("can't be undone")
        await user.sees("5 marked")
    assert deletes(world) == 0


@sizes("wide")
async def test_an_unprotected_profile_asks_plainly_with_the_focus_on_keeping_them(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    world.profile = world.profile._replace(protected=False)
    async with using(world, size) as user:
        await ask(user)
        await user.sees("◉ keep them", "○ delete them", "Enter keep them")
        assert await user.picture() == svg
        await user.does("confirm_several")
        await user.sees_no("keep them")
        await user.does("delete")
        await user.sees("◉ keep them")
        await user.presses("d")
        await user.sees("Enter delete 5")
        await user.does("confirm_several")
        await user.sees("✓ Of 5 clients: 5 deleted.")
    assert world.names() == []


async def test_the_one_that_signed_us_in_goes_only_if_a_hand_marked_it(world: World) -> None:
    async with using(world) as user:
        await ask(user, "down", "down", "mark", "mark_all")
        await user.sees("Delete 6 clients", "! One of them is the client that signed you in")
        await user.does("stop_several", "unmark")
    assert deletes(world) == 0


async def test_it_is_about_those_that_were_marked_when_it_opened(world: World) -> None:
    async with using(world) as user:
        await ask(user)
        world.add("newcomer")
        user.app.screen_stack[0].read()  # type: ignore[attr-defined]
        await user.waits_for(lambda: sum(one.startswith("GET") for one in world.between.sent) == 2)
        await confirm(user, 5)
        await user.sees("✓ Of 5 clients: 5 deleted.", "2 clients")
    assert world.names() == ["newcomer"]


@sizes("smallest", "wide")
async def test_while_it_runs_it_shows_how_far_it_is_and_esc_stops_it(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    world.add_many([(f"kiosk-{number}", "", 3) for number in range(10)])
    gate = world.between.hold("DELETE")
    async with using(world, size) as user:
        await ask(user)
        await confirm(user, 15)
        await user.waits_for(lambda: deletes(world) == 4)
        await user.sees("… access-audit", "deleting", "0 of 15", "Esc stops after those under way")
        assert await user.picture() == svg
        await user.does("stop_several")
        await user.sees("Stopping: 4 deletions under way can't be called back.")
        gate.set()
        await user.sees("✗ Of 15 clients: 4 deleted, 11 not begun.", "Esc close", "4 of 15")
        await user.sees_no("try again")
        await user.does("stop_several")
        await user.sees("✗ Of 15 clients: 4 deleted, 11 not begun. What is left stays marked", "11 marked")
    assert deletes(world) == 4
    assert len(world.names()) == 11
    assert ended(world) == {Event.DELETED: 4}


@sizes("smallest", "wide")
async def test_what_failed_comes_first_with_its_reason_and_is_tried_again(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    world.between.answer("DELETE", FORBIDDEN, FAILS)
    one_by_one = Settings(Path("config.toml"), delete_concurrency=1)
    async with using(world, size, settings=one_by_one) as user:
        await ask(user)
        await confirm(user, 5)
        await user.sees(
            "✗ Of 5 clients: 3 deleted, 2 not deleted.", "r try again", "refused the request (403)"
        )
        assert await user.picture() == svg
        await user.does("field_below")
        await user.sees("The service could not delete “badge-gateway”; it is still there.")
        await user.does("try_again")
        await user.sees("✓ Of 5 clients: 5 deleted.", "1 client")
    assert deletes(world) == 7
    assert ended(world) == {Event.DELETED: 5, Event.NOT_DELETED: 2}


async def test_one_that_is_gone_already_is_told_apart(world: World) -> None:
    async with using(world) as user:
        await ask(user)
        gone = next(iter(world.service.store.list(world.service.root.client_id)))
        world.remove(gone.client_id)
        await confirm(user, 5)
        await user.sees("✓ Of 5 clients: 4 deleted, 1 already gone.")
    assert ended(world) == {Event.DELETED: 4, Event.ALREADY_GONE: 1}


async def test_a_sign_in_that_ends_asks_once_and_goes_on(world: World) -> None:
    world.between.answer("DELETE", *[ENDED] * 8)
    async with using(world) as user:
        await ask(user)
        await confirm(user, 5)
        await user.sees("Sign in to local")
        assert len(user.app.screen_stack) == 3
        world.between.recover()
        await user.types(world.service.root.client_id)
        await user.presses("tab")
        await user.types(world.service.root.client_secret.get_secret_value())
        await user.does("sign_in_now")
        await user.sees("✓ Of 5 clients: 5 deleted.", "1 client")
        assert len(user.app.screen_stack) == 1
    assert world.names() == []


async def test_who_does_not_sign_in_sees_what_is_not_begun_and_can_go_on_later(world: World) -> None:
    world.between.answer("DELETE", *[ENDED] * 8)
    async with using(world) as user:
        await ask(user)
        await confirm(user, 5)
        await user.sees("Sign in to local")
        await user.does("cancel_sign_in")
        await user.sees(
            "✗ Of 5 clients: 4 not deleted, 1 not begun.", "The service no longer accepts your token."
        )
        world.between.recover()
        await user.does("try_again")
        await user.sees("✓ Of 5 clients: 5 deleted.")
    assert world.names() == []


async def test_the_keys_scroll_through_a_long_list(world: World) -> None:
    world.add_many([(f"kiosk-{number:02}", "", 3) for number in range(40)])
    async with using(world, NARROW) as user:
        await ask(user)
        await user.sees("Delete 45 clients")
        assert "kiosk-39" not in user.screen
        await user.does(*["scroll_down"] * 6)
        await user.sees("zurich-signage")
        await confirm(user, 45)
        await user.sees("✓ Of 45 clients: 45 deleted.")


@pytest.mark.parametrize("is_listed", [True, False])
async def test_the_next_start_tells_what_an_interrupted_deletion_came_to(
    world: World, is_listed: bool
) -> None:
    async with using(world) as user:
        gate = world.between.hold("DELETE")
        await ask(user, "mark", "mark")
        await confirm(user, 2)
        await user.waits_for(lambda: deletes(world) == 2)
    assert ended(world) == {None: 2}
    gate.set()
    if not is_listed:
        for one in world.service.store.list(world.service.root.client_id):
            if one.name in ("access-audit", "badge-gateway"):
                world.remove(one.client_id)
    told = "are still there" if is_listed else "are gone"
    async with using(world) as user:
        await user.sees(
            f"! 2 deletions were interrupted when butlr-tui ended: “access-audit”, “badge-gateway” {told}. "
            "J shows the journal."
        )
    assert ended(world) == {Event.NOT_DELETED if is_listed else Event.DELETED: 2}
    async with using(world) as user:
        await user.rests()
        assert "interrupted" not in user.text
