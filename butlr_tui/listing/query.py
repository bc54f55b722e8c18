"""What the text in the filter asks for. `WORDS` is what it understands; help and pages are made from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from butlr_tui.listing import periods
from butlr_tui.listing.folding import fold
from butlr_tui.listing.terms import Among, Containing, Field, Not
from butlr_tui.text import safe, truncate

if TYPE_CHECKING:
    from butlr_tui.listing.terms import CreatedWithin, Term, Terms


class Word(NamedTuple):
    """Something that the filter understands."""

    word: str
    """How it begins, or what it is."""
    example: str
    what: str
    """What it finds."""


WORDS: Final = (
    Word("word", "hvac", "Anywhere in the name, the description or an id; of several words all are required"),
    Word("“…”", "“hvac sync”", "The words as they stand; any quotes will do"),
    Word("name:", "name:hvac", "In the name alone"),
    Word("desc:", "desc:“floor 2”", "In the description alone"),
    Word("id:", "id:32hZ", "In an id alone"),
    Word(
        "created:",
        "created:>2026-01-31",
        "By the day, in UTC, that the id tells: after >, >=, <, <= or nothing a year, a month or a day",
    ),
    Word(
        "age:", "age:>1y", "Older (>) or younger (<) than so many d, w, m or y, by the time that the id tells"
    ),
    Word("replacing:", "replacing:", "Clients that are being replaced, and those that take their places"),
    Word("-", "-name:test", "Leaves out what any of these finds"),
)
_SHOWN: Final = 30
"""Cells of a part of the query in what is said about it."""
_FIELDS: Final = {"name": Field.NAME, "desc": Field.DESCRIPTION, "id": Field.ID}
_QUOTES: Final = '"“”„‟«»'
_TOKEN: Final = re.compile(rf"(-(?=\S))?(?:([^\W\d_]+):)?(?:[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]?|(\S*))")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A part of a query that can't be meant so, and narrows nothing."""

    start: int
    end: int
    """Where it is in the query."""
    says: str
    """What is wrong with it; quotes what was typed."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked for."""

    terms: Terms = ()
    """All are required."""
    problems: tuple[Mistake, ...] = ()


class _Malformed(Exception):
    """What is wrong with a part of the query, for whoever typed it."""


def parse(
    query: str,
    now: datetime | None = None,
    replacing: frozenset[str] = frozenset(),
    *,
    is_whole: bool = False,
) -> Query:
    """What the text asks for; ages count back from `now`, and `replacing` are the client ids that
    `replacing:` finds. Takes any text.

    Unless it `is_whole`, somebody may still be typing at its end.
    """
    terms: list[Term] = []
    problems: list[Mistake] = []
    for token in _TOKEN.finditer(query):
        try:
            is_last = not is_whole and token.end() == len(query)
            term = _term(token, is_last, now or datetime.now(UTC), replacing)
        except _Malformed as error:
            problems.append(Mistake(*token.span(), str(error)))
        else:
            if term is not None:
                terms.append(Not(term) if token[1] else term)
    return Query(tuple(terms), tuple(problems))


def marked(terms: Terms, *fields: Field) -> list[str]:
    """The texts that a match is marked for, where it is in one of these fields."""
    return [term.text for term in terms if isinstance(term, Containing) and term.field in fields]


def _term(
    token: re.Match[str], is_last: bool, now: datetime, replacing: frozenset[str]
) -> Containing | CreatedWithin | Among | None:
    """What one part asks for, apart from a minus before it; None for nothing. Raises _Malformed.

    What is only begun, at the end, asks for nothing yet: nobody wants an empty list or a complaint between
    two keys.
    """
    _, word, phrase, bare = token.groups()
    text = bare if phrase is None else phrase
    shown = truncate(safe(token[0]), _SHOWN)
    match word and word.lower():
        case None:
            is_begun = is_last and bare == "-"
            return Containing(fold(text)) if fold(text) and not is_begun else None
        case "created":
            found, is_begun = periods.created(text), periods.is_begun_date(text)
            said = f"✗ {shown} is no date. A year, a month or a day is, as in created:>2026-01-31."
        case "age":
            found, is_begun = periods.of_age(text, now), periods.is_begun_age(text)
            said = f"✗ {shown} is no age. A number of d, w, m or y is, as in age:>1y or age:<30d."
        case "replacing":
            if not text:
                return Among(replacing)
            found, is_begun = None, False
            said = f"✗ {shown}: replacing: stands alone, with a space behind it."
        case field if field in _FIELDS:
            if fold(text):
                return Containing(fold(text), _FIELDS[field])
            found, is_begun = None, True
            said = f"✗ {shown} looks for what stands right behind it, as in {field}:hvac."
        case _:
            raise _Malformed(
                f"✗ {shown}: the filter knows name:, desc:, id:, created:, age: and replacing:. In quotes it is "
                "looked for as it stands."
            )
    if found is None and not (is_last and is_begun):
        raise _Malformed(said)
    return found
