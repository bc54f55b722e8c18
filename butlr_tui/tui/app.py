"""The app: wiring only. The screens do the work, the session does the talking."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import ExitStack, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from rich.text import Text
from textual import events
from textual._styles_cache import StylesCache
from textual.app import App, ScreenStackError

from butlr_tui.config.model import AUTOMATIC
from butlr_tui.config.profiles import Profile
from butlr_tui.operations.clipboard import Clipboard
from butlr_tui.tui.bindings import bindings_of, keymap
from butlr_tui.tui.commands import bind
from butlr_tui.tui.screens.main import MainScreen
from butlr_tui.tui.suspend import Suspension
from butlr_tui.tui.terminal.driver import TerminalDriver
from butlr_tui.tui.themes import BRIGHT_HUES, theme_of
from butlr_tui.tui.type_ahead import TypeAhead

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.console import RenderableType
    from textual.await_complete import AwaitComplete
    from textual.dom import DOMNode
    from textual.screen import Screen
    from textual.timer import Timer, TimerCallback
    from textual.types import AnimationLevel

    from butlr_tui.config.profiles import Settings
    from butlr_tui.flows.services import Services
    from butlr_tui.operations.session import Session

_SETTLING: Final = 0.1
"""Seconds that the next key waits at most for what the last one set going."""
_OVER_SSH: Final = ("SSH_CONNECTION", "SSH_TTY")
"""Say that the link may be slow: nothing moves, unless the settings or TEXTUAL_ANIMATIONS say so."""
_SIGNALS: Final = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)


class ButlrApp(App[None], inherit_bindings=False):
    """Looks after the M2M clients of one service at a time, each on a main screen of its own.

    `connect` turns a profile into a session; it is called in a thread after the first paint, since what it
    imports is what would delay that paint. It raises ProfileError where there can be no session.
    Textual's own bindings are not inherited: its ctrl+q leaves straight through a modal with a secret in it.
    """

    TITLE = "butlr-tui"
    CSS_PATH = Path(__file__).parent / "styles" / "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False  # its ctrl+c copies by a way that can't say whether it did
    BINDINGS: ClassVar = bindings_of("suspend", "redraw")
    DEFAULT_MODE = "start"  # Textual's own name for it can't be switched back to

    def __init__(
        self,
        start: Profile | str,
        connect: Callable[[Profile], Session],
        *,
        settings: Settings,
        profiles: Sequence[Profile] = (),
        recorded_by: Sequence[str] = (),
        clock: Callable[[], datetime] | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        """`start` is the profile to begin with, or why there is none; `profiles` are those to choose from.

        `recorded_by` names the variables with which Textual may record what is typed: told on screen.
        """
        theme = theme_of(settings.theme, settings.border)
        super().__init__(driver_class=TerminalDriver, ansi_color=theme.ansi)
        # Else each screen has Textual's two widgets for what may lie over it, which nothing here uses.
        self._disable_notifications = self._disable_tooltips = True
        bind(settings.keys)
        if settings.keys:
            self.set_keymap(keymap(settings.keys))
        self.register_theme(theme)
        # Unwatched: after a change of the theme Textual reads all styles once more, before the first paint.
        self.set_reactive(App.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())
        if level := _animation_level(settings.animations, environment):
            self.animation_level = level
        self._start = start
        self._connect = connect
        self._profiles = profiles
        self._settings = settings
        self._warnings = [
            *(
                f"{variable} may record what is typed and shown here, secrets included."
                for variable in recorded_by
            ),
            *map(str, settings.problems),
        ]
        self._clock = clock or (lambda: datetime.now().astimezone())
        self._copier = Clipboard(
            self._write,
            environment,
            way=settings.clipboard,
            clear_seconds=settings.clipboard_clear_seconds,
        )
        self._modes_added: set[str] = set()
        self._sessions: list[Session] = []
        self._suspension = Suspension(self, self._creates_are_answered)
        self.type_ahead = TypeAhead(self, self._act)

    @cached_property
    def _services(self) -> Services:
        from butlr_tui.flows.services import Services

        started_with = (self._start,) if isinstance(self._start, Profile) else ()
        return Services((*self._profiles, *started_with), self._settings)

    def get_default_screen(self) -> Screen[None]:
        """The list of the profile to begin with, or the choice of one."""
        if isinstance(self._start, str):
            from butlr_tui.tui.screens.first_run import FirstRun

            return FirstRun(self._services, self.go_to, self._start)
        return self._main_of(self._start)

    def _main_of(self, profile: Profile) -> MainScreen:
        return MainScreen(
            profile,
            self._session_of,
            self._go_elsewhere,
            self._warnings,
            self._copier,
            self._clock,
            self._settings,
        )

    def go_to(self, profile: Profile) -> None:
        """Show a profile's screen as it was left, or connect where it was not shown before."""
        mode = self.DEFAULT_MODE if profile == self._start else f"profile-{profile.name}"
        if mode not in self._modes_added:
            self._modes_added.add(mode)
            self.add_mode(mode, lambda: self._main_of(profile))
        self.switch_mode(mode)

    async def _go_elsewhere(self, current: Profile) -> None:
        """Let the operator choose another service."""
        from butlr_tui.flows.services import go_to_another
        from butlr_tui.tui.screens.flow_host import AppFlowHost

        host = AppFlowHost(self)

        async def flow() -> None:
            profile = await go_to_another(host, self._services, current)
            if profile is not None and profile != current:
                self.go_to(profile)

        await host.begin(flow, self.run_worker, "profiles")

    def pop_screen(self) -> AwaitComplete:
        """Leave a dialog, and all that was painted of it: Textual keeps the last 1,024 widgets that it drew.

        What lay under it is painted once it is gone: Textual asks for that before its end and twice after it.
        """
        StylesCache.get_inner_outer.cache_clear()
        wait = ExitStack()
        wait.enter_context(self.batch_update())
        popped = super().pop_screen()
        self.call_next(self._paint_after, popped, wait)
        return popped

    async def _paint_after(self, popped: AwaitComplete, wait: ExitStack) -> None:
        def paint() -> None:
            wait.close()
            with suppress(ScreenStackError):  # the app has ended meanwhile
                # Those below a dialog, too: whoever had its turn meanwhile was put off.
                for screen in self.screen_stack:
                    screen.check_idle()

        try:
            await popped
        finally:
            self.call_next(paint)

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            # Textual runs no code of ours on SIGHUP and leaves the alternate screen on at SIGTERM.
            with suppress(NotImplementedError, RuntimeError):  # not the main thread, as in some tests
                loop.add_signal_handler(number, self._end_by, number)
        self._suspension.watch()
        if not self.native_ansi_color:
            self.ansi_theme_dark = BRIGHT_HUES

    async def on_unmount(self) -> None:
        try:
            said = await self._copier.clear_now()
            if said and not self.return_code:  # else a crash has more to say, or nobody is there any more
                self._exit_renderables.append(Text(said))
        finally:
            for session in self._sessions:
                await session.aclose()

    async def _creates_are_answered(self) -> None:
        for session in self._sessions:
            await session.create_is_answered()

    async def _session_of(self, profile: Profile) -> Session:
        """A session, to be closed at the end. Raises ProfileError."""
        session = await asyncio.to_thread(self._connect, profile)
        self._sessions.append(session)
        return session

    def set_timer(
        self,
        delay: float,
        callback: TimerCallback | None = None,
        *,
        name: str | None = None,
        pause: bool = False,
    ) -> Timer:
        """A timer that comes once, however late.

        Textual's leaves out the ticks that it has missed, also the only one there is: where the process is held up
        as such a timer starts, it never comes. Textual waits for one after a resize, and would heed no other.
        """
        timer = super().set_timer(delay, callback, name=name, pause=pause)
        timer._skip = False
        return timer

    async def on_event(self, event: events.Event) -> None:
        """Let each key do all that it does before the next one is looked at.

        Over a slow link keys arrive in bunches. Textual's way hands a bunch to the widget that has the focus
        before the first key acts, so that what was typed for the dialog or field it opens would be taken for
        commands. What is for later than the next key stays with `type_ahead`.
        """
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        try:
            _ = self.screen
        except ScreenStackError:  # the app has ended meanwhile
            return
        if not await self._check_bindings(event.key, priority=True):
            await self.type_ahead.heed(event)

    async def _act(self, event: events.Key) -> None:
        """Let a key do all that it does."""
        focused = self.focused
        types = focused is not None and focused.check_consume_key(event.key, event.character)
        if types or not await self._check_bindings(event.key):
            await super().on_event(event)
        await self._settled(focused or self.screen)

    async def _settled(self, node: DOMNode) -> None:
        """What the widget has in its queue, and what bubbles up from it to the screen, has been handled."""
        with suppress(TimeoutError):  # something that takes longer does not hold up the keys
            async with asyncio.timeout(_SETTLING):
                for ancestor in node.ancestors_with_self:
                    if ancestor is self or not ancestor.is_running:
                        break
                    handled = asyncio.Event()
                    ancestor.call_later(handled.set)
                    await handled.wait()

    def action_redraw(self) -> None:
        """Draw everything anew: another program may have written to the terminal."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.forget()

    def action_suspend(self) -> None:
        """Stop the app, as soon as that loses nothing."""
        self._suspension.begin()

    def _end_by(self, which: signal.Signals) -> None:
        self.exit(return_code=128 + which)

    async def _write(self, sequence: str) -> None:
        """Send a control sequence to the terminal, in order with what Textual draws.

        Raises TimeoutError where it does not read: then nothing has come of the sequence, nor will.
        """
        driver = self._driver
        if not isinstance(driver, TerminalDriver) or not await driver.deliver(sequence):
            raise TimeoutError

    # A crash must not print what the app holds: Textual's own report has the locals of every frame in it.

    def panic(self, *renderables: RenderableType) -> None:
        """End, saying that it ended by a fault of its own and nothing of what it held."""
        self._report("a fault in reading the terminal")

    def _fatal_error(self) -> None:
        error = self._exception
        self._report(type(error).__name__ if error is not None else "an unknown fault")

    def _report(self, what: str) -> None:
        self._return_code = 1
        self._exit_renderables[:] = [
            Text(
                f"butlr-tui ended by a fault of its own ({what}). What it held is not printed here, since a "
                "secret could be in it. Start it again; a client made in the last moment may exist without a "
                "stored secret."
            )
        ]
        self._close_messages_no_wait()


def _animation_level(setting: str, environment: Mapping[str, str]) -> AnimationLevel | None:
    """What Textual is told; None leaves it to Textual."""
    if setting != AUTOMATIC:
        return "full" if setting == "on" else "none"
    over_ssh = any(environment.get(variable) for variable in _OVER_SSH)
    return "none" if over_ssh and not environment.get("TEXTUAL_ANIMATIONS") else None
