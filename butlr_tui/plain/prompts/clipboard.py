"""The clipboard of this desktop, or tmux's; none that only a control sequence reaches: the prompts send none."""

from __future__ import annotations

import asyncio
import errno
import os
from typing import TYPE_CHECKING, Final

from butlr_tui.delivery.clipboard.detect import LINES_ONLY
from butlr_tui.delivery.clipboard.routes import Route
from butlr_tui.operations.clipboard import Clipboard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from butlr_tui.config.profiles import Settings
    from butlr_tui.delivery.clipboard.copy import ClipboardDigest

_BY_SEQUENCES: Final = (Route.OSC52, Route.TMUX_PASSTHROUGH, Route.SCREEN)
"""Ways that the settings may force, and that are none here."""


class DesktopClipboard(Clipboard):
    """Clears what was copied while the prompts go on."""

    def __init__(
        self, settings: Settings, say: Callable[[str], None], environment: Mapping[str, str] = os.environ
    ) -> None:
        super().__init__(
            _send_nothing,
            {**environment, "TERM": LINES_ONLY},
            way="auto" if settings.clipboard in _BY_SEQUENCES else settings.clipboard,
            clear_seconds=settings.clipboard_clear_seconds,
        )
        self._say = say
        self._clearing: set[asyncio.Task[None]] = set()

    async def clear_later(self, held: ClipboardDigest) -> str:
        """Begin to wait; what comes of it is said then."""
        self._clearing.add(task := asyncio.create_task(self._wait_and_clear(held)))
        task.add_done_callback(self._clearing.discard)
        return ""

    async def _wait_and_clear(self, held: ClipboardDigest) -> None:
        if said := await super().clear_later(held):
            self._say(said)

    async def clear_now(self) -> str:
        for task in self._clearing:
            task.cancel()
        return await super().clear_now()


def _send_nothing(sequence: str) -> None:
    raise OSError(errno.ENXIO, os.strerror(errno.ENXIO))
