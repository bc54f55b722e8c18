"""Talks with a person in lines: says, asks, and hears Ctrl+C and the end of the input."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from butlr_tui.plain.prompts.words import label
from butlr_tui.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from butlr_tui.flows.hand_over import SecretInHand
    from butlr_tui.system.typed_lines import LineSource

_SIGNS: Final = {
    "✓": "Done:",
    "→": "Sent:",
    "✗": "Error:",
    "!": "Warning:",
    "…": "Working:",
    "?": "Unclear:",
}
"""What the signs at the beginning of a sentence mean, for those who hear it."""
_SIGN: Final = re.compile(r"(?:^|(?<=\. ))([✓→✗!…?]) ")


class WentBack(Exception):
    """The operator wants out of a question, by Ctrl+C or by the end of the input."""

    def __init__(self, *, by_end: bool = False) -> None:
        super().__init__()
        self.by_end = by_end


class EndOfInput(Exception):
    """The input has ended twice in a row: nobody answers any more."""

    secret: SecretInHand | None = None
    """The pair that was open then."""


class Console:
    """One terminal. `put` writes to it; `on_interrupt` hears of a Ctrl+C while nothing is asked."""

    def __init__(self, lines: LineSource, put: Callable[[str], None]) -> None:
        self._lines = lines
        self._put = put
        self.on_interrupt: Callable[[], None] = lambda: None
        self._prompt = ""
        self._interrupted: asyncio.Future[None] | None = None
        self._has_ended = False

    def tell(self, text: str) -> None:
        """Say something, a line for each of its lines; an open question is asked again below it."""
        lines = [f"{safe(_spoken(line))}\n" for line in text.split("\n")]
        self._put("".join(["\n" if self._prompt else "", *lines, self._prompt]))

    def show(self, line: str) -> None:
        """Print a line exactly as it is, which has to be safe to."""
        self._put(f"{line}\n")

    def repeat(self) -> None:
        """Ask an open question once more: something else was on the terminal."""
        if self._prompt:
            self._put(self._prompt)

    async def ask(self, prompt: str, *, hidden: bool = False) -> str:
        """The line that is typed in answer. Raises WentBack and EndOfInput."""
        reading = asyncio.create_task(self._lines.read(hidden=hidden))
        interrupted = asyncio.get_running_loop().create_future()
        waited: set[asyncio.Future[Any]] = {reading, interrupted}
        try:
            if hidden:
                await asyncio.sleep(0)  # nothing is shown any more before anybody is asked to type
            self._prompt, self._interrupted = f"{safe(prompt)} ", interrupted
            self._put(self._prompt)
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                self._put("\n")
                raise WentBack
            line = reading.result()
        except EOFError:
            self._put("\n")
            if self._has_ended:
                raise EndOfInput from None
            self._has_ended = True
            raise WentBack(by_end=True) from None
        finally:
            self._prompt, self._interrupted = "", None
            reading.cancel()
            with suppress(asyncio.CancelledError, EOFError):
                await reading
        if hidden:
            self._put("\n")
        self._has_ended = False
        return line

    async def ask_text(self, prompt: str) -> str:
        """The same for a text; “go back” goes back."""
        line = await self.ask(prompt)
        if line.strip().casefold() == label("leave"):
            raise WentBack
        return line

    def forget_ahead(self) -> None:
        """What was typed ahead was for something that will not come."""
        self._lines.forget()

    def interrupt(self) -> None:
        """Ctrl+C was pressed."""
        if self._interrupted is None:
            self.on_interrupt()
        elif not self._interrupted.done():
            self._interrupted.set_result(None)


def _spoken(line: str) -> str:
    return _SIGN.sub(lambda found: f"{_SIGNS[found[1]]} ", line)
