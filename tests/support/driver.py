"""A small language over Textual's Pilot, so that tests of the app read as what a person does and sees.

async with using(world) as user:
    await user.does("new")
    await user.types("hvac-sync")
    await user.does("create")
    await user.sees("is created")
"""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console
from textual.pilot import Pilot

from butlr_tui.config.profiles import Profile, Settings
from butlr_tui.tui.app import ButlrApp
from butlr_tui.tui.commands import command
from tests.support.picture import picture
from tests.support.world import NOW, World

WIDE = (120, 36)
NARROW = (80, 24)
PATIENCE = 10.0
"""Seconds after which something that should be on screen will not come any more."""

_TERMINAL = {"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/9"}


class _App(ButlrApp):
    """Keeps what a headless driver would throw away."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.sequences: list[str] = []
        super().__init__(*arguments, **named)

    async def _write(self, sequence: str) -> None:
        self.sequences.append(sequence)


class User:
    """A person at the keyboard."""

    def __init__(self, app: ButlrApp, pilot: Pilot[None]) -> None:
        self.app = app
        self._pilot = pilot
        self.received: list[str] = getattr(app, "sequences", [])
        """What the app sent to the terminal beside what it drew."""

    async def does(self, *command_ids: str) -> None:
        """Press the keys of these commands, whatever they are bound to."""
        for command_id in command_ids:
            await self.presses(command(command_id).key.split(",")[0])

    async def presses(self, *keys: str) -> None:
        """Press keys that are no command, by Textual's names."""
        await self._pilot.press(*keys)
        await self._pilot.pause()

    async def types(self, text: str) -> None:
        """Type text."""
        for char in text:
            await self._pilot.press(char if char.isalnum() else _key_of(char))
        await self._pilot.pause()

    async def pastes(self, text: str) -> None:
        """Paste text, as a terminal with bracketed paste gives it."""
        from textual.events import Paste

        self.app.post_message(Paste(text))
        await self._pilot.pause()

    async def clicks(self, text: str) -> None:
        """Click on the beginning of a text."""
        lines = self.screen.splitlines()
        row = next(number for number, line in enumerate(lines) if text in line)
        await self._pilot.click(offset=(lines[row].index(text), row))
        await self._pilot.pause()

    async def resizes(self, size: tuple[int, int]) -> None:
        """Give the terminal another size."""
        await self._pilot.resize_terminal(*size)

    async def sees(self, *texts: str) -> None:
        """Wait until all these texts are on screen. Line breaks count as spaces."""
        await self._until(
            lambda: all(text in self.text for text in texts), f"{texts} did not come. There is:\n"
        )

    async def sees_no(self, *texts: str) -> None:
        """Wait until none of these texts is on screen."""
        await self._until(
            lambda: not any(text in self.text for text in texts), f"{texts} did not go. There is:\n"
        )

    async def waits_for(self, holds: Callable[[], bool]) -> None:
        """Wait until a condition holds."""
        await self._until(holds, "the condition did not come true. There is:\n")

    async def _until(self, holds: Callable[[], bool], complaint: str) -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, complaint + self.screen
            await self._pilot.pause(0.01)

    @property
    def screen(self) -> str:
        """What is on screen, line by line."""
        width, height = self.app.size
        console = Console(width=width, height=height, file=StringIO(), record=True, color_system=None)
        console.print(
            self.app.screen._compositor.render_update(full=True, screen_stack=self.app._background_screens)
        )
        return console.export_text()

    @property
    def text(self) -> str:
        """What is on screen as running text: without borders, with single spaces; a dialog's once more alone."""
        lines = self.screen.splitlines()
        for dialog in self.app.screen.query("#dialog"):
            left, top, width, height = dialog.region
            lines += [line[left : left + width] for line in lines[top : top + height]]
        bare = "".join(" " if char in "│╭╮╰╯─" else char for char in " ".join(lines))
        return " ".join(bare.split())

    async def picture(self) -> str:
        """The screen as an SVG, once everything that is under way has been drawn."""
        await self._pilot.pause()
        return picture(self.app)

    @property
    def is_running(self) -> bool:
        """Whether the app still runs."""
        return self.app.is_running

    @property
    def line_of_cursor(self) -> str:
        """The row of the list that has the cursor."""
        return next(line for line in self.screen.splitlines() if line.startswith(" ▌"))


def _key_of(char: str) -> str:
    from textual.keys import _character_to_key

    return _character_to_key(char)


@asynccontextmanager
async def using(
    world: World,
    size: tuple[int, int] = WIDE,
    environment: dict[str, str] | None = None,
    *,
    loaded: bool = True,
    start: Profile | str | None = None,
    settings: Settings | None = None,
    profiles: Sequence[Profile] = (),
) -> AsyncIterator[User]:
    """A person before the app, once the clients are on screen (unless `loaded` is False)."""
    app = _App(
        world.profile if start is None else start,
        world.connect,
        settings=settings or Settings(Path("config.toml")),
        profiles=profiles,
        clock=lambda: NOW,
        environment=_TERMINAL if environment is None else environment,
    )
    async with app.run_test(size=size) as pilot:
        user = User(app, pilot)
        if loaded:
            await user.sees("read at 12:04")
        yield user
