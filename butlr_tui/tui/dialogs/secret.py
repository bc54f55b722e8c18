"""The one-time secret, until it is where it should live.

Source of every rule here: secret-delivery.md. Enter is bound to nothing, so that pressing it by habit
closes nothing; copying never closes; a clipboard is not storage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual import work
from textual.content import Content

from butlr_tui.delivery import command, file
from butlr_tui.delivery.clipboard.copy import Outcome
from butlr_tui.delivery.formats import CannotRender, Format, render
from butlr_tui.delivery.results import Stored
from butlr_tui.http.errors import ServiceError
from butlr_tui.text import safe
from butlr_tui.tui import sentences
from butlr_tui.tui.commands import Place, at, bindings, key
from butlr_tui.tui.dialogs.ask import Ask
from butlr_tui.tui.dialogs.dialog import Dialog, Words
from butlr_tui.tui.dialogs.question import Question
from butlr_tui.tui.widgets.key_bar import key_hint
from butlr_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from textual.timer import Timer
    from textual.widget import Widget

    from butlr_tui.operations.outcomes import Created
    from butlr_tui.operations.session import Session
    from butlr_tui.tui.clipboard import Clipboard
    from butlr_tui.tui.commands import Command

REVEALED_FOR: Final = 30.0
"""Seconds until a revealed secret is hidden again."""
_MASK: Final = "•" * 44  # says nothing of the secret's length
_WORD: Final = "stored"
_LABELS: Final = 12


class SecretDialog(Dialog[str]):
    """Shows the pair and takes it where it should live. Dismisses with what became of the secret."""

    AUTO_FOCUS = ""
    BINDINGS = bindings(Place.SECRET)

    def __init__(
        self, created: Created, session: Session, clipboard: Clipboard, clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self.title_text = f"{sentences.quoted(created.name)} is created: store its secret now"
        self._created = created
        self._session = session
        self._clipboard = clipboard
        self._clock = clock
        self._told: dict[str, str] = {}
        self._stored = ""
        self._copied = False
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
        return [each for each in at(Place.SECRET) if each.id == "close_secret"]

    def _hints(self) -> Content:
        hints = [key_hint(each) for each in at(Place.SECRET) if each.id != "close_secret"]
        lines = [Content("   ").join(hints[start : start + 4]) for start in range(0, len(hints), 4)]
        return Content("\n").join(lines)

    def on_mount(self) -> None:
        self.query_one("#told", Words).say("")

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

    async def action_copy(self, format_name: str) -> None:
        """Copy the secret, the id, or both in a format."""
        if not self._busy:
            self._busy = True
            self._copy(format_name)

    @work(group="delivery")
    async def _copy(self, format_name: str) -> None:
        chosen = Format(format_name)
        try:
            report = await self._clipboard.copy_pair(self._created.credentials, chosen)
        except CannotRender as error:
            self._tell("clipboard", f"✗ {error}")
            return
        finally:
            self._busy = False
        if chosen is not Format.ID and report.outcome is not Outcome.FAILED:
            self._copied = True
        glyph = {Outcome.VERIFIED: "✓", Outcome.SENT: "→", Outcome.FAILED: "✗"}[report.outcome]
        self._tell(
            "clipboard", f"{glyph} {_FORMAT_NAMES[format_name]} at {self._clock():%H:%M}: {report.said}"
        )

    @work(group="delivery")
    async def action_save(self) -> None:
        """Ask for a path and save the pair there as .env lines."""
        suggestion = f"~/{command.slug(self._created.name)}.env"
        path = await self.app.push_screen_wait(
            Ask(
                "Save to a file",
                "A new file that only you can read, with both as .env lines.",
                value=suggestion,
                fault=file.check,
            )
        )
        if path is None:
            return
        try:
            lines = render(self._created.credentials, Format.ENV)
        except CannotRender as error:
            self._tell("file", f"✗ {error}")
            return
        result = await file.save(path, lines)
        if isinstance(result, Stored):
            self._stored = f"saved to {safe(path)}"
        self._tell("file", f"{'✓' if isinstance(result, Stored) else '✗'} {result.said}")

    @work(group="try")
    async def action_try_pair(self) -> None:
        """Sign in with the new pair and say what came of it."""
        self._tell("try", "… signing in with it")
        try:
            works = await self._session.try_pair(self._created.credentials)
        except ServiceError as error:
            self._tell("try", f"✗ it does not sign in: {error.happened}")
        else:
            self._tell("try", f"✓ signs in: {len(works.scopes)} scopes, tokens last {_lasting(works.life)}")

    # Closing

    @work(group="closing", exclusive=True)
    async def action_close(self) -> None:
        """Close where the secret is stored; else make sure that the operator means it."""
        if self._stored:
            self.dismiss(self._stored)
        elif self._copied:
            question = Question(
                "Is it stored?",
                "It is only in your clipboard. Paste it where it should live first.",
                go_back="Go back",
                go_ahead="It is stored, close",
            )
            if await self.app.push_screen_wait(question):
                self.dismiss("stored by your word")
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
                self.dismiss("stored by your word")


_FORMAT_NAMES: Final = {"secret": "secret", "env": ".env", "json": "JSON", "id": "client id"}


async def _fault_in_word(said: str) -> str | None:
    if said.strip().casefold() == _WORD:
        return None
    return f"That is not {_WORD}. {key('leave')} goes back to the secret."


def _masked() -> Content:
    return Content(f"{'secret'.ljust(_LABELS)}{_MASK}")


def _lasting(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h" if minutes >= 60 and minutes % 60 == 0 else f"{minutes} min"
