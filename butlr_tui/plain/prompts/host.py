"""Runs flows in lines: their questions are asked one after the other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from butlr_tui.flows.hand_over import SecretInHand
from butlr_tui.plain.prompts.console import EndOfInput, WentBack
from butlr_tui.plain.prompts.for_question import asker_for
from butlr_tui.plain.prompts.words import key

if TYPE_CHECKING:
    from butlr_tui.flows.host import Question
    from butlr_tui.plain.prompts.asker import Asker
    from butlr_tui.plain.prompts.console import Console

T = TypeVar("T")


class PromptHost:
    """The host of all flows of one list, of which one runs at a time."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._open: dict[Question[Any], Asker[Any]] = {}
        self.is_stale = False
        """Whether a flow wants the list to be read again."""
        self.selected: str | None = None
        """The id of the client that a flow wants to be shown."""

    async def ask(self, question: Question[T], fault: str = "") -> T | None:
        """Ask, and wait for the answer. Raises EndOfInput where nobody answers any more."""
        asker = self._open.get(question)
        if asker is None:
            asker = self._open[question] = asker_for(self._console, question)
        try:
            answer: T | None = await asker.answer(fault)
        except WentBack:
            return asker.went_back()
        except EndOfInput as end:
            end.secret = next((one for one in self._open if isinstance(one, SecretInHand)), None)
            raise
        return answer

    def close(self, question: Question[T]) -> None:
        """Nothing of it stays to be seen."""
        self._open.pop(question, None)

    def progress(self, question: Question[T], text: str, done: int = 0, of: int = 0) -> asyncio.Event:
        """Say it."""
        asker = self._open.get(question)
        if asker is None:
            return asyncio.Event()
        asker.progress(text, done, of)
        return asker.stop

    def say(self, text: str) -> None:
        """Say it."""
        self._console.tell(text)

    def reload(self, select: str | None = None) -> None:
        """Have the list read again before it is shown next."""
        self.is_stale = True
        self.selected = select or self.selected

    def select(self, client_id: str) -> None:
        """Have this client shown next."""
        self.selected = client_id

    def key(self, command: str) -> str:
        """What is typed for it."""
        return key(command)

    def interrupt(self) -> bool:
        """Ctrl+C while a flow is at work; False where none is."""
        if not self._open:
            return False
        [*self._open.values()][-1].interrupt()
        return True
