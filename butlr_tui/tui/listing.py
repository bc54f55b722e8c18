"""Which clients the list shows, and in which order: the state behind the widget, without a screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from operator import itemgetter
from typing import TYPE_CHECKING

from butlr_tui.ids import ksuid_of

if TYPE_CHECKING:
    from butlr_tui.models import Client


class Order(StrEnum):
    """What the list is sorted by; the values are the column headings."""

    NAME = "NAME"
    CREATED = "CREATED"
    CLIENT_ID = "CLIENT ID"

    @property
    def arrow(self) -> str:
        """`↑` for the smallest first, `↓` for the newest first."""
        return "↓" if self is Order.CREATED else "↑"

    @property
    def following(self) -> Order:
        """The order that the sort key changes to."""
        orders = list(Order)
        return orders[(orders.index(self) + 1) % len(orders)]


class Listing:
    """All clients, the filter and the order; `rows` is what they come to.

    The text to search is casefolded once per client, not at every key; a filter that grows looks only
    through what it already found.
    """

    def __init__(self) -> None:
        self.clients: Sequence[Client] = ()
        self.rows: list[Client] = []
        self.query = ""
        self.order = Order.NAME
        self._sorted: list[tuple[Client, str]] = []
        self._hits: list[tuple[Client, str]] = []

    def load(self, clients: Sequence[Client]) -> None:
        """Take a fresh list from the service, keeping filter and order."""
        self.clients = clients
        self._sort()

    def sort(self, order: Order) -> None:
        """Change the order."""
        self.order = order
        self._sort()

    def filter(self, query: str) -> None:
        """Keep the clients in which every word of `query` occurs: in name, description or id."""
        narrower = bool(self.query) and query.startswith(self.query)
        self.query = query
        self._select(self._hits if narrower else self._sorted)

    def position(self, client_id: str) -> int | None:
        """The row of the client with this id, or None where it is not shown."""
        return next((row for row, each in enumerate(self.rows) if each.id == client_id), None)

    def named(self, name: str) -> list[Client]:
        """All clients with exactly this name."""
        return [each for each in self.clients if each.name == name]

    def _sort(self) -> None:
        with_text = [(each, _haystack(each)) for each in self.clients]
        if self.order is Order.CREATED:
            # Newest first; ids that tell no time go last.
            with_text.sort(key=lambda pair: ksuid_of(pair[0].client_id) or "", reverse=True)
        elif self.order is Order.CLIENT_ID:
            with_text.sort(key=lambda pair: pair[0].client_id)
        else:
            with_text.sort(key=itemgetter(1))  # begins with the casefolded name
        self._sorted = with_text
        self._select(with_text)

    def _select(self, among: Iterable[tuple[Client, str]]) -> None:
        words = self.query.casefold().split()
        if words:
            self._hits = [pair for pair in among if all(word in pair[1] for word in words)]
        else:
            self._hits = self._sorted
        self.rows = [client for client, _ in self._hits]


def _haystack(client: Client) -> str:
    fields = [client.name, client.description, client.id]
    if client.client_id != client.id:
        fields.append(client.client_id)
    return "\n".join(fields).casefold()
