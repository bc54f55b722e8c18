"""The filter's language: what a query finds, and what a longer one can't find that a shorter one did not."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from butlr_tui.listing import index
from butlr_tui.listing.cooperative import finish
from butlr_tui.listing.query import parse
from butlr_tui.models import Client
from tests.listing.model import CLIENTS, QUERIES, Query, client, loaded, written


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
        ("created:2026 sync -", []),
    ],
)
def test_what_a_query_finds(query: str, found: list[str]) -> None:
    assert sorted(names(ALL, query), key=str.casefold) == found


@pytest.mark.parametrize(
    "query",
    [
        "created:soon",
        "created:>2026-13",
        "created:2026-02-30",
        "created:=>2026",
        "created:9999",
        "colour:red",
        "id: x",
    ],
)
def test_what_is_malformed_is_looked_for_as_it_stands(query: str) -> None:
    literal = client(f"what {query} is")
    assert names([*ALL, literal], query) == [literal.name]


@pytest.mark.parametrize(
    "query",
    [
        "id:",
        "name:",
        '"',
        "created:",
        "created:>",
        "created:>=2",
        "created:2026-",
        "created:<2026-1",
        "created:2026-01-",
        "created:2026-01-3",
    ],
)
def test_what_is_only_begun_narrows_nothing_yet(query: str) -> None:
    assert len(names(ALL, query)) == 3
    assert names(ALL, f"badge {query}") == ["badge"]


@given(st.text())
def test_any_text_is_a_query(query: str) -> None:
    names(ALL, query)


@given(CLIENTS, QUERIES, QUERIES)
def test_implying_is_never_wrong(clients: Sequence[Client], one: Query, other: Query) -> None:
    for term in parse(written(one)):
        for wider in parse(written(other)):
            if term.implies(wider):
                numbers, texts = range(len(clients)), [*map(index._text, clients)]
                assert {*term.among(numbers, clients, texts)} <= {*wider.among(numbers, clients, texts)}
