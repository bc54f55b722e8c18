"""What the forms share that end in a new secret: locked while the request runs, open again where it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from butlr_tui.flows.create import Draft, FilledForm, FormField, NewClientForm, Wish
from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place, command
from butlr_tui.tui.dialogs.question import STOPS, QuestionDialog
from butlr_tui.tui.widgets.choice import Choice
from butlr_tui.tui.widgets.key_bar import key_hint
from butlr_tui.tui.widgets.where_to import WhereTo

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from textual.widget import Widget
    from textual.widgets import Input

    from butlr_tui.tui.commands import Command


class NewSecretDialog(QuestionDialog[FilledForm]):
    """Stays, with all that was typed, until the flow knows what became of it.

    The focus moves at once (`set_focus`, where a widget's `focus` comes later): the next key may be there already.
    """

    BINDINGS = bindings(Place.CREATE)
    leads_to_a_dialog = True
    acts_at_once = STOPS - {"cancel"}  # a create can't be called back

    def __init__(self, form: NewClientForm) -> None:
        super().__init__(form)
        self._form = form
        self._sent_from: Widget | None = None
        """The field that it was sent from, while it is on its way."""

    @property
    def draft(self) -> Draft:
        """What the client is to be."""
        return self._form.draft

    def key_line(self) -> Content:
        """The keys; while the request runs, that it runs."""
        if self._sent_from is None:
            return super().key_line()
        if self._form.is_sent:
            return Content.styled("sent; waiting for the answer", "dim")
        return key_hint(command("cancel_create"))

    def here_too_key(self) -> Sequence[Command]:
        """The key that takes the secret to a second place, where it acts."""
        return [command("here_too")] if isinstance(self.focused, Choice) else []

    def on_descendant_focus(self) -> None:
        self.show_keys()

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
        self.show_what_is_wrong(self._form.faulty)

    def show_what_is_wrong(self, faulty: FormField | None) -> None:
        """Put the focus on the part of the form that a fault is about, if it is about one."""
        if faulty is FormField.DESTINATION:
            self.set_focus(self.query_one(WhereTo).what_may_be_wrong)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.show_text("")

    async def action_submit(self) -> None:
        """Send it."""
        if not self.is_busy:
            await self.query_one(WhereTo).settle()
            await self.wish(Wish.CREATE)

    async def action_look(self) -> None:
        """Look again whether the client exists, after a create that got no clear answer."""
        if self._form.can_look_again:
            await self.wish(Wish.LOOK_AGAIN)

    async def action_cancel(self) -> None:
        """Leave the form."""
        if self.is_busy and not self._form.is_sent:
            self._stop.set()
        elif self.is_busy:
            self.show_text("It is on its way and can't be called back. Wait for the answer.")
        else:
            await self.leave()

    async def leave(self) -> None:
        """Leave it, as nothing is on its way."""
        await self.reply(None)

    async def wish(self, wish: Wish) -> None:
        """Give the flow the form as it is now."""
        where = self.query_one(WhereTo)
        await self.reply(FilledForm(self.draft, where.chosen, wish, where.also))

    def action_here_too(self) -> None:
        """Take the secret to the chosen option whichever is chosen then, or no longer so."""
        if isinstance(self.focused, Choice):
            self.query_one(WhereTo).mark()
