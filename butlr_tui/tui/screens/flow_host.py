"""Runs flows in the app: their questions become dialogs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from butlr_tui.tui.commands import key
from butlr_tui.tui.dialogs.for_question import dialog_for
from butlr_tui.tui.type_ahead import type_ahead_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from textual.app import App

    from butlr_tui.flows.host import Question
    from butlr_tui.tui.dialogs.question import QuestionDialog

T = TypeVar("T")


class AppFlowHost:
    """The host of one flow. What it is given to call is of the screen that the flow started from."""

    def __init__(
        self,
        app: App[None],
        say: Callable[[str], None] = lambda text: None,
        reload: Callable[[str | None], object] = lambda select: None,
        select: Callable[[str], None] = lambda client_id: None,
        learn_history: Callable[[], object] = lambda: None,
    ) -> None:
        self._app = app
        self._type_ahead = type_ahead_of(app)
        self._say = say
        self._reload = reload
        self._select = select
        self._learn_history = learn_history
        self._open: dict[Question[Any], QuestionDialog[Any]] = {}
        self._begun = asyncio.Event()

    async def ask(self, question: Question[T], fault: str = "") -> T | None:
        """Show the question, unless it is in view already, and wait for the answer."""
        dialog = self._open.get(question)
        if dialog is None:
            dialog = self._open[question] = dialog_for(question)
            await self._app.push_screen(dialog)
            self._heeded()
        if fault:
            self._type_ahead.forget()
        self._type_ahead.go_on_soon()
        return await dialog.answer(fault)

    def close(self, question: Question[T]) -> None:
        """Take its dialog off the screen."""
        dialog = self._open.pop(question, None)
        if dialog is not None and dialog.is_current:  # else the app ends
            dialog.dismiss()
            dialog.heeded.set()
            self._type_ahead.go_on_soon()

    def progress(self, question: Question[T], text: str, done: int = 0, of: int = 0) -> asyncio.Event:
        """Say it in the question's dialog, where that is open. The journal may tell more by now, too."""
        if not of:  # else it is of many steps: what they all come to is learnt at their end
            self._learn_history()
        dialog = self._open.get(question)
        return dialog.show_progress(text, done, of) if dialog is not None else asyncio.Event()

    def say(self, text: str) -> None:
        """Say it below the list."""
        self._say(text)

    def reload(self, select: str | None = None) -> None:
        """Read the list again."""
        self._reload(select)

    def select(self, client_id: str) -> None:
        """Put the cursor of the list on this client."""
        self._select(client_id)

    def key(self, command: str) -> str:
        """The key as the app binds it."""
        return key(command)

    def _heeded(self) -> None:
        """Another dialog is in view: keys that were typed ahead are for it."""
        self._begun.set()
        for dialog in self._open.values():
            dialog.heeded.set()

    async def begin(
        self, flow: Callable[[], Coroutine[Any, Any, None]], run_worker: Callable[..., object], group: str
    ) -> None:
        """Start the flow that this is the host of, and wait until it asks something or is over.

        `run_worker` is that of the screen or app which the flow ends with, `group` of its workers.
        """

        async def run() -> None:
            try:
                await flow()
            finally:
                self._begun.set()

        # Not the coroutine itself: Python complains of one that is never begun, as when the screen is going away.
        run_worker(run, group=group)
        await self._begun.wait()
