"""The one-time secret, until it is where it should live.

Source of every rule here: secret-delivery.md. Enter is bound to nothing, so that pressing it by habit
closes nothing; copying never closes; a clipboard is not storage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual import work
from textual.content import Content

from butlr_tui.delivery.formats import Format
from butlr_tui.delivery.placeholders import slug
from butlr_tui.flows import wording
from butlr_tui.http.errors import ServiceError
from butlr_tui.operations.deliver import Disposition, hand_over
from butlr_tui.operations.destinations import BadDestination, ToClipboard, ToCommand, ToFile, destination
from butlr_tui.text import quoted, safe
from butlr_tui.tui.commands import Place, at, bindings, key
from butlr_tui.tui.dialogs.ask import Ask
from butlr_tui.tui.dialogs.dialog import Dialog, Words
from butlr_tui.tui.dialogs.pick import Pick
from butlr_tui.tui.dialogs.question import Question
from butlr_tui.tui.widgets.choice import Option
from butlr_tui.tui.widgets.key_bar import key_hint
from butlr_tui.tui.widgets.lines import Lines
from butlr_tui.tui.widgets.where_to import to_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from textual.timer import Timer
    from textual.widget import Widget

    from butlr_tui.config.profiles import Profile
    from butlr_tui.delivery.clipboard.copy import ClipboardDigest
    from butlr_tui.operations.clipboard import Clipboard
    from butlr_tui.operations.deliver import Delivery, Destination
    from butlr_tui.operations.session import Session
    from butlr_tui.tui.commands import Command
    from butlr_tui.tui.dialogs.create import Made

REVEALED_FOR: Final = 30.0
"""Seconds until a revealed secret is hidden again."""
_MASK: Final = "•" * 44  # says nothing of the secret's length
_WORD: Final = "stored"
_LABELS: Final = 12


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a secret, in words, and the copy of it that is to be cleared."""

    said: str
    digest: ClipboardDigest | None


