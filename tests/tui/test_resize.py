"""After any resizes every screen looks, cell by cell, as if the app had been started at that size."""

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count, zip_longest
from pathlib import Path
from typing import Final

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style

from butlr_tui.config.profiles import Profile, Prompt
from butlr_tui.system.delivery_command import DeliveryCommand
from butlr_tui.system.user_folders import state_folder
from butlr_tui.tui.dialogs.secret import SecretDialog
from tests.support.driver import User, using
from tests.support.figures import figure, times
from tests.support.journals import Line, write_entries
from tests.support.world import HOSTILE_NAMES, Reply, World
from tests.support.world import world as a_world

pytestmark = pytest.mark.slow

Size = tuple[int, int]
Cells = list[tuple[str, Style | None]]
Reach = Callable[[User], Awaitable[None]]
"""Brings the app from its start into a state."""

_WIDTHS: Final = (59, 60, 79, 80, 99, 100, 159, 160)
"""Where the layout changes."""
_HEIGHTS: Final = (15, 16, 19, 20)
SIZES: Final = st.tuples(
    st.integers(40, 220) | st.sampled_from(_WIDTHS), st.integers(10, 60) | st.sampled_from(_HEIGHTS)
)
BACK_AND_FORTH: Final = [(120, 36), (60, 16), (200, 50), (59, 12)]
SEQUENCES: Final = 1_000
_NARROW: Final = (80, 24)
_COMMANDS: Final = tuple(DeliveryCommand(f"vault-{number}", ("vault", "{name}")) for number in range(12))
_SOME_PROFILES: Final = [
    Profile(f"site-{number}", f"https://site-{number}.example", Prompt(Path("site.json")))
    for number in range(20)
]


@dataclass(frozen=True)
class State:
    """A screen or dialog: the commands that lead there from the list, and what is typed there."""

    commands: tuple[str, ...] = ()
    types: str = ""
    then: tuple[str, ...] = ()
    """More commands."""
    created: tuple[str, ...] | None = None
    """Those in the dialog of the secret, where `then` creates a client."""
    dialogs: int = 0
    """How many are open then."""
    before: Callable[[World], None] = lambda world: None
    """What is so before the app starts."""
    begin: Size | None = None
    """The size at which it is reached, where not every one will do."""
    first_start: bool = False
    cut_off: bool = False
    """Whether the service is not reached any more once the list is here."""


def _answers_no_list(world: World) -> None:
    world.between.answer("GET", Reply(403, b"<html>a gateway</html>"))


def _has_no_clients(world: World) -> None:
    world.between.answer("GET", Reply(200, []))


def _is_not_protected(world: World) -> None:
    world.profile = world.profile._replace(protected=False)


def _has_many_commands(world: World) -> None:
    world.profile = world.profile._replace(commands=_COMMANDS)


def _has_a_journal(world: World) -> None:
    here: dict[str, object] = {"url": world.profile.base_url, "profile": "local", "by": "client_me"}
    told: Line = ("2026-11-03T09:31:00.000", "not_created", {"how": "The service asks to wait. " * 3})
    names = [*HOSTILE_NAMES, *(f"kiosk-{number}" for number in range(60))]
    write_entries(
        world.journal.path,
        [[("2026-11-03T09:30:00.000", "create", {**here, "name": name}), told] for name in names],
    )


def _has_unfinished_creates(world: World) -> None:
    here: dict[str, object] = {"url": world.profile.base_url, "profile": "local"}
    write_entries(
        world.journal.path,
        [[("2026-11-03T09:30:00.000", "create", {**here, "name": f"kiosk-{number}"})] for number in range(9)],
    )


