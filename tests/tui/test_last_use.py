"""When clients were last used, as the app shows it: where the service tells, and where it does not."""

from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.support.driver import HUGE, WIDE, User, using
from tests.support.world import World
from tests.tui.sizes import sizes
from tests.tui.test_replace import STORED, TRIED, begun, goes_to, id_of

pytestmark = pytest.mark.slow

NOT_TOLD = "this service does not tell when it was last used"


@pytest.fixture
def used(world: World) -> World:
    """Sign-ins are known for 200 days; one client is in use, one was months ago."""
    world.knows_sign_ins_for(timedelta(days=200))
    world.signed_in(id_of(world, "hvac-sync"), timedelta(minutes=2))
    world.signed_in(id_of(world, "badge-gateway"), timedelta(days=100))
    return world


async def select(user: User, world: World, name: str) -> None:
    await goes_to(user, id_of(world, name))


@sizes("huge")
async def test_a_wide_list_has_a_column_of_it(
    used: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(used, size) as user:
        await user.sees("LAST USED")
        await select(user, used, "hvac-sync")
        await user.sees("last used 2 minutes ago (2026-11-24 12:02 UTC)")
        assert await user.picture() == svg


async def test_the_detail_tells_it(used: World) -> None:
    async with using(used) as user:
        await select(user, used, "badge-gateway")
        await user.sees("last used 3 months ago (2026-08-16 12:04 UTC)")
        await select(user, used, "lobby-display")
        await user.sees("last used none known since 2026-05-08")
        assert "LAST USED" not in user.text


async def test_a_client_in_use_is_warned_of_before_it_is_deleted(used: World) -> None:
    async with using(used) as user:
        await select(user, used, "hvac-sync")
        await user.does("delete")
        await user.sees(
            "Last used 2 minutes ago (2026-11-24 12:02 UTC)",
            "! It signed in 2 minutes ago: something uses it.",
        )
        await user.does("cancel_delete")
        await select(user, used, "badge-gateway")
        await user.does("delete")
        await user.sees("Last used 3 months ago")
        assert "something uses it" not in user.text


async def test_the_question_before_a_replacement_tells_it(used: World) -> None:
    async with using(used) as user:
        await select(user, used, "hvac-sync")
        await user.does("replace")
        await user.sees("1 year old, last used 2 minutes ago")


async def test_an_open_replacement_says_that_the_old_one_is_still_used(used: World) -> None:
    _, new = begun(used)
    used.signed_in(new, timedelta(days=1))
    async with using(used) as user:
        await goes_to(user, new)
        await user.sees("The old one signed in 2 minutes ago: something still uses it.")
        await user.does("replace")
        await user.sees("! The old one signed in 2 minutes ago: something still uses it.")
        assert "can't be seen from here" not in user.text


async def test_or_that_it_is_not_and_that_nothing_moved_to_the_new_one(used: World) -> None:
    begun(used, "badge-gateway")
    async with using(used) as user:
        await select(user, used, "badge-gateway")
        await user.sees("The old one has not signed in since the replacement.")
        await user.does("replace")
        await user.sees(
            "The old one has not signed in since the replacement.",
            "! The new one was never used: nothing has moved to it.",
        )


async def test_our_own_trial_is_no_use(used: World) -> None:
    _, new = begun(used, "hvac-sync", STORED, TRIED, on="2026-11-24T12:01")
    used.signed_in(new, timedelta(minutes=3, seconds=-2))  # 12:01:02, a moment after the journal's
    async with using(used) as user:
        await goes_to(user, new)
        await user.sees("last used only tried from here (2026-11-24 12:01 UTC)")
        await user.does("replace")
        await user.sees("! The new one was only tried from here: nothing has moved to it.")


async def test_the_filter_finds_what_is_unused(used: World) -> None:
    async with using(used) as user:
        await user.does("filter")
        await user.types("unused:>90d")
        await user.sees("1 of 3", "badge-gateway", "lobby-display")
        assert "hvac-sync" not in user.text
        await user.presses(*["backspace"] * 11)
        await user.types("used:<1d")
        await user.sees("1 of 2", "hvac-sync", "butlr-tui root")


async def test_where_it_is_not_told_the_app_says_so_and_never_unused(world: World) -> None:
    world.between.hides_offers = True
    async with using(world, HUGE) as user:
        await select(user, world, "hvac-sync")
        await user.sees(f"last used {NOT_TOLD}")
        assert "LAST USED" not in user.text
        await user.does("filter")
        await user.types("unused:>90d")
        await user.sees("✗ unused:>90d: this service does not tell when a client was last used.", "6 clients")
        await user.does("keep_filter", "back", "delete")
        await user.sees(f"Last used {NOT_TOLD}")
        await user.does("cancel_delete", "replace")
        await user.sees("last use not told by this service")
    assert not [url for url in world.between.urls if "include" in url]


async def test_it_asks_by_the_parameter_where_it_is_told(world: World) -> None:
    async with using(world, WIDE):
        pass
    assert [url.partition("?")[2] for url in world.between.urls] == ["include=activity"]
