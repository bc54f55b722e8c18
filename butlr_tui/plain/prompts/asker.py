"""What all questions share as lines: an answer is asked for, and what happens meanwhile is said."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from butlr_tui.flows.host import Question
    from butlr_tui.plain.prompts.console import Console

T = TypeVar("T")

ON_ITS_WAY: Final = "It is on its way and can't be called back. Wait for the answer."


class Asker(Generic[T]):
    """One question, for as long as its flow has it open. Subclasses `ask`."""

    def __init__(self, console: Console, question: Question[T]) -> None:
        self.console = console
        self.title = question.title
        self.stop = asyncio.Event()
        self._last = ""

    async def answer(self, fault: str) -> T | None:
        """The answer; `fault` is what was wrong with the last one, or came of it. Raises WentBack."""
        self.stop.clear()
        self._last = ""
        if fault:
            self.console.forget_ahead()
            self.console.tell(fault)
        return await self.ask(is_first=not fault)

    async def ask(self, *, is_first: bool) -> T | None:
        """Ask, saying first what it is about where that was not said yet."""
        raise NotImplementedError

    def went_back(self) -> T | None:
        """The answer of an operator who wants out."""
        return None

    def progress(self, text: str, done: int, of: int) -> None:
        """Say what is going on."""
        if text and text != self._last:
            self._last = text
            self.console.tell(text)

    def interrupt(self) -> None:
        """Ctrl+C while the flow works on an answer: have it stop, where it can."""
        self.stop.set()
        self.console.tell(ON_ITS_WAY)