STATES: Final = {
    "the list": State(),
    "its end": State(("last",)),
    "a filter": State(("filter",), "floor", ("keep_filter",)),
    "typing a filter": State(("filter",), "floor"),
    "what a filter can't mean": State(("filter",), "colour:red ", ("complete",)),
    "nothing matches": State(("filter",), "hvax"),
    "a detail": State(("down", "down", "open"), begin=_NARROW),  # it stands beside the list in a wide one
    "another order": State(("sort", "reverse")),
    "a stale list": State(cut_off=True),
    "no list": State(before=_answers_no_list),
    "no clients": State(before=_has_no_clients),
    "the first start": State(("last",), first_start=True),
    "the form": State(("new",), dialogs=1),
    "its last field": State(("new",), "kiosk", ("field_below",) * 4, dialogs=1),
    "the form with a fault": State(("new",), "\t", ("create",), dialogs=1),
    "the form with many commands": State(
        ("new",), "kiosk", ("field_below",) * 12, dialogs=1, before=_has_many_commands
    ),
    "leaving the form": State(("new",), "kiosk", ("cancel_create",), dialogs=2),
    "a secret": State(("new",), "kiosk", ("create", "create"), (), dialogs=1),
    "a secret revealed": State(("new",), "kiosk", ("create", "create"), ("reveal",), dialogs=1),
    "a file for it": State(("new",), "kiosk", ("create", "create"), ("save",), dialogs=2),
    "a command for it": State(
        ("new",), "kiosk", ("create", "create"), ("hand_over", "up"), dialogs=2, before=_has_many_commands
    ),
    "whether it is stored": State(("new",), "kiosk", ("create", "create"), ("close_secret",), dialogs=2),
    "a deletion": State(("down", "delete"), dialogs=1),
    "why nothing is deleted": State(("down", "delete"), "nope", ("confirm_delete",), dialogs=1),
    "a plain deletion": State(("down", "delete"), dialogs=1, before=_is_not_protected),
    "marks": State(("mark", "mark_to", "last")),
    "several to delete": State(("mark_all", "delete"), dialogs=1),
    "several to delete plainly": State(("mark_all", "delete"), dialogs=1, before=_is_not_protected),
    "several to replace": State((*["down"] * 3, "mark", "mark", "replace"), dialogs=1),
    "the help": State(("help",), dialogs=1),
    "the help filtered": State(("help", "filter_help"), "cli", ("keep_help",), dialogs=1),
    "the profiles": State(("profiles",), dialogs=1),
    "an export": State(("export",), dialogs=1),
    "the sign-in": State(("sign_in",), dialogs=1),
    "the commands": State(("palette",), "re", dialogs=1),
    "the journal": State(("journal",), dialogs=1, before=_has_a_journal),
    "its last entry": State(("journal", "oldest", "open_entry"), dialogs=2, before=_has_a_journal),
    "unfinished creates": State(dialogs=1, before=_has_unfinished_creates),
    "what a gateway said": State(("open",), dialogs=1, before=_answers_no_list),
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_every_screen_after_resizes_is_that_of_a_fresh_start(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = Counter(sequences=0, differences=0)
    # What fails is not made shorter: that would take longer than all the rest.
    phases = [Phase.explicit, *[Phase.generate] * times(0, 1)]
    with asyncio.Runner() as runner:

        @settings(max_examples=SEQUENCES // len(STATES) + 1, phases=phases, deadline=None)
        @example(BACK_AND_FORTH)
        @given(st.lists(SIZES, min_size=2, max_size=8))
        def after(sizes: list[Size]) -> None:
            counts["sequences"] += 1
            folder = tmp_path / str(counts["sequences"])
            found = runner.run(_differences(state, sizes, folder, monkeypatch))
            counts["differences"] += bool(found)
            assert not found, "\n".join(found)

        try:
            after()
        finally:
            figure(33, **counts)


async def test_the_commands_take_less_of_a_terminal_that_became_lower(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may have a share of its height."""
    assert not await _differences(STATES["the commands"], [(160, 20), (160, 16)], tmp_path / "1", monkeypatch)


async def _differences(state: State, sizes: list[Size], folder: Path, patch: pytest.MonkeyPatch) -> list[str]:
    """The lines that differ, each as it is after the resizes and as it is after a fresh start."""
    begin = [state.begin] if state.begin else []
    resized = await _seen(state, [*begin, *sizes], folder, patch)
    fresh = await _seen(state, [*begin, sizes[-1]], folder, patch)
    nothing: Cells = []
    pairs = zip_longest(resized, fresh, fillvalue=nothing)
    return [f"{_text(one)}\n{_text(other)}" for one, other in pairs if one != other]


async def _seen(state: State, sizes: list[Size], folder: Path, patch: pytest.MonkeyPatch) -> list[Cells]:
    """The screen, cell by cell, with their styles, in an app and a world that remember nothing."""
    for remembering in (state_folder(), folder):
        shutil.rmtree(remembering, ignore_errors=True)
    async with a_world(folder, patch) as world:
        world.add_many([(name, name[:140], 3) for name in HOSTILE_NAMES])
        world.add_many(
            [(f"sensor-reader-{n:02}", f"Reads the sensors of floor {n}", 20 * n) for n in range(40)]
        )
        state.before(world)
        start = "Several could be meant." if state.first_start else None
        async with using(world, sizes[0], loaded=False, start=start, profiles=_SOME_PROFILES) as user:
            await _reach(state, user, world)
            for size in sizes[1:]:
                await user.resizes(size)
            await user.rests()
            return [_cells(line) for line in user.lines]


async def _reach(state: State, user: User, world: World) -> None:
    if not state.first_start:
        await user.waits_for(lambda: "GET /api/v1/client" in world.between.sent)
    await user.rests()
    await user.does(*state.commands)
    await user.types(state.types)
    await user.does(*state.then)
    if state.created is not None:
        await user.waits_for(lambda: isinstance(user.app.screen, SecretDialog))
        await user.rests()
        await user.does(*state.created)
    if state.cut_off:
        _answers_no_list(world)
        await user.does("refresh")
    await user.waits_for(lambda: len(user.app.screen_stack) == 1 + state.dialogs)
    await user.rests()


def _cells(line: list[Segment]) -> Cells:
    return [(char, style) for text, style, _ in line for char in text]


def _text(line: Cells) -> str:
    return "".join(char for char, _ in line)


async def test_it_is_heeded_by_a_process_that_was_held_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a busy machine: time goes by between two looks at the clock."""
    late = 0.0
    looks = count()

    def now() -> float:
        nonlocal late
        late += 0.02 if next(looks) < 50 else 0
        return time.monotonic() + late

    async with using(world, _NARROW) as user:
        monkeypatch.setattr("textual._time.get_time", now)
        for size in BACK_AND_FORTH:
            looks = count()
            await user.resizes(size)
