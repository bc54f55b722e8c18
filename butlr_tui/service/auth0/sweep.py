"""Deletes the clients that unfinished creates left behind: at the start, and every few minutes."""

import asyncio
import logging
import sqlite3
from asyncio import to_thread
from typing import Final

from butlr_tui.http.errors import ServiceError
from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.orphans import Orphans
from butlr_tui.service.auth0.pages import Pages
from butlr_tui.service.auth0.store import TenantStore
from butlr_tui.service.store import Busy

EVERY_SECONDS: Final = 180.0
_log = logging.getLogger(__name__)


class Sweep:
    """Deletes the orphans that are due, beside the requests."""

    def __init__(self, store: TenantStore, pages: Pages, orphans: Orphans, clocks: Clocks) -> None:
        self._store = store
        self._pages = pages
        self._orphans = orphans
        self._clocks = clocks

    async def forever(self) -> None:
        """Sweep now and every few minutes. A sweep that fails is made up for by the next."""
        while True:
            try:
                left = await self.once()
            except sqlite3.Error as error:
                _log.error("The record of unfinished creates can't be read: %s", type(error).__name__)
            else:
                if left:
                    _log.warning("%s unfinished creates are still to be cleaned up", left)
            await self._clocks.sleep(EVERY_SECONDS)

    async def once(self) -> int:
        """Delete the orphans that are due; how many of them are left. Raises sqlite3.Error."""
        due = await to_thread(self._orphans.take, self._clocks.now())
        left = len(due)
        try:
            # One reading serves all whose id never came back; none for those whose id is known.
            unknown = any(orphan.client_id is None for orphan in due)
            clients = await self._pages.all() if unknown else []
        except (ServiceError, Busy):
            return left
        for orphan in due:
            try:
                await self._store.remove_orphan(orphan.mark, orphan.client_id, clients)
            except (ServiceError, Busy):
                continue
            await to_thread(self._orphans.forget, orphan.mark)
            left -= 1
        return left


async def end(task: asyncio.Task[None]) -> None:
    """Cancel `task` and wait for its end."""
    task.cancel()
    await asyncio.wait({task})
