"""When clients last signed in, as the tenant's logs tell, where the service may read them.

Source: CONTRACT.md, "The Auth0 Management API v2" (`GET /api/v2/logs`).
"""

import logging
import sqlite3
from asyncio import to_thread
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from butlr_tui.http.errors import ServiceError
from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.management import Management, is_rejected, read
from butlr_tui.service.auth0.sign_in_record import LogPlace, SignInRecord
from butlr_tui.service.store import Busy, LastSignIns

READ_LOGS: Final = "read:logs"
"""The permission without which nothing is known, and nothing is said to be."""
_PAGES: Final = 20
"""Pages in a row, at most: they share the rate limit with those who wait for an answer."""
_SUCCESS: Final = "seccft"
"""The type of an entry for a token that was given for a client's id and secret."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, config=ConfigDict(hide_input_in_errors=True, extra="ignore"))
class LogEntry:
    """An entry of the logs."""

    log_id: Annotated[str, Field(min_length=1)]
    date: datetime
    type: str = ""
    client_id: Annotated[str, BeforeValidator(lambda value: value or "")] = ""


_ENTRIES: Final = TypeAdapter(list[LogEntry])


class SignInLog:
    """Reads the tenant's logs beside the requests, on from where they were read to."""

    def __init__(self, api: Management, record: SignInRecord, clocks: Clocks) -> None:
        self._api = api
        self._record = record
        self._clocks = clocks
        self.knows = False
        """Whether it may read the logs, and has come to their end."""

    async def edition(self, _owner: str) -> str:
        """How far the logs were read. Raises sqlite3.Error."""
        place = await to_thread(self._record.place)
        return "" if place is None else place.log_id

    async def last_sign_ins(self, client_ids: Sequence[str]) -> LastSignIns:
        """What is known of these; to be asked only where it `knows`. Raises sqlite3.Error."""
        place = await to_thread(self._record.place)
        since = self._clocks.now() if place is None else place.since
        return LastSignIns(since, await to_thread(self._record.last, client_ids))

    async def try_once(self) -> None:
        """Read on. What fails is made up for by the next time."""
        try:
            await self.once()
        except (ServiceError, Busy, sqlite3.Error) as error:
            _log.warning("The tenant's logs can't be read: %s", type(error).__name__)

    async def once(self) -> None:
        """Read on, if that is allowed. Raises ServiceError, Busy, sqlite3.Error."""
        if READ_LOGS not in (await self._api.token.get()).scopes:
            self.knows = False
            return
        place = await to_thread(self._record.place) or await self._begin()
        for _ in range(_PAGES):
            if place is None:
                return
            try:
                entries = await self._get({"from": place.log_id, "take": "100"})
            except ServiceError as error:
                if is_rejected(error, 400, 404):  # it keeps them for some days only
                    self.knows = False
                    await to_thread(self._record.lose)
                raise
            if not entries:
                self.knows = True
                return
            place = await self._note(entries, place.since)
        self.knows = False  # so much is written that it has not come to the end

    async def _begin(self) -> LogPlace | None:
        """From the oldest entry that there is."""
        self.knows = False
        oldest = await self._get({"page": "0", "per_page": "1", "sort": "date:1"})
        return await self._note(oldest, oldest[0].date.timestamp()) if oldest else None

    async def _note(self, entries: Sequence[LogEntry], since: float) -> LogPlace:
        place = LogPlace(entries[-1].log_id, since)
        moments = {
            entry.client_id: entry.date.timestamp()
            for entry in sorted(entries, key=lambda entry: entry.date)
            if entry.type == _SUCCESS and entry.client_id
        }
        await to_thread(self._record.note, place, moments)
        return place

    async def _get(self, params: dict[str, str]) -> list[LogEntry]:
        wanted = {**params, "fields": "log_id,date,type,client_id", "include_fields": "true"}
        return read(_ENTRIES, await self._api.get("logs", wanted, self._api.in_time()))
