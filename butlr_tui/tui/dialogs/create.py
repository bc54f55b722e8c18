"""The form of a new client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.widgets import Input, Label

from butlr_tui.flows.create import Draft, FormField, Wish
from butlr_tui.tui.commands import command
from butlr_tui.tui.dialogs.new_secret import NewSecretDialog
from butlr_tui.tui.widgets.fields import TextField
from butlr_tui.tui.widgets.where_to import WhereTo
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.tui.commands import Command


class CreateDialog(NewSecretDialog):
    """A name, a description, and where the secret goes."""

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
        """Cancel and create, and which of the two Enter does here; looking again only where there is something."""
        look = [command("look")] if self._form.can_look_again else []
        enter = command("create")
        if self._is_at_the_name:
            enter = enter._replace(label="next")
        return [command("cancel_create"), *look, *self.here_too_key(), enter]

    def on_mount(self) -> None:
        self._check()
        self.show_text("")

    @property
    def draft(self) -> Draft:
        """What is typed."""
        return Draft(self._field(FormField.NAME).value, self._field(FormField.DESCRIPTION).value)

    @property
    def _is_at_the_name(self) -> bool:
        return self.focused is not None and self.focused.id == FormField.NAME.value

    def _field(self, field: FormField) -> Input:
        return self.query_one(f"#{field.value}", Input)

    def show_what_is_wrong(self, faulty: FormField | None) -> None:
        """Put the focus on the part of the form that a fault is about, if it is about one."""
        if faulty in (FormField.NAME, FormField.DESCRIPTION):
            self.set_focus(self._field(faulty))
        else:
            super().show_what_is_wrong(faulty)

    def on_input_changed(self, event: Input.Changed) -> None:
        super().on_input_changed(event)
        if event.input.id == "path":
            return
        self._form.can_look_again = False  # another name is another client
        self.query_one(WhereTo).follow(self.draft.name)
        self._check()

    def _check(self) -> None:
        draft = self.draft
        self.query_one("#about-name", Words).say(self._form.about_name(draft.name))
        fault = self._form.fault_in_description(draft.description)
        self.query_one("#about-description", Words).say(fault)
        # Its width is fixed: nothing is to be laid out for it.
        self.query_one("#count", Label).update(self._form.length_of(draft.description), layout=False)

    async def action_submit(self) -> None:
        """Go on from the name; from anywhere else send it, unless something in the form can't be right."""
        draft = self.draft
        if fault := self._form.fault_in_name(draft.name):
            self.set_focus(self._field(FormField.NAME))
            self.query_one("#about-name", Words).say(fault)
        elif self._is_at_the_name or self._form.fault_in_description(draft.description):
            self.set_focus(self._field(FormField.DESCRIPTION))
        else:
            await super().action_submit()

    async def leave(self) -> None:
        """Leave it; where something was typed, the flow asks first."""
        if self.draft == Draft():
            await super().leave()
        else:
            await self.wish(Wish.LEAVE)
