"""Asks which of the two clients of a replacement is to go: by the end of its id, or by a plain choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from butlr_tui.flows.end_replacement import Ending
from butlr_tui.flows.host import Option
from butlr_tui.tui.commands import command
from butlr_tui.tui.dialogs.deletion import DeletionDialog
from butlr_tui.tui.widgets.choice import Choice
from butlr_tui.tui.widgets.facts import facts
from butlr_tui.tui.widgets.fields import TextField
from butlr_tui.tui.widgets.key_bar import key_hint
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.flows.end_replacement import EndReplacement
    from butlr_tui.tui.commands import Command

_NOT_YET: Final = Option("not yet", "not yet", "both stay")
_LABELS: Final = {Ending.FINISH: "delete the old one", Ending.CALL_OFF: "delete the new one"}


class EndReplacementDialog(DeletionDialog[Ending]):
    """Finish, call off, or neither. Enter deletes nothing until that is confirmed."""

    starts_at = "#confirmation"

    def __init__(self, question: EndReplacement) -> None:
        super().__init__(question)
        self._question = question

    def body(self) -> Sequence[Widget]:
        """Both clients, the ways to end it, what the chosen one means, and the field."""
        question = self._question
        options = [
            Option(ending.value, ending.value, question.about(ending)) for ending in question.deletions
        ]
        field = [Words(id="instruction", classes="paragraph"), TextField(id="confirmation")]
        return [
            *facts(question.facts),
            Choice(options if question.protected else [_NOT_YET, *options]),
            Words(id="consequences"),
            Words(id="warning", classes="warn"),
            *(field if question.protected else []),
            Words(id="said", classes="paragraph"),
        ]

    def keys(self) -> Sequence[Command]:
        """Neither, and what Enter would do."""
        ending = self._ending
        enter = command("confirm_delete")._replace(label=_LABELS[ending] if ending else _NOT_YET.label)
        return [command("cancel_delete")._replace(label=_NOT_YET.label), enter]

    def hints(self) -> tuple[Content, Content]:
        """Where something has to be typed, what Enter would do is dim until it is."""
        leave, enter = map(key_hint, self.keys())
        dim = self._question.protected and self._confirmed is None
        return leave, Content.styled(enter.plain, "dim") if dim else enter

    def on_mount(self) -> None:
        self._explain()
        if not self._question.protected:
            self.set_focus(self.query_one(Choice))

    @property
    def _ending(self) -> Ending | None:
        chosen = next((choice.chosen.id for choice in self.query(Choice)), _NOT_YET.id)
        return None if chosen == _NOT_YET.id else Ending(chosen)

    @property
    def _confirmed(self) -> Ending | None:
        """The ending that is chosen, once that is confirmed."""
        return self._ending if not self._fault else None

    @property
    def _fault(self) -> str:
        """Why Enter deletes nothing yet; "" where it does."""
        if not self._question.protected or self._ending is None:
            return ""
        return self._question.deletions[self._ending].fault_in(self.typed)

    def _explain(self) -> None:
        """Say what the chosen ending comes to."""
        ending, question = self._ending, self._question
        self.query_one("#consequences", Words).say(question.consequences(ending) if ending else "")
        self.query_one("#warning", Words).say(question.warning(ending) if ending else "")
        for instruction in self.query("#instruction").results(Words):
            instruction.say(question.deletions[ending].instruction if ending else "")

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        self._explain()
        self.show_text("")

    async def action_submit(self) -> None:
        """Do what is chosen, if that is confirmed, else say why not."""
        if fault := self._fault:
            self.show_text(fault)
        else:
            await self.reply(self._ending)
