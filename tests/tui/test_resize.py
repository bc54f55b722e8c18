"""After any resizes every screen looks, cell by cell, as if the app had been started at that size."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import zip_longest
from pathlib import Path
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style

from butlr_tui.journal.journal import state_folder
from tests.support.driver import User, using
from tests.support.figures import figure, times
from tests.support.world import HOSTILE_NAMES, Reply, World
from tests.support.world import world as a_world

Size = tuple[int, int]
Cells = list[tuple[str, Style | None]]
Reach = Callable[[User, World], Awaitable[None]]
"""Brings the app from its start into a state."""

_WIDTHS: Final = (59, 60, 79, 80, 99, 100, 159, 160)
"""Where the layout changes."""
_HEIGHTS: Final = (15, 16, 19, 20)
SIZES: Final = st.tuples(
    st.integers(40, 220) | st.sampled_from(_WIDTHS), st.integers(10, 60) | st.sampled_from(_HEIGHTS)
)
BACK_AND_FORTH: Final = [(80, 24), (120, 36), (80, 24), (60, 16), (59, 15), (200, 50), (70, 20), (123, 20)]
SEQUENCES: Final = 1_000
_NARROW: Final = (80, 24)


async def _list(user: User, world: World) -> None:
    pass


async def _at_the_end(user: User, world: World) -> None:
    await user.does("last")


async def _filtered(user: User, world: World) -> None:
    await _typing_a_filter(user, world)
    await user.does("keep_filter")


async def _typing_a_filter(user: User, world: World) -> None:
    await user.does("filter")
    await user.types("floor")


async def _nothing_matches(user: User, world: World) -> None:
    await user.does("filter")
    await user.types("hvax")


async def _detail(user: User, world: World) -> None:
    await user.does("down", "down", "open")


async def _reversed(user: User, world: World) -> None:
    await user.does("sort", "reverse")


async def _stale(user: User, world: World) -> None:
    world.between.answer("GET", Reply(403, b"<html>a gateway</html>"))
    await user.does("refresh")
    await user.rests()


def _dialog(*commands: str) -> Reach:
    async def reach(user: User, world: World) -> None:
        await user.does(*commands)
        await user.waits_for(lambda: len(user.app.screen_stack) == 2)

    return reach


STATES: Final[dict[str, Reach]] = {
    "the list": _list,
    "its end": _at_the_end,
    "a filter": _filtered,
    "typing a filter": _typing_a_filter,
    "nothing matches": _nothing_matches,
    "a detail": _detail,
    "another order": _reversed,
    "a stale list": _stale,
    "no list": _list,
    "no clients": _list,
    "the form": _dialog("new"),
    "a deletion": _dialog("down", "delete"),
    "the help": _dialog("help"),
    "the profiles": _dialog("profiles"),
    "the sign-in": _dialog("sign_in"),
}


@pytest.mark.parametrize("state", STATES)
def test_every_screen_after_resizes_is_that_of_a_fresh_start(
    state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = Counter(sequences=0, differences=0)
    with asyncio.Runner() as runner:

        @settings(max_examples=times(1, SEQUENCES // len(STATES)), deadline=None)
        @example(BACK_AND_FORTH)
        @given(st.lists(SIZES, min_size=2, max_size=8))
        def after(sizes: list[Size]) -> None:
            counts["sequences"] += 1
            folder = tmp_path / str(counts["sequences"])
            if state == "a detail":  # Enter opens one only where it is not beside the list
                sizes = [_NARROW, *sizes]
            found = runner.run(_differences(state, sizes, folder, monkeypatch))
            counts["differences"] += bool(found)
            assert not found, "\n".join(found)

        try:
            after()
        finally:
            figure(33, **counts)


async def _differences(state: str, sizes: list[Size], folder: Path, patch: pytest.MonkeyPatch) -> list[str]:
    """The lines that differ, each as it is after the resizes and as it is after a fresh start."""
    async with a_world(folder, patch) as world:
        world.add_many([(name, name[:140], 3) for name in HOSTILE_NAMES])
        world.add_many(
            [(f"sensor-reader-{n:02}", f"Reads the sensors of floor {n}", 20 * n) for n in range(40)]
        )
        resized = await _seen(state, sizes, world)
        fresh = await _seen(state, sizes[-1:], world)
    nothing: Cells = []
    pairs = zip_longest(resized, fresh, fillvalue=nothing)
    return [f"{_text(one)}\n{_text(other)}" for one, other in pairs if one != other]


async def _seen(state: str, sizes: list[Size], world: World) -> list[Cells]:
    """The screen, cell by cell, with their styles, in an app that remembers nothing."""
    shutil.rmtree(state_folder(), ignore_errors=True)
    if state == "no list":
        world.between.answer("GET", Reply(403, b"<html>a gateway</html>"))
    elif state == "no clients":
        world.between.answer("GET", Reply(200, []))
    async with using(world, sizes[0], loaded=False) as user:
        await user.waits_for(lambda: "GET /api/v1/client" in world.between.sent)
        await user.rests()
        await STATES[state](user, world)
        for size in sizes[1:]:
            await user.resizes(size)
        await user.rests()
        world.between.sent.clear()
        return [_cells(line) for line in user.lines]


def _cells(line: list[Segment]) -> Cells:
    return [(char, style) for text, style, _ in line for char in text]


def _text(line: Cells) -> str:
    return "".join(char for char, _ in line)
