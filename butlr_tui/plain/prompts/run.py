"""Runs the prompts: which service, its list, the next one; and how they end."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

from butlr_tui.config.profiles import Profile, ProfileError
from butlr_tui.flows.host import Choose, ask_once
from butlr_tui.flows.services import Services, go_to_another
from butlr_tui.journal.entries import Event
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.prompts.clients import ClientPrompts
from butlr_tui.plain.prompts.clipboard import DesktopClipboard
from butlr_tui.plain.prompts.console import Console, EndOfInput
from butlr_tui.plain.prompts.host import PromptHost
from butlr_tui.plain.prompts.service_list import ServiceList
from butlr_tui.plain.prompts.words import key
from butlr_tui.system.job import stop_the_job
from butlr_tui.system.typed_lines import TypedLines
from butlr_tui.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from butlr_tui.config.profiles import Settings
    from butlr_tui.flows.hand_over import SecretInHand
    from butlr_tui.operations.session import Session
    from butlr_tui.system.typed_lines import LineSource

_ENDING: Final = (signal.SIGHUP, signal.SIGTERM)


class Prompts:
    """The app in lines: one service after the other, each with a list of its own."""

    def __init__(
        self,
        start: Profile | str,
        connect: Callable[[Profile], Session],
        *,
        settings: Settings,
        profiles: Sequence[Profile] = (),
        lines: LineSource | None = None,
        put: Callable[[str], None] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        """`start` is the profile to begin with, or why there is none; `connect` raises ProfileError."""
        self._start = start
        self._connect = connect
        self._settings = settings
        self._clock = clock
        self._console = Console(lines or TypedLines(), put or _put)
        self._console.on_interrupt = self._interrupt
        self._host = PromptHost(self._console)
        self._clipboard = DesktopClipboard(settings, self._console.tell)
        started_with = (start,) if isinstance(start, Profile) else ()
        self._services = Services((*profiles, *started_with), settings)
        self._lists: dict[Profile, ServiceList] = {}
        self._prompts: dict[Profile, ClientPrompts] = {}
        self._current: ServiceList | None = None
        self._ended_by: signal.Signals | None = None
        self._stopping: asyncio.Task[None] | None = None

    async def run_on_terminal(self) -> int:
        """Run, and heed signals: Ctrl+C ends nothing by itself; where the terminal goes away all ends in order."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        loop.add_signal_handler(signal.SIGINT, self._console.interrupt)
        loop.add_signal_handler(signal.SIGTSTP, self._suspend)
        loop.add_signal_handler(signal.SIGCONT, self._console.repeat)
        for number in _ENDING:
            loop.add_signal_handler(number, self._end_by, number, task)
        try:
            return await self.run()
        except asyncio.CancelledError:
            if self._ended_by is None:
                raise
            return 128 + self._ended_by
        finally:
            for number in (signal.SIGINT, signal.SIGTSTP, signal.SIGCONT, *_ENDING):
                loop.remove_signal_handler(number)

    async def run(self) -> int:
        """Until the operator quits, or nobody answers any more; the exit code."""
        for problem in self._settings.problems:
            self._console.tell(f"! {problem}")
        try:
            await self._run()
        except EndOfInput as end:
            return await self._tell_of_the_end(end.secret)
        finally:
            if said := await self._clipboard.clear_now():
                self._console.tell(said)
            for one in self._lists.values():
                await one.session.aclose()
        return Exit.DONE

    async def _run(self) -> None:
        profile = self._start if isinstance(self._start, Profile) else await self._first(self._start)
        while profile is not None:
            prompts = await self._prompts_of(profile)
            if prompts is not None and not await prompts.run():
                return
            profile = await go_to_another(self._host, self._services, profile) or (
                profile if prompts is not None else None
            )

    async def _first(self, why: str) -> Profile | None:
        question = Choose(
            "No service is chosen yet", f"{why} Which one is it to be?", self._services.options()
        )
        chosen = await ask_once(self._host, question)
        return await self._services.chosen(self._host, chosen) if chosen is not None else None

    async def _prompts_of(self, profile: Profile) -> ClientPrompts | None:
        """Those of a profile as they were left, or new ones; None where there is no session for it."""
        if profile in self._prompts:
            self._current = self._lists[profile]
            await self._prompts[profile].show()
            return self._prompts[profile]
        try:
            session = await asyncio.to_thread(self._connect, profile)
        except ProfileError as error:
            self._console.tell(f"✗ {error}")
            return None
        shown = ServiceList(self._host, session, self._settings, self._clipboard, self._clock)
        self._current = self._lists[profile] = shown
        self._prompts[profile] = ClientPrompts(self._console, self._host, shown, self._settings)
        await self._prompts[profile].begin()
        return self._prompts[profile]

    # Ctrl+C, and the end

    def _interrupt(self) -> None:
        """Ctrl+C while nothing is asked."""
        if self._current is not None and self._current.break_off():
            return
        if not self._host.interrupt():
            self._console.tell(f"{key('quit')} quits, once this is done.")

    async def _tell_of_the_end(self, secret: SecretInHand | None) -> Exit:
        """Say what it means that the input has ended, as far as the journal knows; the exit code of that."""
        if secret is None or self._current is None:
            return Exit.DONE
        client_id = secret.credentials.client_id
        history = self._current.session.history
        await history.refresh()
        entry = history.create_of(client_id)
        if entry is not None and entry.closed is Event.STORED:
            return Exit.DONE
        is_copied = entry is not None and bool(entry.deliveries)
        where = "is only in, or on its way to, a clipboard" if is_copied else "is stored nowhere"
        self._console.tell(
            f"✗ The input has ended, and the secret of {safe(client_id)} {where}. Nobody can show it again: "
            "unless you have it, delete the client and create it again. The next start asks about it."
        )
        return Exit.ONLY_IN_A_CLIPBOARD if is_copied else Exit.SECRET_NOWHERE

    def _suspend(self) -> None:
        """Ctrl+Z: stop the job, as soon as no answer is lost by that."""
        self._stopping = asyncio.create_task(self._stop())

    async def _stop(self) -> None:
        for one in self._lists.values():
            await one.session.create_is_answered()
        loop = asyncio.get_running_loop()
        loop.remove_signal_handler(signal.SIGTSTP)
        stop_the_job()
        loop.add_signal_handler(signal.SIGTSTP, self._suspend)

    def _end_by(self, number: signal.Signals, task: asyncio.Task[int]) -> None:
        self._ended_by = number
        task.cancel()


def _put(text: str) -> None:
    """Write to stdout. Where it takes nothing any more, the input ends, too."""
    with suppress(OSError, ValueError):
        sys.stdout.buffer.write(text.encode(sys.stdout.encoding, "replace"))
        sys.stdout.buffer.flush()
