"""Deletes the clients that unfinished creates left behind."""

import logging
import sqlite3
from asyncio import to_thread

from butlr_tui.http.errors import ServiceError
from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.orphans import Orphans
from butlr_tui.service.auth0.reading import Reading
from butlr_tui.service.auth0.store import TenantStore
from butlr_tui.service.store import Busy

_log = logging.getLogger(__name__)


class Sweep:
    """Deletes the orphans that are due, beside the requests."""

    def __init__(self, store: TenantStore, reading: Reading, orphans: Orphans, clocks: Clocks) -> None:
        self._store = store
        self._reading = reading
        self._orphans = orphans
        self._clocks = clocks

    async def try_once(self) -> None:
        """Sweep. What fails is made up for by the next time."""
        try:
            left = await self.once()
        except sqlite3.Error as error:
            _log.error("The record of unfinished creates can't be read: %s", type(error).__name__)
        else:
            if left:
                _log.warning("%s unfinished creates are still to be cleaned up", left)

    async def once(self) -> int:
        """Delete the orphans that are due; how many of them are left. Raises sqlite3.Error."""
        due = await to_thread(self._orphans.take, self._clocks.now())
        left = len(due)
        try:
            # One reading serves all whose id never came back; none for those whose id is known.
            unknown = {orphan.mark for orphan in due if orphan.client_id is None}
            clients = await self._reading.find(lambda client: client.mark in unknown) if unknown else []
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
