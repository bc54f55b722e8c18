"""What is begun and not ended of replacements, as it is shown in list, detail and filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.flows import replacement_words
from butlr_tui.journal.replacements import Replacements
from butlr_tui.listing.last_use import LastUse

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from butlr_tui.flows.wording import Key
    from butlr_tui.listing.view import Listing
    from butlr_tui.models import Client
    from butlr_tui.operations.session import Session


class ReplacementStatus:
    """The replacements at one service, as the journal tells them and as the list was last read."""

    def __init__(self, session: Session, listing: Listing, clock: Callable[[], datetime], key: Key) -> None:
        self._session = session
        self._listing = listing
        self._clock = clock
        self._key = key
        self._seen = Replacements()
        self._clients: dict[str, Client] = {}
        """Those of the list that are in one, by their client ids."""

    def update(self) -> bool:
        """Take what the journal and the list say now. Whether anything is another than before."""
        before = self._seen
        self._seen = self._session.history.replacements.seen_in(self._listing.clients, self._session.own_id)
        ids = self._seen.client_ids
        self._listing.known = self._listing.known._replace(replacing=ids)
        self._clients = (
            {one.client_id: one for one in self._listing.clients if one.client_id in ids} if ids else {}
        )
        return list(before) != list(self._seen)

    def mark(self, client_id: str) -> tuple[str, str]:
        """What stands behind a client's name in the list: whole, and where there is less room."""
        one = self._seen.of(client_id)
        return replacement_words.mark(one, client_id, self._clock()) if one is not None else ("", "")

    def next_step(self, client_id: str) -> str:
        """What there is to do about a client's replacement; "" where none is begun."""
        one = self._seen.of(client_id)
        if one is None:
            return ""
        old = self._clients.get(one.old_id)
        use = self._session.history.last_use(old) if old is not None else LastUse()
        return replacement_words.next_step(one, client_id, self._clock(), self._key, use)

    def reminder(self, days: float) -> str:
        """A line about what has waited for so many days; "" where nothing has."""
        return replacement_words.reminder(self._seen, self._clock(), days, self._key)
