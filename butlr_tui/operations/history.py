"""What the journal knows of one service: all that happened there, and what it tells of a client."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime

from butlr_tui.http.errors import NotSent
from butlr_tui.journal.entries import Entry, Event
from butlr_tui.journal.journal import Journal, JournalError
from butlr_tui.journal.replacements import Replacements
from butlr_tui.journal.words import of_its_client
from butlr_tui.listing.last_use import LastUse, last_use
from butlr_tui.models import Client


class History:
    """The journal of the service at `url`, read in a thread: it may be long, and a disk may take its time."""

    def __init__(self, journal: Journal | None, url: str) -> None:
        self._journal = journal
        self._url = url
        self._size = 0
        self._refreshing = asyncio.Lock()
        self._creates: Mapping[str, Entry] = {}
        self.replacements = Replacements()
        """Those that were not ended at the last `refresh`, as far as the journal tells."""

    async def entries(self) -> list[Entry]:
        """All that was created and deleted there, the newest first. Raises NotSent where it can't be read."""
        if self._journal is None:
            return []
        try:
            return (await asyncio.to_thread(self._journal.entries, self._url))[::-1]
        except JournalError as error:
            raise NotSent(str(error)) from None

    def create_of(self, client_id: str) -> Entry | None:
        """The create that made this client, as far as was known at the last `refresh`."""
        return self._creates.get(client_id)

    def last_use(self, client: Client) -> LastUse:
        """When this client was last used, but for what was known then of trials of its pair from here."""
        entry = self.create_of(client.client_id)
        return last_use(client, entry.signed_in if entry is not None else None)

    @property
    def tried(self) -> Mapping[str, datetime]:
        """When the pairs of clients last signed in from here, as far as was known then, by their client ids."""
        return {
            client_id: entry.signed_in
            for client_id, entry in self._creates.items()
            if entry.signed_in is not None
        }

    @property
    def made_here(self) -> frozenset[str]:
        """The client ids of those that were created there, as far as was known then."""
        return frozenset(self._creates)

    async def read_made_here(self) -> frozenset[str]:
        """The same, as far as is known now. Raises NotSent where it can't be read."""
        return frozenset(_creates(await self.entries()))

    def journal_line(self, client_id: str) -> str:
        """What was known of a client then, as a sentence; "" where that is nothing."""
        entry = self.create_of(client_id)
        return of_its_client(entry) if entry is not None else ""

    async def refresh(self) -> bool:
        """Learns what came to the journal since the last time. True where there was anything."""
        if self._journal is None:
            return False
        async with self._refreshing:
            size = await asyncio.to_thread(self._journal.size)
            if size == self._size:
                return False
            try:
                self._creates, self.replacements = await asyncio.to_thread(self._read, self._journal)
            except JournalError:  # whoever opens the journal is told
                return False
            self._size = size
            return True

    def _read(self, journal: Journal) -> tuple[Mapping[str, Entry], Replacements]:
        entries = journal.entries(self._url)
        return _creates(entries), journal.replacements_in(entries)


def _creates(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    """The creates whose clients are known, by their client ids."""
    return {
        entry.client_id: entry
        for entry in entries
        if entry.event is Event.CREATE and entry.client_id is not None
    }
