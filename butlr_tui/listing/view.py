"""Which clients the list shows, and in which order: the state behind the widget, without a screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, overload

from butlr_tui.listing.cooperative import STEP, result, slices
from butlr_tui.listing.index import ClientIndex, Column, Order
from butlr_tui.listing.known import Known
from butlr_tui.listing.marks import Marks

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from butlr_tui.listing.cooperative import Steps
    from butlr_tui.listing.terms import Term, Terms
    from butlr_tui.models import Client

__all__ = ["ClientIndex", "Column", "Listing", "Order", "Rows", "picked"]


class Rows(Sequence["Client"]):
    """Clients by their numbers: no copy of a list for each filter and order."""

    __slots__ = ("_clients", "numbers")

    def __init__(self, clients: Sequence[Client], numbers: Sequence[int]) -> None:
        self._clients = clients
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, row: int) -> Client: ...
    @overload
    def __getitem__(self, row: slice) -> list[Client]: ...
    def __getitem__(self, row: int | slice) -> Client | list[Client]:
        if isinstance(row, slice):
            return [self._clients[number] for number in self.numbers[row]]
        return self._clients[self.numbers[row]]


class Listing:
    """All clients, the filter and the order; `rows` is what they come to.

    What takes time comes as `Steps`: see `steps.py` for how to take them. Only the last one changes what is
    seen. One at a time: the next must not begin before the one before it has ended.
    """

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self.clients: Sequence[Client] = ()
        """All that the service last told; none while a first list is still coming in."""
        self.is_whole = False
        """Whether they are all: a list was read to its end."""
        self.rows = Rows((), ())
        self.query = ""
        self.problem = ""
        """What is wrong with the query, if anything is: that part of it narrows nothing."""
        self.wrong: Sequence[tuple[int, int]] = ()
        """All parts of the query that narrow nothing, each from where to where."""
        self.order = Order()
        self.known = Known()
        """What words of the query stand for; the next `filtering` goes by it."""
        self.marks = Marks()
        self.marked_in_names: Sequence[str] = ()
        """The query's texts, folded, that a name may have been found by."""
        self.marked_in_ids: Sequence[str] = ()
        self.marked_in_descriptions: Sequence[str] = ()
        """The same for descriptions."""
        self._terms: Terms = ()
        self._index = ClientIndex()
        self._last_found = 0

    @property
    def is_partial(self) -> bool:
        """Whether a first list is still coming in, of which some is shown: what it lacks may yet come."""
        return not self.is_whole and bool(self._index.clients)

    def taking(self, index: ClientIndex, *, whole: bool = True) -> Steps:
        """Show what is in there, keeping filter and order. If it is not the `whole` list, only show it."""
        numbers = yield from index.ordered(self.order)
        hits = yield from _select(self._terms, numbers, index)
        if whole:
            yield from self.marks.keeping(index.clients)
        self._index = index
        self._show(hits)
        if whole:
            self.clients = index.clients
            self.is_whole = True

    def sorting(self, order: Order) -> Steps:
        """Change the order."""
        numbers = yield from self._index.ordered(order)
        hits = yield from _select(self._terms, numbers, self._index)
        self.order = order
        self._show(hits)

    def filtering(self, query: str) -> Steps:
        """Keep the clients that fit the query (see query.py)."""
        # Late: nothing is filtered at first.
        from butlr_tui.listing.query import marked, parse
        from butlr_tui.listing.terms import Field

        asked, before = parse(query, self._clock(), self.known), self._terms
        terms = asked.terms
        narrower = all(any(term.implies(each) for term in terms) for each in before)
        if narrower and len(self.rows) <= STEP:
            # Only what was found has to be looked through, and only for what is new.
            new = [one for one in terms if one not in before]
            hits = yield from _matching(new, self.rows.numbers, self._index)
        else:
            hits = yield from self._index.ordered(self.order)
            hits = yield from _select(terms, hits, self._index)
        self.query, self._terms = query, terms
        self.problem = asked.problems[0].says if asked.problems else ""
        self.wrong = [(each.start, each.end) for each in asked.problems]
        self.marked_in_names = marked(terms, Field.ANYWHERE, Field.NAME)
        self.marked_in_ids = marked(terms, Field.ANYWHERE, Field.ID)
        self.marked_in_descriptions = marked(terms, Field.ANYWHERE)
        self._show(hits)

    def forget_the_partial(self) -> None:
        """Show nothing where the list that was coming in will not be whole."""
        if not self.is_whole:
            self._index = ClientIndex()
            self._show(())

    def position(self, client_id: str) -> int | None:
        """The row of the client with this id, or None where it is not shown."""
        number = self._number(client_id)
        return None if number is None else self._index.row(number, self.rows.numbers, self.order)

    def marking_all(self, spare: str | None) -> Steps:
        """Mark all that are shown, but for the one with the client id `spare`."""
        clients, numbers = self._index.clients, self.rows.numbers
        # In the order of their coming, as above.
        shown = (
            clients
            if len(numbers) == len(clients)
            else Rows(clients, (yield from _in_order(numbers, clients)))
        )
        yield from self.marks.adding(shown, spare)

    def marked(self) -> Generator[None, None, Sequence[Client]]:
        """All that are marked, those that the filter hides too, in the order that is shown. In steps."""
        clients, ids = self._index.clients, self.marks.ids
        if not ids:
            return ()
        has_mark = bytearray()
        for part in slices(clients):
            has_mark += bytearray([client.id in ids for client in part])
            yield
        found: list[int] = []
        for some in slices((yield from self._index.ordered(self.order))):
            found += [number for number in some if has_mark[number]]
            yield
        return Rows(clients, found)

    def named(self, name: str) -> list[Client]:
        """All clients with exactly this name."""
        return [client for client in self.clients if client.name == name]

    def _show(self, hits: Sequence[int]) -> None:
        self.rows = Rows(self._index.clients, hits)

    def _number(self, client_id: str) -> int | None:
        clients = self._index.clients
        # Asked at every key for the client under the cursor, which is nearly always still that one.
        if self._last_found < len(clients) and clients[self._last_found].id == client_id:
            return self._last_found
        try:
            self._last_found = [client.id for client in clients].index(client_id)
        except ValueError:
            return None
        return self._last_found


