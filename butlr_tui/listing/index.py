"""Clients prepared for the filter and for every order, bit by bit as they come in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from enum import StrEnum
from typing import TYPE_CHECKING

from butlr_tui.ids import ksuid_of
from butlr_tui.listing.cooperative import STEP, merged, slices
from butlr_tui.listing.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from butlr_tui.models import Client


class Order(StrEnum):
    """What the list is sorted by; the values are the column headings."""

    NAME = "NAME"
    CREATED = "CREATED"
    CLIENT_ID = "CLIENT ID"

    @property
    def is_descending(self) -> bool:
        """Whether the last of all comes first: the newest do, and ids that tell no time come last."""
        return self is Order.CREATED

    @property
    def arrow(self) -> str:
        """`↑` for the smallest first, `↓` for the newest first."""
        return "↓" if self.is_descending else "↑"

    @property
    def following(self) -> Order:
        """The order that the sort key changes to."""
        orders = list(Order)
        return orders[(orders.index(self) + 1) % len(orders)]


class ClientIndex:
    """Everything that a key in the list needs and that takes time at 100,000 clients.

    A client is known by its number, its place in what the service sent: orders and hits are lists of numbers.
    """

    def __init__(self) -> None:
        self.clients: list[Client] = []
        self.texts: list[str] = []
        """All text of each client, folded once rather than at every key."""
        self._runs: list[Sequence[int]] = []
        self._unsorted: list[int] = []
        self._orders: dict[Order, Sequence[int]] = {}

    def add(self, some: Sequence[Client]) -> None:
        """Take what came in, and prepare it."""
        first = len(self.clients)
        self.clients += some
        self.texts += map(_text, some)
        self._unsorted += range(first, len(self.clients))
        self._orders.clear()
        if len(self._unsorted) >= STEP:
            self._sort_the_unsorted()

    def ordered(self, order: Order) -> Generator[None, None, Sequence[int]]:
        """The clients' numbers in this order, in steps. Remembered, until more come in."""
        if order not in self._orders:
            self._orders[order] = yield from self._ordered(order)
        return self._orders[order]

    def key(self, order: Order) -> Callable[[int], str]:
        """What a client's number goes by in this order."""
        clients = self.clients
        match order:
            case Order.NAME:  # which each text begins with
                return self.texts.__getitem__
            case Order.CREATED:
                return lambda number: ksuid_of(clients[number].client_id) or ""
            case Order.CLIENT_ID:
                return lambda number: clients[number].client_id

    def row(self, number: int, rows: Sequence[int], order: Order) -> int | None:
        """Where the client is among rows in this order, or None."""
        ascending = rows[::-1] if order.is_descending else rows
        key = self.key(order)
        wanted = key(number)
        start = bisect_left(ascending, wanted, key=key)
        end = bisect_right(ascending, wanted, lo=start, key=key)
        try:
            at = ascending.index(number, start, end)
        except ValueError:
            return None
        return len(rows) - 1 - at if order.is_descending else at

    def _ordered(self, order: Order) -> Generator[None, None, Sequence[int]]:
        if order is Order.NAME:
            self._sort_the_unsorted()
            whole = yield from merged(self._runs, self.texts.__getitem__)
            self._runs = [whole]
            return whole
        key, keys = self.key(order), list[str]()
        runs: list[Sequence[int]] = []
        for numbers in slices(range(len(self.clients))):
            keys += map(key, numbers)
            runs.append(sorted(numbers, key=keys.__getitem__))
            yield
        whole = yield from merged(runs, keys.__getitem__)
        return whole[::-1] if order.is_descending else whole

    def _sort_the_unsorted(self) -> None:
        self._unsorted.sort(key=self.texts.__getitem__)
        self._runs.append(self._unsorted)
        self._unsorted = []


def _text(client: Client) -> str:
    text = f"{client.name}\n{client.description}\n{client.id}"
    if client.client_id is not client.id and client.client_id != client.id:
        text += f"\n{client.client_id}"
    return fold(text)
