"""The filter's language: what a query finds, and what a longer one can't find that a shorter one did not."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from butlr_tui.listing import index
from butlr_tui.listing.cooperative import finish
from butlr_tui.listing.query import WORDS, Word, parse
from butlr_tui.models import Client
from tests.listing.model import CLIENTS, NOW, QUERIES, Query, client, loaded, written


def names(clients: Sequence[Client], query: str) -> list[str]:
    shown = loaded(clients)
    finish(shown.filtering(query))
    return [one.name for one in shown.rows]


HVAC = client("HVAC sync", "Pushes occupancy to Zürich", day="2026-01-31")
BADGE = client("badge", "matches sync swipes with headcounts", day="2026-02-01")
OLD = client("old sync hvac", client_id="opaque-name-of-7")
ALL = [BADGE, HVAC, OLD]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["badge", "HVAC sync", "old sync hvac"]),
        ("   ", ["badge", "HVAC sync", "old sync hvac"]),
        ("sync hvac", ["HVAC sync", "old sync hvac"]),
        ("ZÜRICH", ["HVAC sync"]),
        ('"hvac sync"', ["HVAC sync"]),
        ('"hvac sync', ["HVAC sync"]),
        ('"sync" "hvac"', ["HVAC sync", "old sync hvac"]),
        ("name:sync", ["HVAC sync", "old sync hvac"]),
        ('NAME:"sync hvac"', ["old sync hvac"]),
        ("id:name", ["old sync hvac"]),
        ("id:CLIENT_", ["badge", "HVAC sync"]),
        ("id:sync", []),
        ("created:>2026-01-31", ["badge"]),
        ("created:>=2026-01-31", ["badge", "HVAC sync"]),
        ("created:<2026-02-01", ["HVAC sync"]),
        ("created:<=2026-02-01", ["badge", "HVAC sync"]),
        ("created:2026-01-31", ["HVAC sync"]),
        ("created:=2026-02", ["badge"]),
        ("created:<=2026-01", ["HVAC sync"]),
        ("created:2026", ["badge", "HVAC sync"]),
        ("created:<2026", []),
        ("created:<1900", []),
        ("created:>=1900", ["badge", "HVAC sync"]),
        ("created:>2300", []),
        ("created:9999", []),
        ("created:2026 sync -", ["badge", "HVAC sync"]),
        ("zurich", ["HVAC sync"]),
        ("ZÜRICH", ["HVAC sync"]),
        ("Zu\u0308rich", ["HVAC sync"]),
        ("heads ﬂoor", []),
        ("headcounts ﬃ", []),
        ("“hvac sync”", ["HVAC sync"]),
        ("„hvac sync“", ["HVAC sync"]),
        ("«hvac sync»", ["HVAC sync"]),
        ("name:“sync hvac", ["old sync hvac"]),
        ("desc:sync", ["badge"]),
        ("desc:zurich", ["HVAC sync"]),
        ("-swipes", ["HVAC sync", "old sync hvac"]),
        ("sync -hvac", ["badge"]),
        ('-"hvac sync"', ["badge", "old sync hvac"]),
        ("-“hvac sync” -badge", ["old sync hvac"]),
        ("-name:sync", ["badge"]),
        ("-id:client_", ["old sync hvac"]),
        ("-created:2026-02", ["HVAC sync", "old sync hvac"]),
        ("--", ["badge", "HVAC sync", "old sync hvac"]),
        ("old - sync", ["old sync hvac"]),
        ("badge - sync", []),
        ("age:>20d", ["HVAC sync"]),
        ("age:<20d", ["badge"]),
        ("age:<=3W", ["badge", "HVAC sync"]),
        ("age:>1m", []),
        ("AGE:<1y", ["badge", "HVAC sync"]),
        ("-age:<1y", ["old sync hvac"]),
        ("age:>99999999999y", []),
        ("age:<99999999999y", ["badge", "HVAC sync"]),
        ("10:30", []),
    ],
)
def test_what_a_query_finds(query: str, found: list[str]) -> None:
    assert sorted(names(ALL, query), key=str.casefold) == found
    assert parse(query, NOW).problems == ()


@pytest.mark.parametrize(
    ("query", "wrong", "says"),
    [
        ("colour:red", "colour:red", "the filter knows name:, desc:, id:, created:, age: and "),
        ("colour:", "colour:", "In quotes it is looked for as it stands."),
        ("badge -colour:red", "-colour:red", "-colour:red: the filter knows"),
        (
            "https://lab.example.org/many/more/parts",
            "https://lab.example.org/many/more/parts",
            "https://lab.exa",
        ),
        ("created:soon", "created:soon", "created:soon is no date"),
        ("created:>2026-13", "created:>2026-13", "as in created:>2026-01-31"),
        ("created:>2026-13-", "created:>2026-13-", "is no date"),
        ("created:2026-02-30", "created:2026-02-30", "is no date"),
        ("created:0000", "created:0000", "is no date"),
        ("created:=>2026", "created:=>2026", "is no date"),
        ("created:2026-1 badge", "created:2026-1", "is no date"),
        ("created: badge", "created:", "is no date"),
        ("age:1y", "age:1y", "as in age:>1y or age:<30d"),
        ("age:>1y2", "age:>1y2", "is no age"),
        ("age:> badge", "age:>", "is no age"),
        ("id: badge", "id:", "looks for what stands right behind it, as in id:hvac"),
    ],
)
def test_what_can_not_be_meant_is_told_at_once_and_narrows_nothing(query: str, wrong: str, says: str) -> None:
    (problem,) = parse(query, NOW).problems
    assert query[problem.start : problem.end] == wrong
    assert says in problem.says
    assert problem.says.startswith("✗ ")
    shown = loaded(ALL)
    finish(shown.filtering(query))
    assert shown.problem == problem.says
    assert len(shown.rows) == (1 if "badge" in query else 3)
    finish(shown.filtering("badge"))
    assert shown.problem == ""


def test_several_problems_have_their_places() -> None:
    query = "colour:red hvac age:soon"
    assert [query[one.start : one.end] for one in parse(query, NOW).problems] == ["colour:red", "age:soon"]


@pytest.mark.parametrize("query", ["colour:red", "created:soon", "http://x"])
def test_in_quotes_it_is_looked_for_as_it_stands(query: str) -> None:
    literal = client(f"what {query} is")
    assert names([*ALL, literal], f'"{query}"') == [literal.name]


@pytest.mark.parametrize(
    "query",
    [
        "id:",
        "name:",
        "desc:",
        '"',
        "“",
        "-",
        '-"',
        "-name:",
        "\u0301",
        "created:",
        "created:>",
        "created:>=2",
        "created:2026-",
        "created:<2026-1",
        "created:2026-01-",
        "created:2026-01-3",
        "age:",
        "age:>",
        "-age:<=3",
    ],
)
def test_what_is_only_begun_narrows_nothing_yet(query: str) -> None:
    assert parse(query, NOW).problems == ()
    assert len(names(ALL, query)) == 3
    assert names(ALL, f"badge {query}") == ["badge"]


def test_replacing_finds_those_that_are_and_their_new_ones() -> None:
    shown = loaded(ALL)
    for replacing, query, found in (
        ({HVAC.client_id, OLD.client_id}, "replacing:", ["HVAC sync", "old sync hvac"]),
        ({HVAC.client_id, OLD.client_id}, "-replacing:", ["badge"]),
        ({HVAC.client_id, OLD.client_id}, "REPLACING: name:old", ["old sync hvac"]),
        ({HVAC.client_id}, "replacing: name:old", []),  # others are by now
        ({BADGE.client_id}, "replacing:", ["badge"]),
        (set(), "replacing:", []),
    ):
        shown.replacing = frozenset(replacing)
        finish(shown.filtering(query))
        assert [one.name for one in shown.rows] == found, query
    (problem,) = parse("replacing:old", NOW).problems
    assert problem.says == "✗ replacing:old: replacing: stands alone, with a space behind it."


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.word)
def test_each_example_is_understood(word: Word) -> None:
    query = parse(word.example, NOW)
    assert query.problems == ()
    assert len(query.terms) == 1


@given(st.text())
def test_any_text_is_a_query(query: str) -> None:
    names(ALL, query)


@given(CLIENTS, QUERIES, QUERIES)
def test_implying_is_never_wrong(clients: Sequence[Client], one: Query, other: Query) -> None:
    for term in parse(written(one), NOW).terms:
        for wider in parse(written(other), NOW).terms:
            if term.implies(wider):
                numbers, texts = range(len(clients)), [*map(index._text, clients)]
                assert {*term.among(numbers, clients, texts)} <= {*wider.among(numbers, clients, texts)}
