"""A small language over Textual's Pilot, so that tests of the app read as what a person does and sees.

async with using(world) as user:
    await user.does("new")
    await user.types("hvac-sync")
    await user.submits()
    await user.sees("is created")
"""

import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from rich.segment import Segment
from textual._compositor import LayoutUpdate
from textual.events import Key, MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot

from butlr_tui.config.profiles import Profile, Settings
from butlr_tui.tui.app import ButlrApp
from butlr_tui.tui.commands import command
from tests.support.picture import picture
from tests.support.world import NOW, World

WIDE = (120, 36)
NARROW = (80, 24)
HUGE = (200, 50)
PATIENCE = 10.0
"""Seconds after which something that should be on screen will not come any more."""

_TERMINAL = {"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/9"}


class KeepingApp(ButlrApp):
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
        named = [key if len(key) > 1 or key.isalnum() else _key_of(key) for key in keys]
        await self._send((key, _char_of(key)) for key in named)

    async def submits(self) -> None:
        """Send the form of a new client from its name: on to the description, then create."""
        await self.does("create", "create")

    async def types(self, text: str) -> None:
        """Type text."""
        await self._send((char if char.isalnum() else _key_of(char), char) for char in text)

    async def _send(self, keys: Iterable[tuple[str, str | None]]) -> None:
        """Send keys as they come over a slow link: in a bunch, so that the app has to keep them in order itself.

        Textual's Pilot rests for 60 ms after each, which is most of what a test of the app would take.
        """
        driver = self.app._driver
        assert driver is not None
        for key, char in keys:
            event = Key(key, char)
            event.set_sender(self.app)
            driver.send_message(event)
        await self._pilot.pause()

    async def pastes(self, text: str) -> None:
        """Paste text, as a terminal with bracketed paste gives it."""
        from textual.events import Paste

        self.app.post_message(Paste(text))
        await self._pilot.pause()

    async def clicks(self, text: str) -> None:
        """Click on the beginning of a text."""
        await self._pilot.click(offset=self._place_of(text))
        await self._pilot.pause()

    async def scrolls(self, text: str, lines: int) -> None:
        """Turn the wheel over a text: down, or up where `lines` is negative."""
        x, y = self._place_of(text)
        turn = MouseScrollDown if lines > 0 else MouseScrollUp
        for _ in range(abs(lines)):
            self.app.screen.post_message(turn(None, x, y, 0, 0, 0, False, False, False, x, y))
        await self._pilot.pause()

    async def resizes(self, size: tuple[int, int]) -> None:
        """Give the terminal another size."""
        await self._pilot.resize_terminal(*size)
        # Textual waits a moment for the next one before it lays out the screens.
        await self.waits_for(lambda: self.app.screen.outer_size == size)
        await self._pilot.pause()

    async def rests(self) -> None:
        """Wait until nothing is under way but what waits for the operator."""
        await self._until(
            lambda: sum(not worker.is_finished for worker in self.app.workers) < len(self.app.screen_stack),
            "no rest. There is:\n",
        )
        await self._pilot.pause()

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
        return "".join("".join(segment.text for segment in line) + "\n" for line in self.lines)

    @property
    def lines(self) -> list[list[Segment]]:
        """What is on screen, line by line, with its styles."""
        drawn = self.app.screen._compositor.render_update(
            full=True, screen_stack=self.app._background_screens
        )
        assert isinstance(drawn, LayoutUpdate)
        return [[segment for strip in line for segment in strip] for line in drawn.strips]

    def _place_of(self, text: str) -> tuple[int, int]:
        lines = self.screen.splitlines()
        row = next(number for number, line in enumerate(lines) if text in line)
        return lines[row].index(text), row

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
        """The screen as an SVG, once everything that is under way has been drawn, and what the journal tells."""
        await self.waits_for(
            lambda: not any(one.group == "history" and not one.is_finished for one in self.app.workers)
        )
        await self._pilot.pause()
        return picture(self.app)

    @property
    def is_running(self) -> bool:
        """Whether the app still runs."""
        return self.app.is_running

    @property
    def line_of_cursor(self) -> str:
        """The row of the list that has the cursor."""
        return next(line for line in self.screen.splitlines() if line[1:].startswith("▌ "))


def _key_of(char: str) -> str:
    from textual.keys import _character_to_key

    return _character_to_key(char)


def _char_of(key: str) -> str | None:
    """What a key types, where it types anything."""
    from textual.keys import _get_unicode_name_from_key

    try:
        return unicodedata.lookup(_get_unicode_name_from_key(key))
    except KeyError:
        return key if len(key) == 1 else None


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
    app = KeepingApp(
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
