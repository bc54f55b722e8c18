"""Asks which one of a few."""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place, command
from butlr_tui.tui.dialogs.question import QuestionDialog
from butlr_tui.tui.widgets.choice import Choice, Options
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.flows.host import Choose, Option
    from butlr_tui.tui.commands import Command


class ChooseDialog(QuestionDialog[str]):
    """Options to choose from; the answer is the id of one."""

    starts_at = "Choice"
    BINDINGS = bindings(Place.QUESTION)

    def __init__(self, question: Choose) -> None:
        super().__init__(question)
        self._question = question

    def body(self) -> Sequence[Widget]:
        """What it is about, the options, and what is to be known of the chosen one."""
        question = self._question
        choice = Choice(question.options, question.chosen, id="choice")
        return [
            Words(question.text),
            Options(choice),
            Words(choice.chosen.more, id="more"),
        ]

    def on_mount(self) -> None:
        self._show_more(self.query_one(Choice).chosen)

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        self._show_more(message.option)

    def _show_more(self, option: Option) -> None:
        self.query_one("#more", Words).say(option.more)

    def keys(self) -> Sequence[Command]:
        """Back and on."""
        return [command("leave"), command("answer")]

    async def action_choose(self) -> None:
        """Take what is chosen."""
        await self.reply(self.query_one(Choice).chosen.id)

    async def action_back(self) -> None:
        """Take none."""
        await self.reply(None)
