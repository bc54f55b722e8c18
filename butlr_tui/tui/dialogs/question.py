"""What the dialogs share that show a flow's question."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final, Generic, TypeVar

from textual.content import Content

from butlr_tui.tui.dialogs.dialog import Dialog
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from textual.widget import Widget

    from butlr_tui.flows.host import Question

T = TypeVar("T")

STOPS: Final = frozenset({"cancel", "back", "how_to_quit"})
"""The actions of keys that are never for later: they stop what is under way, or say how it is."""


class QuestionDialog(Dialog, Generic[T]):
    """Shows a question until the flow closes it; each answer is the flow's to judge.

    While nobody waits for an answer the dialog is busy: the flow works on the last one.
    """

    leads_to_a_dialog = False
    """Whether a good answer leads to another dialog, which alone may have what was typed ahead."""
    acts_at_once: ClassVar = STOPS
    """The actions of keys that are not for later though they follow some that are."""

    def __init__(self, question: Question[T]) -> None:
        super().__init__()
        self._asked = question
        self.title_text = question.title
        self.heeded = asyncio.Event()
        """Set while the flow has nothing left to do about the last answer that could change what keys mean."""
        self._awaited: asyncio.Future[T | None] | None = None
        self._stop = asyncio.Event()

    @property
    def is_busy(self) -> bool:
        """Whether the flow works on an answer."""
        return self._awaited is None or self._awaited.done()

    def is_for_later(self, key: str, *, follows: bool) -> bool:
        """Whether a key is for what comes next: all are before the dialog asks.

        While it is busy those are that mean nothing here, and what `follows` on them.
        """
        if self._awaited is None or not self._awaited.done():
            return self._awaited is None
        bound = self.active_bindings.get(key)
        return bound is None or (follows and bound.binding.action not in self.acts_at_once)

    async def answer(self, fault: str) -> T | None:
        """Wait for an answer, with `fault` shown; None where the operator goes back."""
        self._awaited = asyncio.get_running_loop().create_future()
        self._stop.clear()
        self.show_fault(fault)
        self.heeded.set()
        return await self._awaited

    def show_fault(self, text: str) -> None:
        """Say what is wrong with the last answer, or what came of it."""
        self.show_text(text)

    def show_progress(self, text: str, done: int = 0, of: int = 0) -> asyncio.Event:
        """Say what is going on. The event is set where the operator asks to stop."""
        if self.is_mounted:  # else it is shown with the question
            self.show_text(text)
        self.heeded.set()
        return self._stop

    def show_text(self, text: str) -> None:
        """Show a text below the body, in view."""
        self.query_one("#dialog").border_title = Content(self._asked.title)  # which may be another by now
        for said in self.query("#said").results(Words):
            said.say(text)
        self.show_keys()

    def wanted_scroll(self, frame: Widget) -> float:
        """As far down as the focus stays in view, where something is said: that stands at the end."""
        if not any(said.display for said in self.query("#said")):
            return super().wanted_scroll(frame)
        line = self.line_of_focus(frame)
        return frame.max_scroll_y if line is None else min(line, frame.max_scroll_y)

    async def reply(self, answer: T | None) -> None:
        """Give the flow an answer, unless it works on one, and wait until it has acted on it.

        Keys that were typed ahead are for whatever is in view then.
        """
        if self._awaited is not None and not self._awaited.done():
            self.heeded.clear()
            self._awaited.set_result(answer)
            await self.heeded.wait()
