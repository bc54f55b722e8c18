"""The parts of a query, each of which picks from many clients those that are as it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from butlr_tui.ids import ksuid_of, lowest_ksuid
from butlr_tui.listing.folding import fold
from butlr_tui.listing.last_use import last_use

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from butlr_tui.listing.index import ClientIndex
    from butlr_tui.models import Client


class Field(Enum):
    """Where a text is looked for."""

    ANYWHERE = auto()
    NAME = auto()
    DESCRIPTION = auto()
    ID = auto()


@dataclass(frozen=True, slots=True)
class Containing:
    """A text that has to occur; case and accents do not matter."""

    text: str
    """Folded, as what it is looked for in."""
    field: Field = Field.ANYWHERE

    def implies(self, other: Term) -> bool:
        """Whether every client that fits this one fits the other."""
        return (
            isinstance(other, Containing)
            and other.text in self.text
            and other.field in (Field.ANYWHERE, self.field)
        )

    def among(self, numbers: Sequence[int], index: ClientIndex) -> list[int]:
        """Those of the clients' `numbers` that fit."""
        text, clients, texts = self.text, index.clients, index.texts
        found = [number for number in numbers if text in texts[number]]
        match self.field:
            case Field.NAME:
                return [each for each in found if text in fold(clients[each].name)]
            case Field.DESCRIPTION:
                return [each for each in found if text in fold(clients[each].description)]
            case Field.ID:
                return [
                    each
                    for each in found
                    if text in fold(clients[each].id) or text in fold(clients[each].client_id)
                ]
        return found


@dataclass(frozen=True, slots=True)
class CreatedWithin:
    """Ids from one KSUID on to before another: they sort by time as strings."""

    first: str
    end: str

    def implies(self, other: Term) -> bool:
        """Whether every client that fits this one fits the other."""
        return isinstance(other, CreatedWithin) and other.first <= self.first and self.end <= other.end

    def among(self, numbers: Sequence[int], index: ClientIndex) -> list[int]:
        """Those of the clients' `numbers` that fit. An id that tells no time never does."""
        first, end, clients = self.first, self.end, index.clients
        return [number for number in numbers if first <= (ksuid_of(clients[number].client_id) or "") < end]


@dataclass(frozen=True, slots=True)
class LastUsed:
    """By the last use, as far as the service tells: before a moment, or from it on.

    With `or_never`, one that was never used counts by its creation, or from when on uses are known.
    """

    moment: datetime
    is_before: bool
    or_never: bool
    tried: Mapping[str, datetime] = field(default_factory=dict, compare=False)
    """When pairs last signed in from here."""

    def implies(self, other: Term) -> bool:
        """Whether every client that fits this one fits the other."""
        return (
            isinstance(other, LastUsed)
            and (self.is_before, self.or_never) == (other.is_before, other.or_never)
            and (self.moment <= other.moment if self.is_before else self.moment >= other.moment)
        )

    def among(self, numbers: Sequence[int], index: ClientIndex) -> list[int]:
        """Those of the clients' `numbers` that fit. One of which the service does not tell never does."""
        clients, lowest = index.clients, lowest_ksuid(self.moment)
        return [number for number in numbers if self._fits(clients[number], lowest)]

    def _fits(self, client: Client, lowest: str) -> bool:
        known = last_use(client, self.tried.get(client.client_id))
        if known.since is None:
            return False
        if known.used_at is not None:
            return (known.used_at < self.moment) is self.is_before
        was_there = known.since < self.moment and (ksuid_of(client.client_id) or "") < lowest
        return self.or_never and was_there is self.is_before


@dataclass(frozen=True, slots=True)
class Among:
    """Those with these client ids."""

    client_ids: frozenset[str]

    def implies(self, other: Term) -> bool:
        """Whether every client that fits this one fits the other."""
        return isinstance(other, Among) and self.client_ids <= other.client_ids

    def among(self, numbers: Sequence[int], index: ClientIndex) -> list[int]:
        """Those of the clients' `numbers` that fit."""
        clients = index.clients
        return [number for number in numbers if clients[number].client_id in self.client_ids]


@dataclass(frozen=True, slots=True)
class SharedName:
    """Those whose name another one has too."""

    def implies(self, other: Term) -> bool:
        """Whether every client that fits this one fits the other."""
        return isinstance(other, SharedName)

    def among(self, numbers: Sequence[int], index: ClientIndex) -> list[int]:
        """Those of the clients' `numbers` that fit. The index has to have counted its names."""
        clients, shared = index.clients, index.shared_names
        return [number for number in numbers if clients[number].name in shared]


@dataclass(frozen=True, slots=True)
class Every:
    """All that fits each of these."""

    terms: Terms

    def implies(self, other: Term) -> bool:
        """Whether every client that fits this one fits the other."""
        return any(term.implies(other) for term in self.terms)

    def among(self, numbers: Sequence[int], index: ClientIndex) -> list[int]:
        """Those of the clients' `numbers` that fit."""
        found = [*numbers]
        for term in self.terms:
            found = term.among(found, index)
        return found


@dataclass(frozen=True, slots=True)
class Not:
    """All that does not fit another term."""

    term: Term

    def implies(self, other: Term) -> bool:
        """Whether every client that fits this one fits the other."""
        return isinstance(other, Not) and other.term.implies(self.term)

    def among(self, numbers: Sequence[int], index: ClientIndex) -> list[int]:
        """Those of the clients' `numbers` that fit."""
        left_out = {*self.term.among(numbers, index)}
        return [number for number in numbers if number not in left_out]


Term = Containing | CreatedWithin | LastUsed | Among | SharedName | Every | Not
Terms = tuple[Term, ...]


def counts_names(term: Term) -> bool:
    """Whether it asks how many clients have a name."""
    match term:
        case Not(inner):
            return counts_names(inner)
        case Every(terms):
            return any(map(counts_names, terms))
    return isinstance(term, SharedName)
