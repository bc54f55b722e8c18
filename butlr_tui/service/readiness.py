"""Whether the service could keep a new client now."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable
from typing import Final

from butlr_tui.service.log import where_it_failed

_FRESH_SECONDS: Final = 1.0
"""An answer so old is given again: whoever may ask must not wear out the disk."""
_LONGEST_SECONDS: Final = 5.0

_log = logging.getLogger(__name__)


class Readiness:
    """Tries a write, at most once a second however often it is asked."""

    def __init__(
        self, write: Callable[[], Awaitable[None]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`write` raises sqlite3.Error where it fails; `clock` gives seconds."""
        self._write = write
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._tried: float | None = None
        self._is_ready = False

    async def is_ready(self) -> bool:
        """Whether a write came through, within 5 seconds."""
        async with self._one_at_a_time:
            if self._tried is None or self._clock() - self._tried >= _FRESH_SECONDS:
                self._is_ready = await self._try()
                self._tried = self._clock()
            return self._is_ready

    async def _try(self) -> bool:
        try:
            async with asyncio.timeout(_LONGEST_SECONDS):
                await self._write()
        except (sqlite3.Error, TimeoutError) as error:
            _log.error("Not ready: %s", where_it_failed(error))
            return False
        return True
