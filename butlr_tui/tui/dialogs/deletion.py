"""What the dialogs share that delete once it is confirmed: by the end of an id, or by a plain choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual.content import Content
from textual.widgets import Input

from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place
from butlr_tui.tui.dialogs.question import QuestionDialog
from butlr_tui.tui.widgets.key_bar import hint_line
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    import asyncio

    from butlr_tui.flows.host import Question

T = TypeVar("T")


class DeletionDialog(QuestionDialog[T]):
    """Enter deletes nothing until that is confirmed, and nothing is called back once it is sent.

    Subclasses have a `#confirmation` to type into or a Choice, and give `hints` and `action_submit`.
    """

    BINDINGS = bindings(Place.DELETE)

    def __init__(self, question: Question[T]) -> None:
        super().__init__(question)
        self._is_sent = False

    def hints(self) -> tuple[Content, Content]:
        """What Esc and Enter do; dim where Enter does nothing yet."""
        raise NotImplementedError

    async def action_submit(self) -> None:
        """Do what is chosen, if that is confirmed, else say why not."""
        raise NotImplementedError

    def key_line(self) -> Content:
        """The keys, until it is sent."""
        if self._is_sent:
            return Content.styled("sent; waiting for the answer", "dim")
        return hint_line(self.hints())

    @property
    def typed(self) -> str:
        """What is typed to confirm it."""
        return "".join(field.value for field in self.query("#confirmation").results(Input))

    def on_mount(self) -> None:
        self.query_one("#said", Words).say("")

    def on_input_changed(self, event: Input.Changed) -> None:
        self.show_text("")

    def show_progress(self, text: str, done: int = 0, of: int = 0) -> asyncio.Event:
        """Lock the dialog: it is sent."""
        self._is_sent = True
        for widget in self.query("#confirmation, Choice"):
            widget.disabled = True
        return super().show_progress(text, done, of)

    async def action_cancel(self) -> None:
        """Leave, deleting nothing; once it is sent, wait for the answer."""
        if self.is_busy:
            self.show_text("It is on its way and can't be called back. Wait for the answer.")
        else:
            await self.reply(None)
