"""The form of a sign-in: a client's pair, a user's name and password, a token, or what the profile has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import SecretStr
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label

from butlr_tui.flows.host import Option
from butlr_tui.flows.sign_in import CLIENT, FIELDS, FilledSignIn, SignInForm, typed
from butlr_tui.text import describe_path
from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place, command
from butlr_tui.tui.dialogs.question import QuestionDialog
from butlr_tui.tui.widgets.choice import Choice
from butlr_tui.tui.widgets.fields import SecretField, TextField
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.auth.credentials import Typed
    from butlr_tui.tui.commands import Command


class SignInDialog(QuestionDialog[FilledSignIn]):
    """Asks how, as whom, and whether to keep it."""

    starts_at = "#who"
    BINDINGS = bindings(Place.SIGN_IN)

    def __init__(self, form: SignInForm) -> None:
        super().__init__(form)
        self._form = form
        self._is_sent = False

    def body(self) -> Sequence[Widget]:
        """How, as whom, and whether to keep it."""
        return [
            Words(self._form.why, id="why"),
            Choice(self._form.ways, id="how"),
            Horizontal(
                Label(id="who-label", classes="label"), TextField(id="who"), id="who-line", classes="field"
            ),
            Horizontal(
                Label(id="proof-label", classes="label"),
                SecretField(id="proof"),
                id="proof-line",
                classes="field",
            ),
            Choice(
                [
                    Option("forget", "keep it in memory", "until the app ends"),
                    Option("keep", "keep it in a file", describe_path(self._form.store)),
                ],
                id="keeping",
            ),
            Words(id="said", classes="paragraph"),
        ]

    def keys(self) -> Sequence[Command]:
        """Cancel and sign in."""
        return [command("cancel_sign_in"), command("sign_in_now")]

    def key_line(self) -> Content:
        """The keys; while the request runs, that it runs."""
        return Content.styled("signing in…", "dim") if self._is_sent else super().key_line()

    def on_mount(self) -> None:
        self.query_one("#why", Words).say(self._form.why)
        self.query_one("#said", Words).say("")
        self._ask_for(CLIENT)

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        if message.option.id in FIELDS:
            self._ask_for(message.option.id)

    def _ask_for(self, way: str) -> None:
        who, proof = FIELDS[way]
        self.query_one("#who-label", Label).update(who)
        self.query_one("#proof-label", Label).update(proof)
        self.query_one("#who-line").display = bool(who)
        self.query_one("#proof-line").display = bool(proof)
        self.query_one("#keeping").display = way == CLIENT

    def show_progress(self, text: str, done: int = 0, of: int = 0) -> asyncio.Event:
        """Say that it is under way."""
        self._is_sent = True
        return super().show_progress(text, done, of)

    def show_fault(self, text: str) -> None:
        """Ask again."""
        self._is_sent = False
        super().show_fault(text)

    async def action_submit(self) -> None:
        """Sign in with what is typed."""
        keep = self.query_one("#keeping", Choice).chosen.id == "keep"
        await self.reply(FilledSignIn(self._typed(), keep))

    def _typed(self) -> Typed | None:
        """What is typed; None for the profile's own credentials."""
        who = self.query_one("#who", Input).value
        proof = SecretStr(self.query_one("#proof", Input).value)
        return typed(self.query_one("#how", Choice).chosen.id, who, proof)

    async def action_cancel(self) -> None:
        """Leave; what was typed is forgotten."""
        await self.reply(None)
