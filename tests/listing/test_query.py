"""The filter's language: what a query finds, and what a longer one can't find that a shorter one did not."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from butlr_tui.listing.cooperative import finish
from butlr_tui.listing.index import ClientIndex
from butlr_tui.listing.known import Known
from butlr_tui.listing.query import WORDS, Word, parse
from butlr_tui.models import Client
from tests.listing.model import CLIENTS, KNOWN, NOW, QUERIES, Query, client, loaded, written


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
        (
            "colour:red",
            "colour:red",
            "the filter knows name:, desc:, id:, created:, age:, unused:, used:, same-name:, made-here: and "
            "replacing:.",
        ),
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
        shown.known = Known(replacing=frozenset(replacing))
        finish(shown.filtering(query))
        assert [one.name for one in shown.rows] == found, query
    (problem,) = parse("replacing:old", NOW).problems
    assert problem.says == "✗ replacing:old: replacing: stands alone, with a space behind it."


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.word)
def test_each_example_is_understood(word: Word) -> None:
    query = parse(word.example, NOW, Known(filters={"old": "age:>1y"}))
    assert query.problems == ()
    assert len(query.terms) == 1


@given(st.text())
def test_any_text_is_a_query(query: str) -> None:
    names(ALL, query)


@given(CLIENTS, QUERIES, QUERIES)
def test_implying_is_never_wrong(clients: Sequence[Client], one: Query, other: Query) -> None:
    index = ClientIndex()
    index.add(clients)
    finish(index.counting_names())
    for term in parse(written(one), NOW, KNOWN).terms:
        for wider in parse(written(other), NOW, KNOWN).terms:
            if term.implies(wider):
                numbers = range(len(clients))
                assert {*term.among(numbers, index)} <= {*wider.among(numbers, index)}


def test_a_name_is_shared_by_those_that_have_exactly_it_wherever_they_are_in_the_list() -> None:
    names_ = ["a", "b", "c", "A", "d", "e", "á", "b", "f", "g", "a", "a"]
    clients = [client(name) for name in names_]
    assert names(clients, "same-name:") == ["a", "a", "a", "b", "b"]
    assert names(clients, "same-name: -name:b") == ["a", "a", "a"]
    assert {*names(clients, "-SAME-NAME:")} == {"A", "á", "c", "d", "e", "f", "g"}


def test_a_list_that_is_read_again_has_its_own_shared_names() -> None:
    twins = [client("twin"), client("twin"), client("one")]
    shown = loaded(twins)
    finish(shown.filtering("same-name:"))
    taken = ClientIndex()
    taken.add([*twins[1:], client("one")])
    finish(shown.taking(taken))
    assert [one.name for one in shown.rows] == ["one", "one"]


def test_made_here_finds_what_is_handed_in() -> None:
    shown = loaded(ALL)
    shown.known = Known(made_here=frozenset({HVAC.client_id, "client_gone"}))
    finish(shown.filtering("made-here:"))
    assert [*shown.rows] == [HVAC]
    finish(shown.filtering("-made-here:"))
    assert [*shown.rows] == [BADGE, OLD]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("@pushes", ["HVAC sync"]),
        ("-@pushes", ["badge", "old sync hvac"]),
        ("hvac @synced", ["HVAC sync", "old sync hvac"]),
        ("-@synced", ["badge"]),
        ('"@home"', []),
        ("me@home", []),
        ("@", ["badge", "HVAC sync", "old sync hvac"]),
        ("-@", ["badge", "HVAC sync", "old sync hvac"]),
        ("@ push", []),
        ("@pus", ["badge", "HVAC sync", "old sync hvac"]),
        ("-@sync", ["badge", "HVAC sync", "old sync hvac"]),
    ],
)
def test_a_name_stands_for_the_words_of_its_filter(query: str, found: list[str]) -> None:
    known = Known(filters={"pushes": "desc:pushes", "synced": "hvac -desc:swipes"})
    shown = loaded(ALL)
    shown.known = known
    finish(shown.filtering(query))
    assert sorted([one.name for one in shown.rows], key=str.casefold) == found
    assert shown.problem == ""


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (
            "hvac @odl",
            "✗ @odl is no filter's name: there are @old, @wrong, @nested. In quotes it is looked for",
        ),
        ("@ol hvac", "✗ @ol is no filter's name"),
        ("@wrong", "✗ @wrong stands for what can't be meant so: age:x is no age."),
        (
            "-@nested",
            "✗ -@nested stands for what can't be meant so: @old is no filter's name: none is known here.",
        ),
        ("same-name:hvac", "✗ same-name:hvac: same-name: stands alone, with a space behind it."),
        ("made-here:yes", "✗ made-here:yes: made-here: stands alone"),
        (
            "same-nmae:",
            "the filter knows name:, desc:, id:, created:, age:, unused:, used:, same-name:, made-here: and "
            "replacing:.",
        ),
    ],
)
def test_what_a_word_can_not_stand_for_is_told(query: str, says: str) -> None:
    known = Known(filters={"old": "age:>1y", "wrong": "age:x", "nested": "hvac @old"})
    (problem,) = parse(query, NOW, known).problems
    assert says in problem.says
    assert query[problem.start : problem.end] in problem.says


def test_a_query_tells_its_words_also_those_that_a_name_stands_for() -> None:
    known = Known(filters={"mine": "made-here: age:>1y"})
    assert parse("hvac -@mine NAME:x", NOW, known).words == {"made-here", "age", "name"}
    assert parse("@other", NOW, known).words == frozenset()


def test_what_is_begun_at_the_end_of_a_whole_query_is_a_mistake() -> None:
    for query in ("age:", "created:2026-1", "-id:", "@ol"):
        assert parse(query, NOW, Known(filters={"old": "age:>1y"})).problems == ()
        (problem,) = parse(query, NOW, Known(filters={"old": "age:>1y"}), is_whole=True).problems
        assert (problem.start, problem.end) == (0, len(query))
