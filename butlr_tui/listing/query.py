"""What the text in the filter asks for. `WORDS` is what it understands; help and pages are made from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from butlr_tui.listing import periods
from butlr_tui.listing.folding import fold
from butlr_tui.listing.known import Known
from butlr_tui.listing.terms import Among, Containing, Every, Field, Not, SharedName
from butlr_tui.text import safe, truncate

if TYPE_CHECKING:
    from butlr_tui.listing.terms import Term, Terms


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
    Word(
        "unused:",
        "unused:>90d",
        "Last used longer ago (>) or later (<), where the service tells; one that never was, since its creation",
    ),
    Word("used:", "used:<1d", "The same, of those that were used, by a sign-in that was no trial from here"),
    Word("same-name:", "same-name:", "Clients whose name others have too, exactly so"),
    Word(
        "made-here:", "made-here:", "Clients that the journal of this machine knows to be created from here"
    ),
    Word("replacing:", "replacing:", "Clients that are being replaced, and those that take their places"),
    Word("@", "@old", "What a filter of that name in the settings finds; ready ones are there"),
    Word("-", "-name:test", "Leaves out what any of these finds"),
)
_COLONS: Final = [one.word for one in WORDS if one.word.endswith(":")]
_ALL_WORDS: Final = f"{', '.join(_COLONS[:-1])} and {_COLONS[-1]}"
_LITERALLY: Final = "In quotes it is looked for as it stands."
_SHOWN: Final = 30
"""Cells of a part of the query in what is said about it."""
_FIELDS: Final = {"name": Field.NAME, "desc": Field.DESCRIPTION, "id": Field.ID}
_QUOTES: Final = '"“”„‟«»'
_WORD: Final = r"[^\W\d_]+(?:-[^\W\d_]+)*"
_TOKEN: Final = re.compile(rf"(-(?=\S))?(?:({_WORD}):)?(?:[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]?|(\S*))")


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
    words: frozenset[str] = frozenset()
    """Which words with a colon are in it, such as `made-here`, also in the filters that it names."""


class _Malformed(Exception):
    """What is wrong with a part of the query, for whoever typed it."""


def parse(
    query: str, now: datetime | None = None, known: Known | None = None, *, is_whole: bool = False
) -> Query:
    """What the text asks for; ages count back from `now`. Takes any text.

    Unless it `is_whole`, somebody may still be typing at its end.
    """
    terms: list[Term] = []
    problems: list[Mistake] = []
    reader = _Reader(now or datetime.now(UTC), known or Known())
    for token in _TOKEN.finditer(query):
        try:
            term = reader.term(token, not is_whole and token.end() == len(query))
        except _Malformed as error:
            problems.append(Mistake(*token.span(), str(error)))
        else:
            if term is not None:
                terms += [Not(term)] if token[1] else term.terms if isinstance(term, Every) else [term]
    return Query(tuple(terms), tuple(problems), frozenset(reader.words))


def marked(terms: Terms, *fields: Field) -> list[str]:
    """The texts that a match is marked for, where it is in one of these fields."""
    return [term.text for term in terms if isinstance(term, Containing) and term.field in fields]


def last_part(typed: str) -> str | None:
    """What the text ends with of a word that could go on with a colon, or of a filter's name; without a minus.

    None where the end is in quotes or behind a colon.
    """
    token = next(token for token in _TOKEN.finditer(typed) if token.end() == len(typed))
    _, word, phrase, bare = token.groups()
    return bare.removeprefix("-") if word is None and phrase is None else None


class _Reader:
    """Reads the parts of one query."""

    def __init__(self, now: datetime, known: Known) -> None:
        self._now = now
        self._known = known
        self.words: set[str] = set()

    def term(self, token: re.Match[str], is_last: bool) -> Term | None:
        """What one part asks for, apart from a minus before it; None for nothing. Raises _Malformed.

        What is only begun, at the end, asks for nothing yet: nobody wants an empty list or a complaint between
        two keys.
        """
        _, word, phrase, bare = token.groups()
        text = bare if phrase is None else phrase
        shown = truncate(safe(token[0]), _SHOWN)
        found: Term | None = None
        is_begun = False
        self.words.update([word.lower()] if word else ())
        match word and word.lower():
            case None if phrase is None and bare[:1] == "@" and bare != "@":
                return self._named(bare[1:], shown, is_last)
            case None:
                is_begun = is_last and bare in ("-", "@")
                return Containing(fold(text)) if fold(text) and not is_begun else None
            case "created":
                found, is_begun = periods.created(text), periods.is_begun_date(text)
                said = f"✗ {shown} is no date. A year, a month or a day is, as in created:>2026-01-31."
            case "age":
                found, is_begun = periods.of_age(text, self._now), periods.is_begun_age(text)
                said = f"✗ {shown} is no age. A number of d, w, m or y is, as in age:>1y or age:<30d."
            case "used" | "unused" as use:
                if not self._known.tells_use:
                    raise _Malformed(f"✗ {shown}: this service does not tell when a client was last used.")
                found = periods.of_use(text, self._now, self._known.tried, or_never=use == "unused")
                is_begun = periods.is_begun_age(text)
                said = f"✗ {shown} is no time. A number of d, w, m or y is, as in unused:>90d or used:<1d."
            case "same-name" | "made-here" | "replacing" as alone:
                if not text:
                    return self._alone(alone)
                said = f"✗ {shown}: {alone}: stands alone, with a space behind it."
            case field if field in _FIELDS:
                if fold(text):
                    return Containing(fold(text), _FIELDS[field])
                is_begun = True
                said = f"✗ {shown} looks for what stands right behind it, as in {field}:hvac."
            case _:
                raise _Malformed(f"✗ {shown}: the filter knows {_ALL_WORDS}. {_LITERALLY}")
        if found is None and not (is_last and is_begun):
            raise _Malformed(said)
        return found

    def _alone(self, word: str) -> Term:
        if word == "same-name":
            return SharedName()
        return Among(self._known.made_here if word == "made-here" else self._known.replacing)

    def _named(self, name: str, shown: str, is_last: bool) -> Every | None:
        """What the filter of this name asks for. Raises _Malformed."""
        filters = self._known.filters
        if name in filters:
            query = parse(filters[name], self._now, self._known._replace(filters={}), is_whole=True)
            if query.problems:
                raise _Malformed(f"✗ {shown} stands for what can't be meant so: {query.problems[0].says[2:]}")
            self.words |= query.words
            return Every(query.terms)
        if is_last and any(each.startswith(name) for each in filters):
            return None
        there = f"there are {', '.join(f'@{each}' for each in filters)}" if filters else "none is known here"
        raise _Malformed(f"✗ {shown} is no filter's name: {there}. {_LITERALLY}")
