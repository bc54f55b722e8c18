"""Makes a new client. The form stays, with all that was typed, until it is known what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import work
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label

from butlr_tui.contract import DESCRIPTION_LIMIT, RESOURCES, SCOPES, fault_in_description, fault_in_name
from butlr_tui.flows import wording
from butlr_tui.http.errors import CredentialError, ServiceError, SignInNeeded
from butlr_tui.ids import created_at
from butlr_tui.operations.destinations import BadDestination
from butlr_tui.operations.outcomes import (
    Created,
    CreatedWithoutSecret,
    CreateOutcome,
    CreateUnclear,
    NotCreated,
)
from butlr_tui.operations.session import waits_in_words
from butlr_tui.text import counted, safe
from butlr_tui.tui.age import age
from butlr_tui.tui.commands import Place, bindings, command, key
from butlr_tui.tui.dialogs.dialog import Dialog, Words
from butlr_tui.tui.dialogs.question import Question
from butlr_tui.tui.dialogs.sign_in import SignInDialog
from butlr_tui.tui.widgets.fields import Field
from butlr_tui.tui.widgets.key_bar import key_hint
from butlr_tui.tui.widgets.where_to import WhereTo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from textual.widget import Widget

    from butlr_tui.config.profiles import Profile
    from butlr_tui.listing.view import Listing
    from butlr_tui.models import Client
    from butlr_tui.operations.clipboard import Clipboard
    from butlr_tui.operations.deliver import Destination
    from butlr_tui.operations.session import Session
    from butlr_tui.tui.commands import Command


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed: kept for the next try, where this one did not end in a client with a secret."""

    name: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A create got no clear answer, and these clients of its name are new in the list."""

    outcome: CreateUnclear
    clients: Sequence[Client]
    draft: Draft


@dataclass(frozen=True, slots=True)
class Made:
    """A new client, and where its secret is to go."""

    created: Created
    to: Destination


class CreateDialog(Dialog[Made | CreatedWithoutSecret | Seen | None]):
    """The form of a new client. Dismisses with what was created, what may have been, or None."""

    BINDINGS = bindings(Place.CREATE)

    def __init__(
        self,
        session: Session,
        listing: Listing,
        profile: Profile,
        clipboard: Clipboard,
        draft: Draft,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self.title_text = f"New client on {safe(profile.title)}"
        self._session = session
        self._listing = listing
        self._profile = profile
        self._clipboard = clipboard
        self._draft = draft
        self._clock = clock
        self._sending = False
        self._unclear: CreateUnclear | None = None
        self._known_before: frozenset[str] = frozenset()

    # What it shows

    def body(self) -> Sequence[Widget]:
        """Two fields with what is to be said of each, and what the client will get."""
        gets = (
            f"It may read, write and delete {', '.join(RESOURCES[:-1])} and {RESOURCES[-1]}: the service "
            f"gives every client these {len(SCOPES)} scopes."
        )
        return [
            Horizontal(Label("Name", classes="label"), Field(self._draft.name, id="name"), classes="field"),
            Words(id="about-name", classes="about"),
            Horizontal(
                Label("Description", classes="label"),
                Field(self._draft.description, id="description"),
                Label(id="count"),
                classes="field",
            ),
            Words(id="about-description", classes="about"),
            Words(gets, classes="paragraph"),
            WhereTo(self._profile, self._clipboard),
            Words(id="said", classes="paragraph"),
        ]

    def keys(self) -> Sequence[Command]:
        """Cancel and create; looking again only where there is something to look for."""
        look = [command("look")] if self._unclear else []
        return [command("cancel_create"), *look, command("create")]

    def on_mount(self) -> None:
        self._check()
        self._say("")

    @property
    def _typed_name(self) -> str:
        return self.query_one("#name", Input).value

    @property
    def _typed_description(self) -> str:
        return self.query_one("#description", Input).value

    def _say(self, text: str) -> None:
        self.query_one("#said", Words).say(text)
        self.query_one("#dialog-keys", Words).say(self.key_line())
        self.call_after_refresh(self.query_one("#dialog").scroll_end, animate=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._unclear = None  # another name is another client
        self.query_one(WhereTo).follow(self._typed_name)
        self._check()
        self._say("")

    def _check(self) -> None:
        self.query_one("#about-name", Words).say(self._about_name())
        fault = fault_in_description(self._typed_description)
        self.query_one("#about-description", Words).say(f"✗ {_sentence(fault)}" if fault else "")
        self.query_one("#count", Label).update(f"{len(self._typed_description)}/{DESCRIPTION_LIMIT}")

    def _about_name(self) -> str:
        name = self._typed_name
        if not name:
            return ""
        if fault := fault_in_name(name):
            return f"✗ {_sentence(fault)}"
        same = self._listing.named(name)
        if not same:
            return ""
        created = created_at(same[0].client_id)
        old = f" ({age(created, self._clock())})" if created and len(same) == 1 else ""
        what = (
            f"A client with this name exists{old}."
            if len(same) == 1
            else f"{counted(len(same), 'client')} have this name."
        )
        return f"{what} Names may repeat; you will tell them apart by id."

    # What it does

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_submit()

    def action_submit(self) -> None:
        """Send it, unless something in the form can't be right."""
        if self._sending:
            return
        fault = fault_in_name(self._typed_name)
        if fault or fault_in_description(self._typed_description):
            self.query_one("#name" if fault else "#description", Input).focus()
            if fault:
                self.query_one("#about-name", Words).say(f"✗ {_sentence(fault)}")
            return
        self._sending = True
        self._create()

    @work(group="create")
    async def _create(self) -> None:
        name = self._typed_name
        try:
            # First, so that no create ends with nowhere to put its secret.
            to = self.query_one(WhereTo).chosen
            fault = await to.check(name)
        except BadDestination as error:
            fault = str(error)
        if fault:
            self._sending = False
            self._say(f"✗ {fault} Nothing was created.")
            return
        self._lock("Creating…")
        self._known_before = frozenset(client.id for client in self._listing.clients)
        same = [client.id for client in self._listing.named(name)]
        try:
            outcome = await self._session.create(name, self._typed_description, before=same)
        finally:
            self._sending = False
        await self._ended(outcome, to)

    async def _ended(self, outcome: CreateOutcome, to: Destination) -> None:
        if isinstance(outcome, Created):
            self.dismiss(Made(outcome, to))
        elif isinstance(outcome, CreateUnclear):
            self._unclear = outcome
            await self._look_for(outcome)
        elif isinstance(outcome, NotCreated):
            self._unlock(f"✗ {wording.not_created(outcome.name, outcome.error)}")
            if isinstance(outcome.error, SignInNeeded | CredentialError):
                await self._sign_in(outcome.error)
        else:
            self.dismiss(outcome)

    async def _sign_in(self, error: ServiceError) -> None:
        """Over the form, which keeps what was typed."""
        said = await self.app.push_screen_wait(SignInDialog(self._session, self._profile, error.message))
        if said:
            self._say(f"{said} {key('create')} creates the client.")

    async def _look_for(self, outcome: CreateUnclear) -> None:
        self._sending = True
        self._lock(wording.looking(outcome.name, outcome.error))
        try:
            seen: Sequence[Client] = await self._session.look_for(outcome.name, self._known_before)
        except ServiceError as why:
            said = wording.could_not_look(outcome.name, outcome.error, why)
        else:
            if seen:
                # Back to the list, where the keys act that the operator needs now.
                self.dismiss(Seen(outcome, seen, Draft(self._typed_name, self._typed_description)))
                return
            said = wording.not_seen(outcome.name, outcome.error, waits_in_words())
        finally:
            self._sending = False
        self._unlock(f"✗ {said}")

    @work(group="create")
    async def action_look(self) -> None:
        """Look again whether the client exists, after a create that got no clear answer."""
        if self._unclear and not self._sending:
            await self._look_for(self._unclear)

    async def action_cancel(self) -> None:
        """Leave; where something was typed, ask first."""
        if self._sending:
            self._say("It is on its way and can't be called back. Wait for the answer.")
        elif not self._typed_name and not self._typed_description:
            self.dismiss(None)
        else:
            self._ask_to_leave()

    @work(group="question")
    async def _ask_to_leave(self) -> None:
        question = Question(
            "Leave the form?",
            "What you typed is lost; nothing was created."
            if not self._unclear
            else "What you typed is lost.",
            go_back="Go on with it",
            go_ahead="Leave",
        )
        if await self.app.push_screen_wait(question):
            self.dismiss(None)

    def _lock(self, said: str) -> None:
        for widget in self.query("Input, Choice"):
            widget.disabled = True
        self._say(said)

    def _unlock(self, said: str) -> None:
        for widget in self.query("Input, Choice"):
            widget.disabled = False
        self.query_one("#name", Input).focus()
        self._say(said)

    def key_line(self) -> Content:
        """The keys; while the request runs, that it runs."""
        if self._sending:
            return Content.styled("sent; waiting for the answer", "dim")
        return Content("   ").join(key_hint(cmd) for cmd in self.keys())


def _sentence(fault: str) -> str:
    return f"{fault[0].upper()}{fault[1:]}."
