"""A pair that is shown this once: what can be done with it, and what came of that, in words."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from butlr_tui.commands import COMMANDS, Place
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
from butlr_tui.flows.host import Option
from butlr_tui.plain.prompts.asker import Asker
from butlr_tui.plain.prompts.choosing import choose, show
from butlr_tui.plain.prompts.console import WentBack
from butlr_tui.plain.prompts.words import key, label
from butlr_tui.text import safe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from butlr_tui.plain.prompts.console import Console

_WISHES: Final[Mapping[str, SecretWish]] = {
    "copy_secret": Copy(Format.SECRET),
    "copy_env": Copy(Format.ENV),
    "copy_json": Copy(Format.JSON),
    "copy_new_id": CopyId(),
    "save": Save(),
    "hand_over": HandToCommand(),
    "seal": Seal(),
    "try": TryPair(),
}
"""By the commands that say them."""
_REVEAL: Final = "reveal"
_CLOSE: Final = "close_secret"
_SETTLING: Final = 3.0
"""Seconds for which the next question waits for what is under way: so its end is mostly said before."""


class SecretAsker(Asker[SecretWish]):
    """The secret itself is printed only where the operator insists."""

    def __init__(self, console: Console, question: SecretInHand) -> None:
        super().__init__(console, question)
        self._question = question
        self._told: list[str] = []
        self._news = asyncio.Event()
        self._is_introduced = False
        self._is_left = False
        absent = {"hand_over": not question.has_commands, "seal": not question.has_recipients}
        self._options = [
            Option(cmd.id, cmd.label, "Print the secret on this terminal" if cmd.id == _REVEAL else cmd.help)
            for cmd in COMMANDS
            if cmd.place is Place.SECRET and cmd.id != _CLOSE and not absent.get(cmd.id)
        ]

    async def ask(self, *, is_first: bool) -> SecretWish:
        is_new, self._is_introduced = not self._is_introduced, True
        if is_new:
            self._introduce()
        self._hear(self._question.told)
        await self._settle()
        if self._is_left:
            self._is_left = False
            return Close()
        if is_new:
            show(self.console, self._options, label(_CLOSE))
        while True:
            chosen = await choose(
                self.console,
                self._options,
                f"What with the secret? 0 {label(_CLOSE)}s, help repeats the choices:",
                out=label(_CLOSE),
                is_shown=True,
            )
            if chosen != _REVEAL:
                return _WISHES[chosen]
            if not self._question.can_be_shown:
                return CannotReveal()
            with suppress(WentBack):
                await self._reveal()

    def went_back(self) -> SecretWish:
        """Ctrl+C and the end of the input lose nothing: the flow asks whether it is stored."""
        return Close()

    def progress(self, text: str, done: int, of: int) -> None:
        """Say the lines that are new."""
        self._hear(text)

    def interrupt(self) -> None:
        """Ctrl+C while nothing is asked: close, as if it were pressed at the question."""
        self._is_left = True
        self._news.set()

    def _introduce(self) -> None:
        self.console.tell(
            f"{self.title}\n"
            f"Client id: {safe(self._question.credentials.client_id)}\n"
            "It is there this once. Nobody can show it again, Butlr included."
        )

    def _hear(self, told: str) -> None:
        lines = told.splitlines()
        if new := [line for line in lines if line not in self._told]:
            self.console.tell("\n".join(new))
        self._told = lines
        self._news.set()

    async def _settle(self) -> None:
        """Give what is under way the time that it mostly takes."""
        await asyncio.sleep(0)  # what the flow has begun can say so
        with suppress(TimeoutError):
            async with asyncio.timeout(_SETTLING):
                while not self._is_left and any(line.startswith("…") for line in self._told):
                    self._news.clear()
                    await self._news.wait()

    async def _reveal(self) -> None:
        """Print the secret, once the operator knows what that means. Raises WentBack."""
        self.console.tell(
            "! It can't be hidden again: it stays in what this terminal keeps of its output, where others may "
            f"scroll to it, and a screen reader says it aloud. {key('save')} and {key('copy_secret')} do not."
        )
        await choose(self.console, [Option("show", "print it all the same")])
        self.console.show(self._question.credentials.client_secret.get_secret_value())
        self.console.tell(
            "! Once it is stored, clear this terminal and what it keeps of its output: a menu of it may do so, or "
            "in tmux the command clear-history."
        )
