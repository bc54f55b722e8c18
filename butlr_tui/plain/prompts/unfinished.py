"""The unfinished creates of earlier runs, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from butlr_tui.plain.prompts.asker import Asker
from butlr_tui.plain.prompts.choosing import choose

if TYPE_CHECKING:
    from butlr_tui.flows.unfinished import DecideCases
    from butlr_tui.plain.prompts.console import Console


class DecideCasesAsker(Asker[Sequence[str]]):
    """0 decides nothing on any. The last option of each, which Enter takes, decides nothing on it."""

    def __init__(self, console: Console, question: DecideCases) -> None:
        super().__init__(console, question)
        self._question = question

    async def ask(self, *, is_first: bool) -> Sequence[str]:
        self.console.tell(self.title)
        chosen: list[str] = []
        for case in self._question.cases:
            self.console.tell(case.text)
            later = case.options[-1]
            chosen.append(
                await choose(
                    self.console, case.options, f"Number, or Enter for {later.label}:", default=later.id
                )
            )
        return chosen
