"""Signs in with what is typed: a client's pair, a user's name and password, or a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import SecretStr
from textual import work
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label

from butlr_tui.auth.credential_store import store
from butlr_tui.auth.credentials import Typed, TypedClient, TypedToken, TypedUser
from butlr_tui.config.profiles import Prompt, credential_store
from butlr_tui.delivery.results import NotStored
from butlr_tui.http.errors import ServiceError
from butlr_tui.text import describe_path, safe
from butlr_tui.tui.commands import Place, bindings, command
from butlr_tui.tui.dialogs.dialog import Dialog, Words
from butlr_tui.tui.widgets.choice import Choice, Option
from butlr_tui.tui.widgets.fields import Field, SecretField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from butlr_tui.config.profiles import Profile
    from butlr_tui.operations.session import Session
    from butlr_tui.tui.commands import Command

_CLIENT: Final = Option("client", "client", "its id and secret")
_USER: Final = Option("user", "user", "name and password")
_TOKEN: Final = Option("token", "token", "as it is; it can't be renewed")
_LABELS: Final = {"client": ("Client id", "Secret"), "user": ("Name", "Password"), "token": ("", "Token")}


class SignInDialog(Dialog[str]):
    """Dismisses with what to say once it has signed in, or with "" where the operator leaves."""

    AUTO_FOCUS = "#who"
    BINDINGS = bindings(Place.SIGN_IN)

    def __init__(self, session: Session, profile: Profile, why: str) -> None:
        super().__init__()
        self.title_text = f"Sign in to {safe(profile.title)}"
        self._session = session
        self._why = why
        stored = profile.source.stored if isinstance(profile.source, Prompt) else None
        self._store = stored or credential_store(profile.name)
        self._sending = False

    def body(self) -> Sequence[Widget]:
        """How, as whom, and whether to keep it."""
        return [
            Words(self._why, id="why"),
            Choice([_CLIENT, _USER, _TOKEN], id="how"),
            Horizontal(
                Label(id="who-label", classes="label"), Field(id="who"), id="who-line", classes="field"
            ),
            Horizontal(Label(id="proof-label", classes="label"), SecretField(id="proof"), classes="field"),
            Choice(
                [
                    Option("forget", "keep it in memory", "until the app ends"),
                    Option("keep", "keep it in a file", f"{describe_path(self._store)}, for you alone"),
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
        return Content.styled("signing in…", "dim") if self._sending else super().key_line()

    def on_mount(self) -> None:
        self.query_one("#why", Words).say(self._why)
        self.query_one("#said", Words).say("")
        self._ask_for(_CLIENT)

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        if message.option.id in _LABELS:
            self._ask_for(message.option)

    def _ask_for(self, how: Option) -> None:
        who, proof = _LABELS[how.id]
        self.query_one("#who-label", Label).update(who)
        self.query_one("#proof-label", Label).update(proof)
        self.query_one("#who-line").display = bool(who)
        self.query_one("#keeping").display = how is _CLIENT

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_submit()

    def action_submit(self) -> None:
        """Sign in with what is typed."""
        if not self._sending:
            self._sending = True
            self._sign_in()

    @work(group="sign-in")
    async def _sign_in(self) -> None:
        self._say("")
        try:
            await self._session.sign_in(self._typed())
        except ServiceError as error:
            self._sending = False
            self._say(f"✗ {error.message}")
            return
        self.dismiss(await self._kept())

    def _typed(self) -> Typed:
        who = self.query_one("#who", Input).value
        proof = SecretStr(self.query_one("#proof", Input).value)
        match self.query_one("#how", Choice).chosen.id:
            case "client":
                return TypedClient(who, proof)
            case "user":
                return TypedUser(who, proof)
        return TypedToken(proof)

    async def _kept(self) -> str:
        """Store the pair where the operator asked for it; what to say of the sign-in."""
        typed = self._typed()
        if not isinstance(typed, TypedClient) or self.query_one("#keeping", Choice).chosen.id != "keep":
            return "✓ Signed in."
        result = await store(self._store, typed)
        if isinstance(result, NotStored):
            return f"✓ Signed in. ✗ {result.said}"
        return f"✓ Signed in; {result.said}."

    def action_cancel(self) -> None:
        """Leave; what was typed is forgotten."""
        self.dismiss("")

    def _say(self, text: str) -> None:
        self.query_one("#said", Words).say(text)
        self.query_one("#dialog-keys", Words).say(self.key_line())
