"""Shows a pair that is shown this once. Enter is bound to nothing, so that pressing it by habit closes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from butlr_tui.delivery.formats import Format
from butlr_tui.flows.hand_over import (
    CannotReveal,
    Close,
    Copy,
    CopyId,
    HandToCommand,
    Save,
    Seal,
    SecretInHand,
    SecretWish,
    TryPair,
)
from butlr_tui.text import safe
from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place, at
from butlr_tui.tui.dialogs.question import QuestionDialog
from butlr_tui.tui.widgets.key_bar import key_hint
from butlr_tui.tui.widgets.lines import Lines
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.events import Resize
    from textual.timer import Timer
    from textual.widget import Widget

    from butlr_tui.tui.commands import Command

REVEALED_FOR: Final = 30.0
"""Seconds until a revealed secret is hidden again."""
_MASK: Final = "•" * 44  # says nothing of the secret's length
_LABELS: Final = 12
_WIDTH: Final = 78
"""Cells of the dialog, unless a revealed secret needs more."""
_FRAME: Final = 4
"""Those of its border and what it keeps free at both sides."""


class SecretDialog(QuestionDialog[SecretWish]):
    """The pair, masked, what can be done with it, and what was done."""

    starts_at = ""
    BINDINGS = bindings(Place.SECRET)

    def __init__(self, question: SecretInHand) -> None:
        super().__init__(question)
        self._question = question
        self._pair = question.credentials
        self._hiding: Timer | None = None

    def body(self) -> Sequence[Widget]:
        """The pair, masked, the keys, and a line for each destination used."""
        pair = [Content(f"{'client id'.ljust(_LABELS)}{safe(self._pair.client_id)}"), _masked()]
        return [
            Words("It is shown this once. Nobody can show it again, Butlr included."),
            Lines(pair, id="pair"),
            Words(self._question.if_split, id="if-split"),
            Words(self._hints(), id="secret-keys"),
            Words(id="said", classes="paragraph"),
        ]

    def keys(self) -> Sequence[Command]:
        """At the foot only the way out; the others stand above."""
        return [command for command in at(Place.SECRET) if command.id == "close_secret"]

    def _hints(self) -> Content:
        hints = [
            key_hint(command)
            for command in at(Place.SECRET)
            if command.id != "close_secret" and command.key and self.check_action(command.action, ())
        ]
        lines = [Content("   ").join(hints[start : start + 4]) for start in range(0, len(hints), 4)]
        return Content("\n").join(lines)

    def on_mount(self) -> None:
        self.query_one("#said", Words).say("")
        self.app.app_suspend_signal.subscribe(self, lambda _: self._hide(), immediate=True)
        self._show(_masked())

    def on_unmount(self) -> None:
        # The signal would keep what it calls, and with it this dialog and its secret, for as long as the app runs.
        self.app.app_suspend_signal.unsubscribe(self)

    def show_fault(self, text: str) -> None:
        """Show what came of everything so far."""
        super().show_fault(self._question.told)

    # Showing it

    async def action_reveal(self) -> None:
        """Show the secret for a while, or hide it."""
        if self._hiding is not None:
            self._hide()
        elif not self._question.can_be_shown:
            await self.reply(CannotReveal())
        else:
            self._hiding = self.set_timer(REVEALED_FOR, self._hide)
            self._show_plain()

    def on_resize(self, event: Resize) -> None:
        self._show_plain()

    def _show_plain(self) -> None:
        """Alone on its line, so that the terminal's own selection gets exactly it, or on several and marked so."""
        if self._hiding is None:  # hidden meanwhile
            return
        secret = self._pair.client_secret.get_secret_value()
        frame = min(max(_WIDTH, len(secret) + _FRAME), self.app.size.width)
        self.query_one("#dialog").styles.width = frame
        cells = frame - _FRAME
        self._show(*(Content(secret[start : start + cells]) for start in range(0, len(secret), cells)))

    def _hide(self) -> None:
        if self._hiding is not None:
            self._hiding.stop()
            self._hiding = None
        self.query_one("#dialog").styles.width = _WIDTH
        self._show(_masked())

    def _show(self, *secret: Content) -> None:
        """Show these lines below the id."""
        pair = self.query_one("#pair", Lines)
        pair.styles.height = 1 + len(secret)
        pair.show([pair.lines[0], *secret])
        self.query_one("#if-split").display = len(secret) > 1

    # What is wanted of it

    async def action_copy(self, format_name: str) -> None:
        """Copy the secret, or both in a format."""
        await self.reply(Copy(Format(format_name)))

    async def action_copy_id(self) -> None:
        """Copy the id, which is no secret."""
        await self.reply(CopyId())

    async def action_save(self) -> None:
        """Save the pair to a file."""
        await self.reply(Save())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Handing it to a command, and sealing it, are for those who have one, and somebody to seal it for."""
        can = {"hand_to_command": self._question.has_commands, "seal": self._question.has_recipients}
        return can.get(action, True)

    async def action_hand_to_command(self) -> None:
        """Hand the pair to a command of the profile."""
        await self.reply(HandToCommand())

    async def action_seal(self) -> None:
        """Seal the pair for somebody."""
        await self.reply(Seal())

    async def action_try_pair(self) -> None:
        """Sign in with the new pair."""
        await self.reply(TryPair())

    async def action_close(self) -> None:
        """Close, where the flow finds it stored."""
        await self.reply(Close())


def _masked() -> Content:
    return Content(f"{'secret'.ljust(_LABELS)}{_MASK}")
