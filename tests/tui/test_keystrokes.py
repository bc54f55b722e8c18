"""How many keys a job takes: a row a job. What is typed counts one a character."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest

from butlr_tui.config.profiles import Profile
from tests.support.driver import using
from tests.support.world import SOME_CLIENTS, World


@dataclass(frozen=True)
class Job:
    """What is pressed, each step once its text is on screen, and what is there when all is done."""

    steps: tuple[tuple[str, tuple[str, ...]], ...]
    at_most: int
    done: str
    at: Callable[[Profile], Profile] = lambda profile: profile
    """The profile at which it is done."""

    @property
    def keys(self) -> int:
        """How many are pressed."""
        return sum(len(keys) for _, keys in self.steps)


NAME: Final = "kiosk"
JOBS: Final = {
    "create and save to the file that is the default": Job(
        (("read at", ("n", *NAME, "enter", "enter")), (f"“{NAME}” is created", ("escape",))),
        4 + len(NAME),
        f"✓ “{NAME}” is created; its secret is saved to ~/{NAME}.env",
        lambda profile: profile._replace(default_destination="file:~/{name}.env"),
    ),
    "those older than a year": Job(
        (("read at", ("slash", *"age", "colon", "greater_than_sign", *"1y", "enter")),),
        9,
        "1 of 4",
    ),
    "those older than a year, by the ready filter": Job(
        (("read at", ("F",)), ("Older than a year", ("enter",))),
        2,
        "1 of 4",
    ),
    "the list as CSV in a file": Job(
        (("read at", ("o", "enter", "enter")),),
        4,
        "✓ 6 clients saved to ~/clients-local.csv as CSV.",
    ),
    "go to another service": Job(
        (("read at", ("p", "s", "enter")),),
        3,
        "▌site▐",
    ),
}


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
async def test_it_takes_no_more_keys_than_this(world: World, job: Job) -> None:
    world.profile = job.at(world.profile)
    async with using(world, profiles=[world.profile, world.profile._replace(name="site")]) as user:
        for awaited, keys in job.steps:
            await user.sees(awaited)
            await user.presses(*keys)
        await user.sees(job.done)
        assert len(user.app.screen_stack) == 1
    assert job.keys <= job.at_most


async def test_from_nothing_configured_to_a_list_takes_one(world: World) -> None:
    demo = world.profile._replace(name="demo", place="embedded service")
    async with using(world, start="No service is named.", profiles=[demo], loaded=False) as user:
        await user.sees("No service is named. Which one is it to be?")
        await user.presses("enter")
        await user.sees("6 clients, read at 12:04", "t takes you through all this in six steps.")
        assert len(user.app.screen_stack) == 1


async def test_deleting_ten_stale_clients_takes_no_more_than_twenty(world: World) -> None:
    world.add_many([(f"stale-{number}", "", 500) for number in range(6)])  # four are there already
    pressed = 0

    async with using(world) as user:
        for awaited, keys in (
            ("read at", ("slash", *"age", "colon", "greater_than_sign", *"1y", "enter")),
            ("1 of 10", ("asterisk", "d")),
            ("Delete 10 clients", (*"10", "enter")),
        ):
            await user.sees(awaited)
            await user.presses(*keys)
            pressed += len(keys)
        await user.sees("✓ Of 10 clients: 10 deleted.")
        assert len(user.app.screen_stack) == 1
    assert world.names() == ["zurich-signage"]
    assert pressed <= 20


async def test_replacing_a_client_and_finishing_that_later_takes_eleven(world: World) -> None:
    world.profile = world.profile._replace(default_destination="file:~/{name}.env")
    first = sorted(SOME_CLIENTS)[0][0]
    pressed = 0

    async with using(world) as user:

        async def presses(*keys: str) -> None:
            nonlocal pressed
            await user.presses(*keys)
            pressed += len(keys)

        await presses("R", "enter")
        await user.sees(f"“{first}” is created")
        await presses("escape")
        await user.sees(f"✓ “{first}” is created; its secret is saved", "then R finishes")
        (entry,) = world.journal.entries()
        assert entry.replaces is not None
        await presses("R", *entry.replaces[-6:], "enter")
        await user.sees(f"✓ “{first}” ({entry.replaces}) is deleted.")
    assert pressed <= 11
