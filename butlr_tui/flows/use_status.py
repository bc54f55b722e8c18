"""When clients were last used, as it is shown in list, detail and filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.flows import use_words
from butlr_tui.listing.last_use import Use, is_told

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from butlr_tui.listing.view import Listing
    from butlr_tui.models import Client
    from butlr_tui.operations.history import History


class UseStatus:
    """What one service tells of it, beside what the journal knows of trials from here."""

    def __init__(self, history: History, listing: Listing, clock: Callable[[], datetime]) -> None:
        self._history = history
        self._listing = listing
        self._clock = clock

    def update(self) -> bool:
        """Let the filter know what the journal and the list say now. Whether that is another than before."""
        before, clients = self._listing.known, self._listing.clients
        now = before._replace(tried=self._history.tried, tells_use=is_told(clients) or not clients)
        self._listing.known = now
        return now != before

    def told(self, client: Client) -> str:
        """When the client was last used, for the detail."""
        return use_words.told(self._history.last_use(client), self._clock())

    def briefly(self, client: Client) -> str:
        """The same inside a sentence; "" where the service does not tell."""
        use = self._history.last_use(client)
        return use_words.briefly(use, self._clock()) if use.use is not Use.UNTOLD else ""

    def in_a_column(self, client: Client) -> str:
        """The same for the list."""
        return use_words.in_a_column(self._history.last_use(client), self._clock())
