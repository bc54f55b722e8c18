"""The form of a new client."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label

from butlr_tui.flows.create import Draft, FilledForm, FormField, NewClientForm, Wish
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
    """Stays, with all that was typed, until the flow knows what became of it.

    The focus moves at once (`set_focus`, where a widget's `focus` comes later): the next key may be there already.
    """

    BINDINGS = bindings(Place.CREATE)

    def __init__(self, form: NewClientForm) -> None:
        super().__init__(form)
        self._form = form
        self._sent_from: Widget | None = None
        """The field that it was sent from, while it is on its way."""

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
            WhereTo(self._form),
            Words(id="said", classes="paragraph"),
        ]

    def keys(self) -> Sequence[Command]:
        """Cancel and create; looking again only where there is something to look for."""
        look = [command("look")] if self._form.can_look_again else []
        enter = command("create")
        if self._is_at_the_name:
            enter = replace(enter, label="next")
        return [command("cancel_create"), *look, enter]

    def key_line(self) -> Content:
        """The keys, and which of the two Enter does here; while the request runs, that it runs."""
        if self._sent_from is not None:
            return Content.styled("sent; waiting for the answer", "dim")
        return super().key_line()

    def on_mount(self) -> None:
        self._check()
        self.show_text("")

    def on_descendant_focus(self) -> None:
        self.show_keys()

    @property
    def _draft(self) -> Draft:
        return Draft(self._field(FormField.NAME).value, self._field(FormField.DESCRIPTION).value)

    @property
    def _is_at_the_name(self) -> bool:
        return self.focused is not None and self.focused.id == FormField.NAME.value

    def _field(self, field: FormField) -> Input:
        return self.query_one(f"#{field.value}", Input)

    def show_progress(self, text: str, done: int = 0, of: int = 0) -> asyncio.Event:
        """Lock the form: what is typed now would not be what was sent."""
        self._sent_from = self._sent_from or self.focused
        for widget in self.query("Input, Choice"):
            widget.disabled = True
        return super().show_progress(text, done, of)

    def show_fault(self, text: str) -> None:
        """Open the form again, where something is wrong with it, else where it was left."""
        if self._sent_from is not None:
            for widget in self.query("Input, Choice"):
                widget.disabled = False
            self.set_focus(self._sent_from)
            self._sent_from = None
        super().show_fault(text)
        match self._form.faulty:
            case FormField.DESTINATION:
                self.set_focus(self.query_one(WhereTo).what_may_be_wrong)
            case FormField() as field:
                self.set_focus(self._field(field))

    def on_input_changed(self, event: Input.Changed) -> None:
        self.show_text("")
        if event.input.id == "path":
            return
        self._form.can_look_again = False  # another name is another client
        self.query_one(WhereTo).follow(self._draft.name)
        self._check()

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
        """Go on from the name; from anywhere else send it, unless something in the form can't be right."""
        draft = self._draft
        if fault := self._form.fault_in_name(draft.name):
            self.set_focus(self._field(FormField.NAME))
            self.query_one("#about-name", Words).say(fault)
        elif self._is_at_the_name or self._form.fault_in_description(draft.description):
            self.set_focus(self._field(FormField.DESCRIPTION))
        elif not self.is_busy:
            await self.query_one(WhereTo).settle()
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
