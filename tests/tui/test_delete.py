"""Deleting a client, and the words for every way in which that ends."""

from syrupy.assertion import SnapshotAssertion

from tests.support.driver import User, using
from tests.support.world import Reply, World
from tests.tui.sizes import every_size


async def ask_to_delete(user: User, world: World, name: str) -> str:
    """Go to a client and open the dialog. Returns the id's last six characters."""
    record = next(row for row in world.service.store.list(world.service.root.client_id) if row.name == name)
    await user.does("filter")
    await user.types(name)
    await user.sees("1 of 1")
    await user.does("keep_filter", "delete")
    await user.sees(f"Delete “{name}” from local")
    return record.client_id[-6:]


@every_size
async def test_it_is_deleted_once_the_six_are_typed(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(world, size) as user:
        end = await ask_to_delete(user, world, "hvac-sync")
        await user.sees(
            "Name hvac-sync",
            "Client id client_",
            "Created 2025-09-14, 1 year ago",
            "Description Pushes occupancy to the HVAC controllers of HQ",
            "Whatever signs in with it stops working. This can't be undone.",
            "Tokens that it already has go on working until they end.",
        )
        assert await user.picture() == svg
        await user.does("confirm_delete")
        await user.types(end[:5])
        await user.does("confirm_delete")
        await user.sees("Delete “hvac-sync” from local")
        assert "hvac-sync" in world.names()
        await user.types(end[5:].swapcase())  # case does not count
        await user.does("confirm_delete")
        await user.sees("✓ “hvac-sync” (client_", ") is deleted.")
        await user.sees("5 clients")
    assert "hvac-sync" not in world.names()
    assert sum(request.startswith("DELETE") for request in world.between.sent) == 1
    assert sum(request.startswith("GET") for request in world.between.sent) == 2


async def test_esc_deletes_nothing(world: World) -> None:
    async with using(world) as user:
        await user.types("")
        end = await ask_to_delete(user, world, "hvac-sync")
        await user.types(end)
        await user.does("cancel_delete")
        await user.sees_no("Delete “hvac-sync”")
    assert "hvac-sync" in world.names()


@every_size
async def test_the_client_that_signed_us_in_gets_a_warning(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(world, size) as user:
        await ask_to_delete(user, world, "butlr-tui root")
        await user.sees("This is the client that signed you in: deleting it signs you out for good.")
        assert await user.picture() == svg


@every_size
async def test_already_gone(world: World, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with using(world, size) as user:
        end = await ask_to_delete(user, world, "hvac-sync")
        gone = world.service.store.list(world.service.root.client_id)
        world.remove(next(client.client_id for client in gone if client.name == "hvac-sync"))
        await user.types(end)
        await user.does("confirm_delete")
        await user.sees("“hvac-sync” was already gone.", "Nothing matches")
        assert await user.picture() == svg


@every_size
async def test_the_service_could_not_delete(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    world.between.answer("DELETE", Reply(500, {"code": "CLIENT_DELETE_FAILED", "message": "no"}))
    async with using(world, size) as user:
        end = await ask_to_delete(user, world, "hvac-sync")
        await user.types(end)
        await user.does("confirm_delete")
        await user.sees("The service could not delete “hvac-sync”; it is still there. d tries again.")
        assert await user.picture() == svg
    assert "hvac-sync" in world.names()


async def test_while_it_runs_it_says_so_and_enter_sends_nothing_more(world: World) -> None:
    gate = world.between.hold("DELETE")
    async with using(world) as user:
        end = await ask_to_delete(user, world, "hvac-sync")
        await user.types(end)
        await user.does("confirm_delete", "confirm_delete")
        await user.sees("Deleting…", "sent; waiting for the answer")
        await user.does("cancel_delete")
        await user.sees("can't be called back")
        gate.set()
        await user.sees("“hvac-sync” (client_", ") is deleted.")
    assert sum(request.startswith("DELETE") for request in world.between.sent) == 1


@every_size
async def test_an_unprotected_profile_asks_a_plain_question_with_the_focus_on_keeping_it(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    world.profile = world.profile._replace(protected=False)
    async with using(world, size) as user:
        await ask_to_delete(user, world, "hvac-sync")
        await user.sees("◉ keep it", "○ delete it")
        assert await user.picture() == svg
        await user.does("confirm_delete")
        await user.sees_no("Delete “hvac-sync”")
        assert "hvac-sync" in world.names()
        await user.does("delete")
        await user.sees("◉ keep it")
        await user.presses("down")
        await user.does("confirm_delete")
        await user.sees("✓ “hvac-sync” (client_", ") is deleted.")
    assert "hvac-sync" not in world.names()


@every_size
async def test_enter_says_why_nothing_is_deleted(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(world, size) as user:
        end = await ask_to_delete(user, world, "hvac-sync")
        await user.does("confirm_delete")
        await user.sees(f"✗ Nothing is deleted until {end} is typed.")
        await user.types("nope")
        await user.sees_no("✗ Nothing")
        await user.does("confirm_delete")
        await user.sees(f"✗ “nope” is not the end of its id, which is {end}. Nothing is deleted.")
        assert await user.picture() == svg
    assert "hvac-sync" in world.names()


async def test_the_foot_names_what_enter_does_with_a_plain_choice(world: World) -> None:
    world.profile = world.profile._replace(protected=False)
    async with using(world) as user:
        await ask_to_delete(user, world, "hvac-sync")
        await user.sees("Esc cancel Enter keep it")
        await user.presses("down")
        await user.sees("Esc cancel Enter delete")
