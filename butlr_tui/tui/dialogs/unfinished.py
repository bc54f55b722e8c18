"""Lists the unfinished creates of earlier runs, each with its own answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content

from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place, command
from butlr_tui.tui.dialogs.question import QuestionDialog
from butlr_tui.tui.widgets.decisions import Decisions
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.flows.unfinished import DecideCases
    from butlr_tui.tui.commands import Command


class UnfinishedDialog(QuestionDialog["Sequence[str]"]):
    """All of them at once; what is not decided stays for the next start."""

    BINDINGS = bindings(Place.UNFINISHED)

    def __init__(self, question: DecideCases) -> None:
        super().__init__(question)
        self._question = question

    def body(self) -> Sequence[Widget]:
        """The creates, and what the answer under the cursor means."""
        cases = Decisions([(case.text, case.options) for case in self._question.cases])
        return [VerticalScroll(cases, id="cases", can_focus=False), Words(id="about")]

    def keys(self) -> Sequence[Command]:
        """How to choose, and what then."""
        several = [command("case_down")] if len(self._question.cases) > 1 else []
        return [*several, command("answer_left"), command("decide_later"), command("apply")]

    def on_mount(self) -> None:
        self._cases = self.query_one(Decisions)
        self._explain()

    def on_decisions_moved(self) -> None:
        self._explain()

    def _explain(self) -> None:
        option = self._cases.option
        self.query_one("#about", Words).say(Content.assemble(option.label, "  ", (option.about, "dim")))

    def action_case(self, cases: int) -> None:
        """To a neighbour."""
        self._cases.move(cases)

    def action_page(self, pages: int) -> None:
        """A screen up or down."""
        self._cases.page(pages)

    def action_first(self) -> None:
        """To the first one."""
        self._cases.go_first()

    def action_last(self) -> None:
        """To the last one."""
        self._cases.go_last()

    def action_decide(self, options: int) -> None:
        """Choose a neighbour of the answer."""
        self._cases.choose(options)

    async def action_apply(self) -> None:
        """Let the flow do what is chosen."""
        await self.reply(self._cases.chosen)

    async def action_leave(self) -> None:
        """Decide nothing."""
        await self.reply(None)
