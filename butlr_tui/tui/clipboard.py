"""The app's way to a clipboard: where this terminal's is, and the writer that reaches it.

Never `App.copy_to_clipboard` for a secret: it gives no signal of success, is dropped silently under tmux
and screen, and keeps the plaintext where Ctrl+V pastes it into any field (secret-delivery.md).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import SecretStr

    from butlr_tui.delivery.clipboard.copy import Report
    from butlr_tui.delivery.clipboard.detect import Terminal
    from butlr_tui.delivery.formats import Format
    from butlr_tui.models import Credentials


class Clipboard:
    """Detects the terminal once, when it is first needed, and copies through it."""

    def __init__(self, write: Callable[[str], None], environment: Mapping[str, str] = os.environ) -> None:
        self._write = write
        self._environment = environment

    async def _terminal(self) -> Terminal:
        from butlr_tui.delivery.clipboard.detect import detect

        # Not remembered: a tmux session moves between terminals while the app runs.
        return await detect(self._environment)

    async def expectation(self) -> str:
        """What a copy will come to here, in words, before anything is copied."""
        from butlr_tui.delivery.clipboard.copy import Outcome, expect

        expected = expect(await self._terminal())
        if expected.outcome is Outcome.FAILED:
            return f"It can't be copied here: {expected.said}."
        return f"A copy is {expected.said}."

    async def copy(self, text: SecretStr | str) -> Report:
        """Copy, and report honestly."""
        from butlr_tui.delivery.clipboard.copy import copy

        return await copy(text, await self._terminal(), self._write)

    async def copy_pair(self, credentials: Credentials, chosen: Format) -> Report:
        """Copy a pair in a format."""
        from butlr_tui.delivery.formats import render

        return await self.copy(render(credentials, chosen))
