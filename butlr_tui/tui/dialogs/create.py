"""The form of a new client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label

from butlr_tui.flows.create import Draft, FilledForm, NewClientForm, Wish
from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place, command
from butlr_tui.tui.dialogs.question import QuestionDialog
from butlr_tui.tui.widgets.fields import TextField
from butlr_tui.tui.widgets.where_to import WhereTo
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.tui.commands import Command


class CreateDialog(QuestionDialog[FilledForm]):
    """Stays, with all that was typed, until the flow knows what became of it."""

    BINDINGS = bindings(Place.CREATE)

    def __init__(self, form: NewClientForm) -> None:
        super().__init__(form)
        self._form = form
        self._is_sent = False

    def body(self) -> Sequence[Widget]:
        """Two fields with what is to be said of each, what the client will get, and where its secret goes."""
        draft = self._form.draft
        return [
            Horizontal(Label("Name", classes="label"), TextField(draft.name, id="name"), classes="field"),
            Words(id="about-name", classes="about"),
            Horizontal(
                Label("Description", classes="label"),
                TextField(draft.description, id="description"),
                Label(id="count"),
                classes="field",
            ),
            Words(id="about-description", classes="about"),
            Words(self._form.rights, classes="paragraph"),
            WhereTo(self._form.context.profile, self._form.context.clipboard),
            Words(id="said", classes="paragraph"),
        ]

    def keys(self) -> Sequence[Command]:
        """Cancel and create; looking again only where there is something to look for."""
        look = [command("look")] if self._form.can_look_again else []
        return [command("cancel_create"), *look, command("create")]

    def key_line(self) -> Content:
        """The keys; while the request runs, that it runs."""
        if self._is_sent:
            return Content.styled("sent; waiting for the answer", "dim")
        return super().key_line()

    def on_mount(self) -> None:
        self._check()
        self.show_text("")

    @property
    def _draft(self) -> Draft:
        return Draft(self.query_one("#name", Input).value, self.query_one("#description", Input).value)

    def show_text(self, text: str) -> None:
        """Show it in view, however small the screen is."""
        super().show_text(text)
        self.call_after_refresh(self.query_one("#dialog").scroll_end, animate=False)

    def show_progress(self, text: str, done: int = 0, of: int = 0) -> asyncio.Event:
        """Lock the form: what is typed now would not be what was sent."""
        self._is_sent = True
        for widget in self.query("Input, Choice"):
            widget.disabled = True
        return super().show_progress(text, done, of)

    def show_fault(self, text: str) -> None:
        """Open the form again."""
        if self._is_sent:
            self._is_sent = False
            for widget in self.query("Input, Choice"):
                widget.disabled = False
            self.query_one("#name", Input).focus()
        super().show_fault(text)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._form.can_look_again = False  # another name is another client
        self.query_one(WhereTo).follow(self._draft.name)
        self._check()
        self.show_text("")

    def _check(self) -> None:
        draft = self._draft
        self.query_one("#about-name", Words).say(self._form.about_name(draft.name))
        fault = self._form.fault_in_description(draft.description)
        self.query_one("#about-description", Words).say(fault)
        self.query_one("#count", Label).update(self._form.length_of(draft.description))

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        await self.action_submit()

    async def action_submit(self) -> None:
        """Send it, unless something in the form can't be right."""
        draft = self._draft
        if fault := self._form.fault_in_name(draft.name):
            self.query_one("#name", Input).focus()
            self.query_one("#about-name", Words).say(fault)
        elif self._form.fault_in_description(draft.description):
            self.query_one("#description", Input).focus()
        else:
            await self._reply(Wish.CREATE)

    async def action_look(self) -> None:
        """Look again whether the client exists, after a create that got no clear answer."""
        if self._form.can_look_again:
            await self._reply(Wish.LOOK_AGAIN)

    async def action_cancel(self) -> None:
        """Leave the form."""
        if self.is_busy:
            self.show_text("It is on its way and can't be called back. Wait for the answer.")
        elif self._draft == Draft():
            await self.reply(None)
        else:
            await self._reply(Wish.LEAVE)

    async def _reply(self, wish: Wish) -> None:
        await self.reply(FilledForm(self._draft, self.query_one(WhereTo).chosen, wish))
