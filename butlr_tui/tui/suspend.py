"""Stops the app as a shell's Ctrl+Z stops other programs, and brings it back whole."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from butlr_tui.system.job import stop_the_job

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import App
    from textual.driver import Driver

_PAINTED_WITHIN: Final = 0.5
"""Seconds."""


class Suspension:
    """Stops the whole job and takes the terminal back afterwards.

    Textual's own way stops this process alone, with what a launcher started beside it running on; it stops it
    also where no shell could bring it back, and starts its input twice where it was stopped from outside.
    Time goes on while it is stopped: the event loop's clock is monotonic, so what fell due meanwhile is done
    at once.
    """

    def __init__(self, app: App[Any], answers_are_here: Callable[[], Awaitable[None]]) -> None:
        """`answers_are_here` waits for what must not be cut off.

        Whoever has to hide something first listens to the app's `app_suspend_signal`.
        """
        self._app = app
        self._answers_are_here = answers_are_here

    @property
    def _driver(self) -> Driver | None:
        driver = self._app._driver
        return driver if driver is not None and driver.can_suspend else None

    def watch(self) -> None:
        """From now on SIGTSTP stops the app in good order, and SIGCONT finds it whole."""
        if self._driver is not None:
            loop = asyncio.get_running_loop()
            with suppress(NotImplementedError, RuntimeError):  # not the main thread, as in some tests
                loop.add_signal_handler(signal.SIGTSTP, self.begin)
                loop.add_signal_handler(signal.SIGCONT, self._take_terminal)

    def begin(self) -> None:
        """Stop as soon as that loses nothing."""
        self._app.run_worker(self._stop(), group="suspend", exclusive=True)

    async def _stop(self) -> None:
        await self._answers_are_here()
        driver = self._driver
        if driver is None:
            return
        self._app.app_suspend_signal.publish(self._app)
        await self._painted()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTSTP, signal.SIGCONT):  # the system's own way, until it goes on below
            loop.remove_signal_handler(number)
        driver.suspend_application_mode()
        stop_the_job()
        driver.resume_application_mode()
        self.watch()
        self._app.app_resume_signal.publish(self._app)
        self._app.refresh(layout=True)

    async def _painted(self) -> None:
        """What was hidden is off the screen: some terminals keep showing what a stopped program drew."""
        for _ in ("what changed asks the screen to be painted", "the screen is painted"):
            refreshed = asyncio.Event()
            self._app.screen.call_after_refresh(refreshed.set)
            with suppress(TimeoutError):
                async with asyncio.timeout(_PAINTED_WITHIN):
                    await refreshed.wait()

    def _take_terminal(self) -> None:
        """Somebody stopped the app with SIGSTOP: the terminal may have been another's meanwhile."""
        driver = self._driver
        # A terminal that hangs up sends SIGCONT, too, perhaps to an app that has just left it: its thread for the
        # keys would begin anew, and read from nothing for ever.
        if driver is not None and self._app.is_running:
            driver.suspend_application_mode()
            driver.resume_application_mode()
            self._app.refresh(layout=True)