def picked(clients: Sequence[Client], terms: Terms, order: Order | None) -> Sequence[Client]:
    """Those of the clients that fit all terms, in this order, or as they came. All in one go."""
    if not terms and order is None:
        return clients
    index = ClientIndex()
    index.add(clients)
    numbers = range(len(clients)) if order is None else result(index.ordered(order))
    return Rows(clients, result(_select(terms, numbers, index)))


def _select(
    terms: Sequence[Term], numbers: Sequence[int], index: ClientIndex
) -> Generator[None, None, Sequence[int]]:
    """Those of all clients that fit all terms, in the order that `numbers` gives."""
    if not terms:
        return numbers
    # In the order of their coming, in which the texts lie in memory: the sorted order takes five times as long.
    hits = yield from _matching(terms, range(len(numbers)), index)
    if len(hits) == len(numbers):
        return numbers
    found = bytearray(len(numbers))
    for number in hits:
        found[number] = True
    return [number for number in numbers if found[number]]


def _in_order(numbers: Sequence[int], clients: Sequence[Client]) -> Generator[None, None, Sequence[int]]:
    """These numbers of clients, the smallest first."""
    found = bytearray(len(clients))
    for some in slices(numbers):
        for number in some:
            found[number] = True
        yield
    return [number for number, is_one in enumerate(found) if is_one]


def _matching(
    terms: Sequence[Term], numbers: Sequence[int], index: ClientIndex
) -> Generator[None, None, Sequence[int]]:
    """Those of the `numbers` that fit all terms, in the same order."""
    # Late, as above; what there are terms for has imported it.
    from butlr_tui.listing.terms import counts_names

    if any(map(counts_names, terms)):
        yield from index.counting_names()
    for term in terms:
        hits: list[int] = []
        for some in slices(numbers):
            hits += term.among(some, index)
            yield
        numbers = hits
    return numbers
