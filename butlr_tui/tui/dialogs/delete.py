"""Asks whether a client is to be deleted: by the end of its id, or by a plain choice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.widgets import Input

from butlr_tui.flows.host import Option
from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place, command
from butlr_tui.tui.dialogs.question import QuestionDialog
from butlr_tui.tui.widgets.choice import Choice
from butlr_tui.tui.widgets.facts import facts
from butlr_tui.tui.widgets.fields import TextField
from butlr_tui.tui.widgets.key_bar import key_hint
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.flows.delete import ConfirmDelete
    from butlr_tui.tui.commands import Command


_KEEP: Final = "keep"
_DELETE: Final = "delete"


class DeleteDialog(QuestionDialog[bool]):
    """Shows what will go; Enter deletes nothing until that is confirmed."""

    starts_at = "Input, Choice"
    BINDINGS = bindings(Place.DELETE)

    def __init__(self, question: ConfirmDelete) -> None:
        super().__init__(question)
        self._question = question
        self._is_sent = False

    def body(self) -> Sequence[Widget]:
        """What goes, what that means, and the field."""
        question = self._question
        ask: list[Widget] = [Choice([Option(_KEEP, "keep it"), Option(_DELETE, "delete it")])]
        if question.protected:
            ask = [Words(question.instruction, classes="paragraph"), TextField(id="confirmation")]
        return [
            *facts(question.facts),
            Words("\n".join(question.consequences), classes="paragraph"),
            *([Words(question.warning, classes="warn")] if question.own else []),
            *ask,
            Words(id="said", classes="paragraph"),
        ]

    def keys(self) -> Sequence[Command]:
        """Cancel and delete."""
        return [command("cancel_delete"), command("confirm_delete")]

    def key_line(self) -> Content:
        """Enter does what is chosen; where something has to be typed, "Enter delete" is dim until it is."""
        if self._is_sent:
            return Content.styled("sent; waiting for the answer", "dim")
        cancel, enter = self.keys()
        if self._confirmed:
            hint = key_hint(enter)
        elif self._question.protected:
            hint = Content.styled(key_hint(enter).plain, "dim")
        else:
            hint = key_hint(replace(enter, label="keep it"))
        return Content("   ").join([key_hint(cancel), hint])

    @property
    def _confirmed(self) -> bool:
        if not self._question.protected:
            return any(choice.chosen.id == _DELETE for choice in self.query(Choice))
        return not self._question.fault_in(self._typed)

    @property
    def _typed(self) -> str:
        return "".join(field.value for field in self.query("#confirmation").results(Input))

    def on_mount(self) -> None:
        self.query_one("#said", Words).say("")

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        self.show_keys()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.show_text("")

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        await self.action_submit()

    def show_progress(self, text: str, done: int = 0, of: int = 0) -> asyncio.Event:
        """Lock the dialog: it is sent."""
        self._is_sent = True
        for widget in self.query("#confirmation, Choice"):
            widget.disabled = True
        return super().show_progress(text, done, of)

    async def action_submit(self) -> None:
        """Delete it, if that is confirmed, else say why not; a plain choice may also be to keep it."""
        if self._confirmed:
            await self.reply(True)
        elif self._question.protected:
            self.show_text(self._question.fault_in(self._typed))
        else:
            await self.reply(None)

    async def action_cancel(self) -> None:
        """Leave, deleting nothing; once it is sent, wait for the answer."""
        if self.is_busy:
            self.show_text("It is on its way and can't be called back. Wait for the answer.")
        else:
            await self.reply(None)
