"""The questions of every flow: yes or no, one of a few, a line of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from butlr_tui.flows.host import Option
from butlr_tui.plain.prompts.asker import Asker
from butlr_tui.plain.prompts.choosing import choose
from butlr_tui.text import safe

if TYPE_CHECKING:
    from butlr_tui.flows.host import AskText, Choose, Confirm
    from butlr_tui.plain.prompts.console import Console

_AHEAD: Final = "ahead"


class ConfirmAsker(Asker[bool]):
    """0 goes back, which is offered by its own words."""

    def __init__(self, console: Console, question: Confirm) -> None:
        super().__init__(console, question)
        self._question = question

    async def ask(self, *, is_first: bool) -> bool:
        self.console.tell(f"{self.title}\n{self._question.text}")
        options = [Option(_AHEAD, self._question.go_ahead)]
        return await choose(self.console, options, out=self._question.go_back) == _AHEAD


class ChooseAsker(Asker[str]):
    """The options, a number each."""

    def __init__(self, console: Console, question: Choose) -> None:
        super().__init__(console, question)
        self._question = question

    async def ask(self, *, is_first: bool) -> str:
        if is_first:
            self.console.tell(f"{self.title}\n{self._question.text}")
        return await choose(self.console, self._question.options)


class AskTextAsker(Asker[str]):
    """One line; Enter alone takes what is suggested."""

    def __init__(self, console: Console, question: AskText) -> None:
        super().__init__(console, question)
        self._question = question

    async def ask(self, *, is_first: bool) -> str:
        if is_first:
            self.console.tell(f"{self.title}\n{self._question.text}")
        value = self._question.value
        line = await self.console.ask_text(f"Enter for {safe(value)}, or type it:" if value else "Type it:")
        return line if line.strip() or not value else value

    def interrupt(self) -> None:
        """What is of several steps stops before the next."""
        self.stop.set()
        self.console.tell("Stopping. What is under way can't be called back.")
