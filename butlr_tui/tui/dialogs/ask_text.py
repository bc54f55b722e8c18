"""Asks for one line of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place, command
from butlr_tui.tui.dialogs.question import QuestionDialog
from butlr_tui.tui.widgets.fields import SuggestionField
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.flows.host import AskText
    from butlr_tui.tui.commands import Command


class AskTextDialog(QuestionDialog[str]):
    """One field."""

    BINDINGS = bindings(Place.QUESTION)

    def __init__(self, question: AskText) -> None:
        super().__init__(question)
        self._question = question

    def body(self) -> Sequence[Widget]:
        """The question, the field and what is wrong with it."""
        said = Words(id="said", classes="paragraph")
        return [Words(self._question.text), SuggestionField(self._question.value, id="answer"), said]

    def keys(self) -> Sequence[Command]:
        """Back and done."""
        return [command("leave"), command("answer")]

    def on_mount(self) -> None:
        self.query_one("#said", Words).say("")

    async def action_choose(self) -> None:
        """Take what is typed."""
        await self.reply(self.query_one(SuggestionField).value)

    async def action_back(self) -> None:
        """Change nothing; while the flow works on what was asked, have it stop."""
        if self.is_busy:
            self._stop.set()
        await self.reply(None)
