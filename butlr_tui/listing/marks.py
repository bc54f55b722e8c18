"""Which clients are marked, by their ids: they stay marked whatever is shown, and in whichever order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.listing.cooperative import slices

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set

    from butlr_tui.listing.cooperative import Steps
    from butlr_tui.models import Client


class Marks:
    """The ids of the marked clients. What takes time comes as `Steps`, and only the last one changes anything."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._by_hand: set[str] = set()

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def ids(self) -> Set[str]:
        """The ids of all that are marked."""
        return self._ids

    @property
    def by_hand(self) -> Set[str]:
        """The ids of those that were marked one by one."""
        return self._by_hand

    def toggle(self, client_id: str) -> None:
        """Mark one client by hand, or take its mark back."""
        if client_id in self._ids:
            self.take_back([client_id])
        else:
            self._ids.add(client_id)
            self._by_hand.add(client_id)

    def take_back(self, ids: Iterable[str]) -> None:
        """Unmark these."""
        self._ids.difference_update(ids)
        self._by_hand &= self._ids

    def clear(self) -> None:
        """Unmark all."""
        self._ids.clear()
        self._by_hand.clear()

    def adding(self, clients: Sequence[Client], spare: str | None) -> Steps:
        """Mark all of these, but for the one with the client id `spare`, which only a hand marks."""
        found: set[str] = set()
        for some in slices(clients):
            found |= ids_of(some, spare)
            yield
        found |= self._ids  # mostly the fewer ones
        self._ids = found

    def keeping(self, clients: Sequence[Client]) -> Steps:
        """Unmark those that are not among all clients any more."""
        if not self._ids:
            return
        gone = set(self._ids)  # what is marked meanwhile stays
        for some in slices(clients):
            gone -= ids_of(some)
            yield
        self.take_back(gone)


class Stretch:
    """Marks from one row to where the cursor goes. Rows that the cursor leaves again are as they were before."""

    def __init__(self, marks: Marks, rows: Sequence[Client], row: int, spare: str | None) -> None:
        """`rows` are those that are shown; the one with the client id `spare` is left out."""
        self.rows = rows
        self._marks = marks
        self._spare = spare
        self._before = frozenset(marks.ids)
        self._start = row
        self._marked = range(row, row)

    def reaching(self, row: int) -> Steps:
        """Let it end at this row."""
        wanted = range(min(self._start, row), max(self._start, row) + 1)
        left, self._marked = self._marked, wanted
        for part in _without(left, wanted):
            self._marks.take_back(ids_of(self.rows[part.start : part.stop]) - self._before)
            yield
        for part in _without(wanted, left):
            yield from self._marks.adding(self.rows[part.start : part.stop], self._spare)


def ids_of(clients: Iterable[Client], spare: str | None = None) -> set[str]:
    """The ids of these clients, but for the one with the client id `spare`."""
    return {client.id for client in clients if client.client_id != spare}


def _without(one: range, other: range) -> tuple[range, range]:
    """What is left of a range on both sides of another."""
    return range(one.start, min(one.stop, other.start)), range(max(one.start, other.stop), one.stop)
