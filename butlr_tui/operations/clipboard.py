"""The app's way to a clipboard: where this terminal's is, and the writer that reaches it.

Never `App.copy_to_clipboard` for a secret: it gives no signal of success, is dropped silently under tmux
and screen, and keeps the plaintext where Ctrl+V pastes it into any field.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from butlr_tui.delivery.clipboard.copy import ClipboardDigest, Report, Route
    from butlr_tui.delivery.clipboard.detect import Terminal
    from butlr_tui.delivery.clipboard.routes import Write
    from butlr_tui.delivery.formats import Format
    from butlr_tui.operations.destinations import ToClipboard

_MARK_IT: Final = "Mark it on screen with the mouse, holding Shift."


_LAST_CHANCE: Final = 2.0
"""Seconds that clearing may hold up the end of the app."""
_MAY_BE_IN_IT: Final = (
    "! Your clipboard could not be read, so the secret may still be in it: clear it yourself."
)


class Expected(NamedTuple):
    """Whether a copy would work here, and in what words; known before anything is copied."""

    works: bool
    said: str


class Clipboard:
    """Finds the terminal's clipboard anew for each copy: a tmux session moves between terminals."""

    def __init__(
        self,
        write: Write,
        environment: Mapping[str, str] = os.environ,
        *,
        way: str = "auto",
        clear_seconds: float = 45.0,
    ) -> None:
        """`way` is the setting that forces a route, or "auto"; `clear_seconds` 0 leaves what was copied."""
        self.write = write
        self._environment = environment
        self._way = way
        self._clear_seconds = clear_seconds
        self._to_clear: ClipboardDigest | None = None
        """The verified copy that waits to be cleared."""

    async def expectation(self) -> Expected:
        """Whether a copy would work in this terminal, and what it would come to."""
        from butlr_tui.delivery.clipboard.copy import Outcome, expect

        expected = expect(await self._terminal(), force=self._force)
        return Expected(expected.outcome is not Outcome.FAILED, expected.said)

    def to(self, chosen: Format, otherwise: str = "") -> ToClipboard:
        """The clipboard as a destination for a pair; `otherwise` is what can be done where it fails."""
        from butlr_tui.operations.destinations import ToClipboard

        return ToClipboard(self.write, chosen, self._force, self._environment, otherwise)

    async def copy(self, text: str, otherwise: str = _MARK_IT) -> Report:
        """Copy what is no secret, and report honestly; `otherwise` is what can be done where it fails."""
        from butlr_tui.delivery.clipboard.copy import copy

        return await copy(text, await self._terminal(), self.write, force=self._force, otherwise=otherwise)

    async def clear_later(self, held: ClipboardDigest) -> str:
        """Clear a verified copy of a secret after a while; what to say of it, "" where there is nothing to."""
        if not self._clear_seconds:
            return ""
        self._to_clear = held
        await asyncio.sleep(self._clear_seconds)
        return await self._clear(held)

    async def clear_now(self) -> str:
        """Clear at once what would be cleared later, since the app ends; what to say of it, as above."""
        if self._to_clear is None:
            return ""
        try:
            async with asyncio.timeout(_LAST_CHANCE):
                return await self._clear(self._to_clear)
        except TimeoutError:
            return _MAY_BE_IN_IT

    async def _clear(self, held: ClipboardDigest) -> str:
        from butlr_tui.delivery.clipboard.copy import clear_if_ours

        cleared = await clear_if_ours(held, await self._terminal())
        if self._to_clear is held:  # else another copy has taken its place, and waits for its own time
            self._to_clear = None
        if cleared is None:
            return _MAY_BE_IN_IT
        return "✓ The secret is cleared from your clipboard." if cleared else ""

    async def _terminal(self) -> Terminal:
        from butlr_tui.delivery.clipboard.detect import detect

        return await detect(self._environment)

    @property
    def _force(self) -> Route | None:
        from butlr_tui.delivery.clipboard.copy import Route

        return None if self._way == "auto" else Route(self._way)
