"""Asks whether a client is to be deleted: by the end of its id, or by a plain choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Input

from butlr_tui.flows.host import Option
from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place, command
from butlr_tui.tui.dialogs.question import QuestionDialog
from butlr_tui.tui.widgets.choice import Choice
from butlr_tui.tui.widgets.fields import TextField
from butlr_tui.tui.widgets.key_bar import key_hint
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.flows.delete import ConfirmDelete
    from butlr_tui.tui.commands import Command


class DeleteDialog(QuestionDialog[bool]):
    """Shows what will go; Enter does nothing until it is confirmed."""

    AUTO_FOCUS = "Input, Choice"
    BINDINGS = bindings(Place.DELETE)

    def __init__(self, question: ConfirmDelete) -> None:
        super().__init__(question)
        self._question = question
        self._is_sent = False

    def body(self) -> Sequence[Widget]:
        """What goes, what that means, and the field."""
        question = self._question
        warning = "! This is the client that signed you in: deleting it signs you out for good."
        ask: list[Widget] = [Choice([Option("keep", "cancel"), Option("delete", "delete it")])]
        if question.protected:
            ask = [Words(question.instruction, classes="paragraph"), TextField(id="confirmation")]
        return [
            Words(question.which),
            Words("Whatever signs in with it stops working. This can't be undone."),
            *([Words(warning, classes="warn")] if question.own else []),
            *ask,
            Words(id="said", classes="paragraph"),
        ]

    def keys(self) -> Sequence[Command]:
        """Cancel and delete."""
        return [command("cancel_delete"), command("confirm_delete")]

    def key_line(self) -> Content:
        """ "Enter delete" is dim until it is confirmed."""
        if self._is_sent:
            return Content.styled("sent; waiting for the answer", "dim")
        cancel, delete = map(key_hint, self.keys())
        if not self._confirmed:
            delete = Content.styled(delete.plain, "dim")
        return Content("   ").join([cancel, delete])

    @property
    def _confirmed(self) -> bool:
        if not self._question.protected:
            return any(choice.chosen.id == "delete" for choice in self.query(Choice))
        fields = self.query("#confirmation").results(Input)
        return any(self._question.is_confirmed_by(field.value) for field in fields)

    def on_mount(self) -> None:
        self.query_one("#said", Words).say("")

    def on_choice_chosen(self) -> None:
        self.show_keys()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.show_keys()

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
        """Delete it, if that is confirmed; a plain choice may also be to keep it."""
        if self._confirmed:
            await self.reply(True)
        elif not self._question.protected:
            await self.reply(None)

    async def action_cancel(self) -> None:
        """Leave, deleting nothing; once it is sent, wait for the answer."""
        if self.is_busy:
            self.show_text("It is on its way and can't be called back. Wait for the answer.")
        else:
            await self.reply(None)
