"""What the text in the filter asks for.

Words are all required, anywhere in a client's name, description or ids. `"two words"` is a phrase. `name:`
and `id:` look there alone; `created:>2026-01-01` (or `<`, `>=`, `<=`, `=`; a month or a year will do) goes by
the day, in UTC, that the id tells. What fits none of these is looked for as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from butlr_tui.ids import ABOVE_ALL_KSUIDS, ksuid_of, lowest_ksuid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from butlr_tui.models import Client

_TOKEN: Final = re.compile(r'(?:(id|name|created):)?(?:"([^"]*)"?|(\S+))', re.IGNORECASE)
_PERIOD: Final = re.compile(r"(<=|>=|<|>|=)?([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_BEGUN: Final = re.compile(
    r"(?:id|name):|created:(?:[<>]=?|=)?(?:[0-9]{0,3}|[0-9]{4}-(?:[0-9]{0,2}-)?[0-9]?)", re.I
)
_LOWEST: Final = "0"  # above the "" of an id that tells no time, and not above any that does


class Field(Enum):
    """Where a text is looked for."""

    ANYWHERE = auto()
    NAME = auto()
    ID = auto()


@dataclass(frozen=True, slots=True)
class Containing:
    """A text that has to occur, upper and lower case alike."""

    text: str
    """Casefolded, as what it is looked for in."""
    field: Field = Field.ANYWHERE

    def implies(self, other: Term) -> bool:
        """Whether every client that fits this one fits the other."""
        return (
            isinstance(other, Containing)
            and other.text in self.text
            and other.field in (Field.ANYWHERE, self.field)
        )

    def among(self, numbers: Sequence[int], clients: Sequence[Client], texts: Sequence[str]) -> list[int]:
        """Those of the clients' `numbers` that fit; `texts` is all text of each, casefolded."""
        text = self.text
        found = [number for number in numbers if text in texts[number]]
        match self.field:
            case Field.NAME:
                return [each for each in found if text in clients[each].name.casefold()]
            case Field.ID:
                return [
                    each
                    for each in found
                    if text in clients[each].id.casefold() or text in clients[each].client_id.casefold()
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

    def among(self, numbers: Sequence[int], clients: Sequence[Client], texts: Sequence[str]) -> list[int]:
        """Those of the clients' `numbers` that fit. An id that tells no time never does."""
        first, end = self.first, self.end
        return [number for number in numbers if first <= (ksuid_of(clients[number].client_id) or "") < end]


Term = Containing | CreatedWithin
Terms = tuple[Term, ...]


def parse(query: str) -> Terms:
    """What the text asks for; all of it is required. Never fails: what is malformed is a word."""
    found: list[Term] = []
    for token in _TOKEN.finditer(query):
        # What is only begun narrows nothing yet: nobody wants an empty list between two keys.
        if token.end() == len(query) and _BEGUN.fullmatch(token[0]):
            continue
        term = _term((token[1] or "").lower(), token[3], token[2]) or Containing(token[0].casefold())
        if not isinstance(term, Containing) or term.text:
            found.append(term)
    return tuple(found)


def marked(terms: Terms, *fields: Field) -> list[str]:
    """The texts that a match is marked for, where it is in one of these fields."""
    return [term.text for term in terms if isinstance(term, Containing) and term.field in fields]


def _term(field: str, word: str | None, phrase: str | None) -> Term | None:
    text = phrase if word is None else word
    assert text is not None
    match field:
        case "created":
            return _created(text)
        case "id":
            return Containing(text.casefold(), Field.ID)
        case "name":
            return Containing(text.casefold(), Field.NAME)
    return Containing(text.casefold())


def _created(text: str) -> CreatedWithin | None:
    """The period that a comparison with a year, a month or a day leaves, or None where it is none."""
    told = _PERIOD.fullmatch(text)
    if told is None:
        return None
    sign, year, month, day = told.groups()
    try:
        start = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
        end = start + timedelta(days=1 if day else 31 if month else 366)
        if not day:
            end = end.replace(day=1) if month else end.replace(month=1, day=1)
    except (ValueError, OverflowError):
        return None
    before, after = lowest_ksuid(start), lowest_ksuid(end)
    periods = {
        ">": CreatedWithin(after, ABOVE_ALL_KSUIDS),
        ">=": CreatedWithin(before, ABOVE_ALL_KSUIDS),
        "<": CreatedWithin(_LOWEST, before),
        "<=": CreatedWithin(_LOWEST, after),
    }
    return periods.get(sign, CreatedWithin(before, after))