class SecretDialog(Dialog[Became]):
    """Shows the pair and takes it where it should live. Dismisses with what became of the secret."""

    AUTO_FOCUS = ""
    BINDINGS = bindings(Place.SECRET)

    def __init__(
        self,
        made: Made,
        session: Session,
        profile: Profile,
        clipboard: Clipboard,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self.title_text = f"{quoted(made.created.name)} is created: store its secret now"
        self._created = made.created
        self._first = made.to
        self._session = session
        self._profile = profile
        self._clipboard = clipboard
        self._clock = clock
        self._told: dict[str, str] = {}
        self._stored = ""
        self._copied = False
        self._digest: ClipboardDigest | None = None
        self._busy = False
        self._hiding: Timer | None = None

    # What it shows

    def body(self) -> Sequence[Widget]:
        """The pair, masked, the keys, and a line for each destination used."""
        client_id = safe(self._created.credentials.client_id)
        pair = Lines([Content(f"{'client id'.ljust(_LABELS)}{client_id}"), _masked()], id="pair")
        return [
            Words("It is shown this once. Nobody can show it again, Butlr included."),
            pair,
            Words(self._hints(), id="secret-keys"),
            Words(id="told", classes="paragraph"),
        ]

    def keys(self) -> Sequence[Command]:
        """At the foot only the way out; the others stand above."""
        return [command for command in at(Place.SECRET) if command.id == "close_secret"]

    def _hints(self) -> Content:
        hints = [key_hint(command) for command in at(Place.SECRET) if command.id != "close_secret"]
        lines = [Content("   ").join(hints[start : start + 4]) for start in range(0, len(hints), 4)]
        return Content("\n").join(lines)

    def on_mount(self) -> None:
        self.query_one("#told", Words).say("")
        self._hand_over(self._first)

    def _tell(self, destination: str, said: str) -> None:
        """One line per destination: a second try replaces the first."""
        self._told[destination] = said
        self.query_one("#told", Words).say("\n".join(self._told.values()))
        self.call_after_refresh(self.query_one("#dialog").scroll_end, animate=False)

    # Showing it

    def action_reveal(self) -> None:
        """Show the secret alone on its line for a while, or hide it."""
        if self._hiding is not None:
            self._hide()
            return
        secret = self._created.credentials.client_secret.get_secret_value()
        if len(secret) > self.query_one("#pair").size.width or secret != safe(secret):
            self._tell("reveal", "✗ It can't be shown exactly on this screen. Copy it or save it to a file.")
            return
        self._show_secret_line(Content(secret))
        self._hiding = self.set_timer(REVEALED_FOR, self._hide)

    def _hide(self) -> None:
        if self._hiding is not None:
            self._hiding.stop()
            self._hiding = None
        self._show_secret_line(_masked())

    def _show_secret_line(self, line: Content) -> None:
        pair = self.query_one("#pair", Lines)
        pair.show([pair.lines[0], line])

    # Taking it somewhere

    def action_copy(self, format_name: str) -> None:
        """Copy the secret, or both in a format."""
        self._hand_over(self._clipboard.to(Format(format_name)))

    @work(group="copy-id", exclusive=True)
    async def action_copy_id(self) -> None:
        """Copy the id, which is no secret."""
        report = await self._clipboard.copy(self._created.credentials.client_id)
        self._tell("id", f"{wording.glyph(report)} client id at {self._clock():%H:%M}: {report.said}")

    @work(group="ask", exclusive=True)
    async def action_save(self) -> None:
        """Ask for a path and save the pair there."""
        path = await self.app.push_screen_wait(
            Ask(
                "Save to a file",
                "A new file that only you can read, with both as .env lines, or as JSON where its name ends so.",
                value=f"~/{slug(self._created.name)}.env",
                fault=lambda path: to_file(path).check(self._created.name),
            )
        )
        if path is not None:
            self._hand_over(to_file(path))

    @work(group="ask", exclusive=True)
    async def action_hand_to_command(self) -> None:
        """Hand the pair to a command of the profile."""
        offered = self._profile.commands
        if not offered:
            self._tell(
                "command",
                "✗ The profile names no command: see [profiles.….commands.…] in butlr-tui config init.",
            )
            return
        chosen = offered[0].name
        if len(offered) > 1:
            options = [
                Option(command.name, safe(command.name), safe(" ".join(command.argv))) for command in offered
            ]
            chosen = await self.app.push_screen_wait(
                Pick("Hand it to a command", "It gets it on stdin.", options)
            )
        if chosen:
            try:
                self._hand_over(destination(f"command:{chosen}", None, offered, self._clipboard.write))
            except BadDestination as error:
                self._tell("command", f"✗ {error}")

    @work(group="delivery")
    async def _hand_over(self, to: Destination) -> None:
        """Take the pair there, and say what came of it; one at a time."""
        if self._busy:
            return
        self._busy = True
        try:
            delivery = await hand_over(self._session, self._created, to)
        finally:
            self._busy = False
        if delivery.disposition is Disposition.STORED:
            self._stored = _ended(delivery)
        elif delivery.disposition is Disposition.CLIPBOARD:
            self._copied = True
            self._held = delivery.digest
        glyph = {
            Disposition.STORED: "✓",
            Disposition.CLIPBOARD: "✓" if delivery.digest else "→",
            Disposition.NOT_STORED: "✗",
        }
        said = f"{glyph[delivery.disposition]} {_what(to)} at {self._clock():%H:%M}: {delivery.said}"
        self._tell(type(to).__name__, said)

    @work(group="try")
    async def action_try_pair(self) -> None:
        """Sign in with the new pair and say what came of it."""
        self._tell("try", "… signing in with it")
        try:
            works = await self._session.try_pair(self._created.credentials)
        except ServiceError as error:
            self._tell("try", f"✗ it does not sign in: {error.message}")
        else:
            self._tell("try", f"✓ signs in: {len(works.scopes)} scopes, tokens last {_lasting(works.life)}")

    # Closing

    @work(group="closing", exclusive=True)
    async def action_close(self) -> None:
        """Close where the secret is stored; else make sure that the operator means it."""
        if self._stored:
            self.dismiss(Became(self._stored, self._held))
        elif self._copied:
            question = Question(
                "Is it stored?",
                "It is only in your clipboard. Paste it where it should live first.",
                go_back="Go back",
                go_ahead="It is stored, close",
            )
            if await self.app.push_screen_wait(question):
                await self._stored_by_word()
        else:
            word = await self.app.push_screen_wait(
                Ask(
                    "The secret is nowhere yet",
                    "Closing now loses it for good: nobody can show it again. If you have it where it should "
                    f"live, type {_WORD}.",
                    fault=_fault_in_word,
                )
            )
            if word is not None:
                await self._stored_by_word()

    async def _stored_by_word(self) -> None:
        await self._session.stored(self._created, "by the operator's word")
        self.dismiss(Became("its secret is stored by your word", self._held))


_FORMAT_NAMES: Final = {
    Format.SECRET: "secret",
    Format.ENV: ".env",
    Format.JSON: "JSON",
    Format.ID: "client id",
}


def _ended(delivery: Delivery) -> str:
    """What to say of a stored secret once the dialog is closed."""
    return f"its secret is {delivery.said}" if delivery.said.startswith("saved") else delivery.said


def _what(to: Destination) -> str:
    """What went to a destination, for its line."""
    match to:
        case ToClipboard(format=chosen) | ToFile(format=chosen):
            return _FORMAT_NAMES[chosen]
        case ToCommand(command=command):
            return safe(command.name)
    return "secret"


async def _fault_in_word(said: str) -> str | None:
    if said.strip().casefold() == _WORD:
        return None
    return f"That is not {_WORD}. {key('leave')} goes back to the secret."


def _masked() -> Content:
    return Content(f"{'secret'.ljust(_LABELS)}{_MASK}")


def _lasting(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h" if minutes >= 60 and minutes % 60 == 0 else f"{minutes} min"
