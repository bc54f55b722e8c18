"""The app's way to a clipboard: where this terminal's is, and the writer that reaches it.

Never `App.copy_to_clipboard` for a secret: it gives no signal of success, is dropped silently under tmux
and screen, and keeps the plaintext where Ctrl+V pastes it into any field (secret-delivery.md).
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from butlr_tui.delivery.clipboard.copy import ClipboardDigest, Report, Route
    from butlr_tui.delivery.clipboard.detect import Terminal
    from butlr_tui.delivery.clipboard.routes import Write
    from butlr_tui.delivery.formats import Format
    from butlr_tui.operations.destinations import ToClipboard


@dataclass(frozen=True, slots=True)
class Expected:
    """What a copy will come to here, told before anything is copied."""

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

    async def expectation(self) -> Expected:
        """What a copy will come to."""
        from butlr_tui.delivery.clipboard.copy import Outcome, expect

        expected = expect(await self._terminal(), force=self._force)
        return Expected(expected.outcome is not Outcome.FAILED, expected.said)

    def to(self, chosen: Format) -> ToClipboard:
        """The clipboard as a destination for a pair."""
        from butlr_tui.operations.destinations import ToClipboard

        return ToClipboard(self.write, chosen, self._force, self._environment)

    async def copy(self, text: str) -> Report:
        """Copy what is no secret, and report honestly."""
        from butlr_tui.delivery.clipboard.copy import copy

        return await copy(text, await self._terminal(), self.write, force=self._force)

    async def clear_later(self, held: ClipboardDigest) -> str:
        """Clear a verified copy of a secret after a while; what to say of it, "" where there is nothing to."""
        from butlr_tui.delivery.clipboard.copy import clear_if_ours

        if not self._clear_seconds:
            return ""
        await asyncio.sleep(self._clear_seconds)
        cleared = await clear_if_ours(held, await self._terminal())
        if cleared is None:
            return "! Your clipboard could not be read, so the secret may still be in it: clear it yourself."
        return "✓ The secret is cleared from your clipboard." if cleared else ""

    async def _terminal(self) -> Terminal:
        from butlr_tui.delivery.clipboard.detect import detect

        return await detect(self._environment)

    @property
    def _force(self) -> Route | None:
        from butlr_tui.delivery.clipboard.copy import Route

        return None if self._way == "auto" else Route(self._way)
