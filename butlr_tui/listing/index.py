"""Clients prepared for the filter and for every order, bit by bit as they come in."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from butlr_tui.ids import ABOVE_ALL_KSUIDS, ksuid_of
from butlr_tui.listing.cooperative import STEP, merged, slices
from butlr_tui.listing.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from butlr_tui.listing.cooperative import Steps
    from butlr_tui.models import Client


class Column(StrEnum):
    """What the list can be sorted by; the values are the headings."""

    NAME = "NAME"
    CREATED = "CREATED"
    CLIENT_ID = "CLIENT ID"


class Order(NamedTuple):
    """Which column the list is sorted by, and which way."""

    column: Column = Column.NAME
    is_descending: bool = False
    """Whether the last of all comes first. Ids that tell no time come last in either way."""

    @classmethod
    def by(cls, column: Column) -> Order:
        """A column the way that it is looked at first: the newest before the older ones, names from A on."""
        return cls(column, column is Column.CREATED)

    def __str__(self) -> str:
        """The column's heading: `NAME ↑` for the smallest first, `CREATED ↓` for the newest."""
        return f"{self.column} {'↓' if self.is_descending else '↑'}"

    @classmethod
    def told_by(cls, heading: str) -> Order:
        """The order with that heading; the one that a list begins with where there is no such order."""
        orders = (cls(column, way) for column in Column for way in (False, True))
        return next((order for order in orders if str(order) == heading), cls())

    @property
    def following(self) -> Order:
        """The order that the sort key changes to."""
        columns = list(Column)
        return Order.by(columns[(columns.index(self.column) + 1) % len(columns)])

    @property
    def reversed(self) -> Order:
        """The same column the other way round."""
        return Order(self.column, not self.is_descending)


class ClientIndex:
    """Everything that a key in the list needs and that takes time at 100,000 clients.

    A client is known by its number, its place in what the service sent: orders and hits are lists of numbers.
    """

    def __init__(self) -> None:
        self.clients: list[Client] = []
        self.texts: list[str] = []
        """All text of each client, folded once rather than at every key."""
        self.shared_names: set[str] = set()
        """Names that several clients have, among those that `counting_names` went through."""
        self._names: set[str] = set()
        self._named = 0
        self._runs: list[Sequence[int]] = []
        self._unsorted: list[int] = []
        self._ascending: dict[Column, Sequence[int]] = {}

    def add(self, some: Sequence[Client]) -> None:
        """Take what came in, and prepare it."""
        first = len(self.clients)
        self.clients += some
        self.texts += map(_text, some)
        self._unsorted += range(first, len(self.clients))
        self._ascending.clear()
        if len(self._unsorted) >= STEP:
            self._sort_the_unsorted()

    def ordered(self, order: Order) -> Generator[None, None, Sequence[int]]:
        """The clients' numbers in this order, in steps. What takes long is remembered, until more come in."""
        column = order.column
        if column not in self._ascending:
            self._ascending[column] = yield from self._sorted_by(column)
        whole = self._ascending[column]
        if column is not Column.CREATED:
            return whole[::-1] if order.is_descending else whole
        undated = bisect_right(whole, "", key=self._key(column))
        dated = array("I", whole[undated:])
        if order.is_descending:
            dated.reverse()
        dated.extend(whole[:undated])
        return dated

    def counting_names(self) -> Steps:
        """Go through the names of those that came in since the last time."""
        while some := self.clients[self._named : self._named + STEP]:
            for client in some:
                (self.shared_names if client.name in self._names else self._names).add(client.name)
            self._named += len(some)
            yield

    def _key(self, column: Column, undated: str = "") -> Callable[[int], str]:
        """What a client's number goes by in this column; `undated` where its id tells no time."""
        clients = self.clients
        match column:
            case Column.NAME:  # which each text begins with
                return self.texts.__getitem__
            case Column.CREATED:
                return lambda number: ksuid_of(clients[number].client_id) or undated
            case Column.CLIENT_ID:
                return lambda number: clients[number].client_id

    def row(self, number: int, rows: Sequence[int], order: Order) -> int | None:
        """Where the client is among rows in this order, or None."""
        ascending = rows[::-1] if order.is_descending else rows
        key = self._key(order.column, "" if order.is_descending else ABOVE_ALL_KSUIDS)
        wanted = key(number)
        start = bisect_left(ascending, wanted, key=key)
        end = bisect_right(ascending, wanted, lo=start, key=key)
        try:
            at = ascending.index(number, start, end)
        except ValueError:
            return None
        return len(rows) - 1 - at if order.is_descending else at

    def _sorted_by(self, column: Column) -> Generator[None, None, Sequence[int]]:
        """All numbers with the smallest first, those whose ids tell no time before those that do."""
        if column is Column.NAME:
            self._sort_the_unsorted()
            whole = yield from merged(self._runs, self.texts.__getitem__)
            self._runs = [whole]
            return whole
        key, keys = self._key(column), list[str]()
        runs: list[Sequence[int]] = []
        for numbers in slices(range(len(self.clients))):
            keys += map(key, numbers)
            runs.append(sorted(numbers, key=keys.__getitem__))
            yield
        return (yield from merged(runs, keys.__getitem__))

    def _sort_the_unsorted(self) -> None:
        self._unsorted.sort(key=self.texts.__getitem__)
        self._runs.append(self._unsorted)
        self._unsorted = []


def _text(client: Client) -> str:
    text = f"{client.name}\n{client.description}\n{client.id}"
    if client.client_id is not client.id and client.client_id != client.id:
        text += f"\n{client.client_id}"
    return fold(text)
