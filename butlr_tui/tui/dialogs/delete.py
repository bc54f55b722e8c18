"""Asks whether a client is to be deleted: by the end of its id, or by a plain choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

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

    from butlr_tui.flows.delete import ConfirmDelete
    from butlr_tui.tui.commands import Command


_KEEP: Final = "keep"
_DELETE: Final = "delete"


class DeleteDialog(DeletionDialog[bool]):
    """Shows what will go; Enter deletes nothing until that is confirmed."""

    starts_at = "Input, Choice"

    def __init__(self, question: ConfirmDelete) -> None:
        super().__init__(question)
        self._question = question

    def body(self) -> Sequence[Widget]:
        """What goes, what that means, and the field."""
        question = self._question
        ask: list[Widget] = [Choice([Option(_KEEP, "keep it"), Option(_DELETE, "delete it")])]
        if question.protected:
            ask = [Words(question.instruction, classes="paragraph"), TextField(id="confirmation")]
        return [
            *facts(question.facts),
            Words("\n".join(question.consequences), classes="paragraph"),
            *([Words(question.warning, classes="warn")] if question.warning else []),
            *ask,
            Words(id="said", classes="paragraph"),
        ]

    def keys(self) -> Sequence[Command]:
        """Cancel and delete."""
        return [command("cancel_delete"), command("confirm_delete")]

    def hints(self) -> tuple[Content, Content]:
        """Enter does what is chosen; where something has to be typed, "Enter delete" is dim until it is."""
        cancel, enter = self.keys()
        if self._confirmed:
            hint = key_hint(enter)
        elif self._question.protected:
            hint = Content.styled(key_hint(enter).plain, "dim")
        else:
            hint = key_hint(enter._replace(label="keep it"))
        return key_hint(cancel), hint

    @property
    def _confirmed(self) -> bool:
        if not self._question.protected:
            return any(choice.chosen.id == _DELETE for choice in self.query(Choice))
        return not self._question.fault_in(self.typed)

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        self.show_keys()

    async def action_submit(self) -> None:
        """Delete it, if that is confirmed, else say why not; a plain choice may also be to keep it."""
        if self._confirmed:
            await self.reply(True)
        elif self._question.protected:
            self.show_text(self._question.fault_in(self.typed))
        else:
            await self.reply(None)
