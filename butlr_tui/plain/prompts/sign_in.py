"""Asks who it is. What proves it is not shown as it is typed or pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

from butlr_tui.flows.host import Option
from butlr_tui.flows.sign_in import CLIENT, FIELDS, FilledSignIn, SignInForm, typed
from butlr_tui.plain.prompts.asker import Asker
from butlr_tui.plain.prompts.choosing import choose
from butlr_tui.plain.prompts.console import WentBack
from butlr_tui.text import describe_path

if TYPE_CHECKING:
    from butlr_tui.plain.prompts.console import Console

_FORGET: Final = "forget"
_KEEP: Final = "keep"


class SignInAsker(Asker[FilledSignIn]):
    """How, as whom, the proof, and whether to keep it."""

    def __init__(self, console: Console, form: SignInForm) -> None:
        super().__init__(console, form)
        self._form = form

    async def ask(self, *, is_first: bool) -> FilledSignIn:
        if is_first:
            self.console.tell("\n".join(filter(None, (self.title, self._form.why))))
        way = await choose(self.console, self._form.ways)
        who, proof = FIELDS[way]
        name = await self.console.ask_text(f"{who}:") if who else ""
        secret = await self._hidden(proof) if proof else ""
        keep = way == CLIENT and await self._keeps()
        self.console.tell("Signing in.")
        return FilledSignIn(typed(way, name, SecretStr(secret)), keep)

    async def _hidden(self, what: str) -> str:
        prompt = f"{what}, which is not shown as you type or paste it, or Enter to go back:"
        line = await self.console.ask(prompt, hidden=True)
        if not line:
            raise WentBack
        return line

    async def _keeps(self) -> bool:
        options = [
            Option(_FORGET, "keep it in memory", "until the prompts end"),
            Option(_KEEP, "keep it in a file", describe_path(self._form.store)),
        ]
        return await choose(self.console, options) == _KEEP

    def interrupt(self) -> None:
        """Signing in has a deadline of its own."""
        self.console.tell("Signing in. Wait for the answer.")
