"""The state behind the list: the filter's language, the orders, and that shortcuts give what plain ways give."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from butlr_tui.ids import ABOVE_ALL_KSUIDS, created_at, ksuid, ksuid_of, lowest_ksuid, new_ksuid
from butlr_tui.listing import cooperative, index, view
from butlr_tui.listing.cooperative import finish
from butlr_tui.listing.highlight import split
from butlr_tui.listing.query import parse
from butlr_tui.listing.view import ClientIndex, Listing, Order
from butlr_tui.models import Client


def client(name: str, description: str = "", *, client_id: str = "", day: str = "2026-01-01") -> Client:
    made = f"client_{new_ksuid(datetime.fromisoformat(day).replace(tzinfo=UTC))}"
    return Client(client_id or made, client_id or made, name, description)


def loaded(clients: Sequence[Client]) -> Listing:
    shown = Listing()
    taken = ClientIndex()
    taken.add(clients)
    finish(shown.taking(taken))
    return shown


def names(clients: Sequence[Client], query: str) -> list[str]:
    shown = loaded(clients)
    finish(shown.filtering(query))
    return [one.name for one in shown.rows]


# The filter's language

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


@given(st.datetimes(datetime(2014, 5, 14), datetime(2150, 6, 1)))
def test_the_lowest_ksuid_of_a_moment(moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC, microsecond=0)
    lowest = lowest_ksuid(moment)
    assert ksuid_of(f"x_{lowest}") == lowest
    assert created_at(f"x_{lowest}") == moment
    assert lowest <= ksuid(moment, bytes(16)) < lowest_ksuid(moment + timedelta(seconds=1))
    assert ksuid(moment, b"\xff" * 16) < lowest_ksuid(moment + timedelta(seconds=1))


@given(st.integers(0, 2**32 - 1), st.binary(min_size=16, max_size=16))
def test_an_id_tells_when_it_was_made(seconds: int, payload: bytes) -> None:
    made = datetime.fromtimestamp(1_400_000_000 + seconds, UTC)
    assert created_at(f"client_{ksuid(made, payload)}") == made


@pytest.mark.parametrize(
    "tail", ["z" * 27, "aWgEPTl1tmebfsQzFP4bxwgy80W", "é" * 27, "0" * 26, "0" * 28, "-" * 27]
)
def test_what_is_no_ksuid_tells_no_time(tail: str) -> None:
    assert created_at(f"client_{tail}") is None
    assert created_at(tail) is None


def test_no_ksuid_is_above_all() -> None:
    highest = ksuid(datetime.fromtimestamp(1_400_000_000 + 2**32 - 1, UTC), b"\xff" * 16)
    assert highest < ABOVE_ALL_KSUIDS
    assert created_at(f"x_{highest}") is not None
    assert lowest_ksuid(datetime(2500, 1, 1, tzinfo=UTC)) == ABOVE_ALL_KSUIDS


# A plain model that goes through all clients every time

LETTERS = 'aAbB ßİé"0'
IDS = st.builds(
    lambda days: f"client_{new_ksuid(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days))}",
    st.integers(0, 40),
) | st.text("abAB_0", min_size=1, max_size=5)
CLIENTS = st.lists(
    st.builds(
        Client,
        id=IDS,
        client_id=IDS,
        name=st.text(LETTERS, max_size=6),
        description=st.text(LETTERS, max_size=6),
    ),
    max_size=24,
    unique_by=lambda each: each.id,
)
WORDS = st.text("aAbBßİé0", min_size=1, max_size=2)
PHRASES = st.text("aAbB ßİé0", min_size=1, max_size=3)
DAYS = st.integers(0, 40).map(lambda days: (datetime(2026, 1, 1) + timedelta(days=days)).date().isoformat())
PARTS = st.one_of(
    st.tuples(st.just("any"), WORDS),
    st.tuples(st.just("phrase"), PHRASES),
    st.tuples(st.sampled_from(["name", "id"]), WORDS),
    st.tuples(st.sampled_from(["<", "<=", "=", ">=", ">"]), DAYS),
)
Query = list[tuple[str, str]]
QUERIES = st.lists(PARTS, max_size=3)


def written(query: Query) -> str:
    shapes = {"any": "{}", "phrase": '"{}"', "name": "name:{}", "id": "id:{}"}
    return " ".join(shapes.get(kind, f"created:{kind}{{}}").format(text) for kind, text in query)


def fits(one: Client, kind: str, text: str) -> bool:
    fields = {"name": [one.name], "id": [one.id, one.client_id]}
    if kind in {"any", "phrase", "name", "id"}:
        among = fields.get(kind, [one.name, one.description, one.id, one.client_id])
        return any(text.casefold() in number.casefold() for number in among)
    made = created_at(one.client_id)
    if made is None:
        return False
    day = made.date().isoformat()
    return {"<": day < text, "<=": day <= text, "=": day == text, ">=": day >= text, ">": day > text}[kind]


def plain(clients: Sequence[Client], query: Query, order: Order) -> list[Client]:
    def key(one: Client) -> str:
        if order is Order.NAME:
            texts = [one.name, one.description, one.id, *([one.client_id] if one.id != one.client_id else [])]
            return "\n".join(texts).casefold()
        return one.client_id if order is Order.CLIENT_ID else ksuid_of(one.client_id) or ""

    kept = [one for one in clients if all(fits(one, *part) for part in query)]
    ascending = sorted(kept, key=key)
    return ascending[::-1] if order is Order.CREATED else ascending


@pytest.fixture(autouse=True, scope="module")
def _short_steps() -> Iterator[None]:
    """So short that a few clients take many of them."""
    with ExitStack() as patches:
        for module in (cooperative, index, view):
            patches.enter_context(patch.object(module, "STEP", 3))
        patches.enter_context(patch.object(cooperative, "_SAMPLED", 2))
        yield


CHANGES = st.lists(st.one_of(QUERIES, st.sampled_from(Order), CLIENTS.map(tuple)), max_size=8)


@settings(max_examples=400, deadline=None)
@given(CLIENTS, CHANGES)
def test_after_any_changes_the_rows_are_those_of_the_plain_model(
    clients: Sequence[Client], changes: list[Query | Order | tuple[Client, ...]]
) -> None:
    shown = loaded(clients)
    query: Query = []
    for change in changes:
        if isinstance(change, Order):
            finish(shown.sorting(change))
        elif isinstance(change, list):
            query = change
            finish(shown.filtering(written(query)))
        else:
            clients = change
            taken = ClientIndex()
            for one in clients:
                taken.add([one])
                if len(taken.clients) % 4 == 1:  # shown while it comes in, as a first list is
                    finish(shown.taking(taken, whole=False))
                    assert list(shown.rows) == plain(taken.clients, query, shown.order)
            finish(shown.taking(taken))
        assert list(shown.rows) == plain(clients, query, shown.order)
        for row, one in enumerate(shown.rows):
            assert shown.position(one.id) == row
        assert list(shown.clients) == list(clients)


@settings(max_examples=300, deadline=None)
@given(CLIENTS, QUERIES)
def test_a_query_typed_key_by_key_finds_what_it_finds_at_once(
    clients: Sequence[Client], query: Query
) -> None:
    text = written(query)
    shown = loaded(clients)
    for end in (*range(len(text) + 1), *range(len(text), -1, -1), len(text)):
        finish(shown.filtering(text[:end]))
        at_once = loaded(clients)
        finish(at_once.filtering(text[:end]))
        assert list(shown.rows) == list(at_once.rows)


@given(CLIENTS, QUERIES, QUERIES)
def test_implying_is_never_wrong(clients: Sequence[Client], one: Query, other: Query) -> None:
    for term in parse(written(one)):
        for wider in parse(written(other)):
            if term.implies(wider):
                numbers, texts = range(len(clients)), [*map(index._text, clients)]
                assert {*term.among(numbers, clients, texts)} <= {*wider.among(numbers, clients, texts)}


def test_nothing_changes_before_the_last_step() -> None:
    many = [client(f"name {number:03}") for number in range(50)]
    shown = loaded(many)
    for work in (shown.filtering("01"), shown.sorting(Order.CREATED)):
        before = list(shown.rows)
        for _ in work:
            assert list(shown.rows) == before
    assert [one.name for one in shown.rows] != [each.name for each in many]


def test_a_list_that_does_not_become_whole_is_forgotten() -> None:
    shown, coming = Listing(), ClientIndex()
    coming.add([HVAC])
    finish(shown.taking(coming, whole=False))
    assert list(shown.rows) == [HVAC]
    assert not shown.clients
    shown.forget_the_partial()
    assert not shown.rows
    again = loaded([BADGE])
    again.forget_the_partial()
    assert list(again.rows) == [BADGE]


def test_names_may_repeat() -> None:
    twins = [client("twin"), client("twin"), client("Twin")]
    assert loaded(twins).named("twin") == twins[:2]


# What is marked


@pytest.mark.parametrize(
    ("shown", "words", "marked"),
    [
        ("hvac-sync", ["sync"], ["sync"]),
        ("hvac-sync", [], []),
        ("HVAC-Sync", ["vac", "ac-s"], ["VAC-S"]),
        ("aaa", ["aa"], ["aaa"]),
        ("Straße", ["ss"], ["ß"]),
        ("İstanbul", ["stan"], ["stan"]),
        ("东京 tokyo", ["京", "o"], ["京", "o", "o"]),
    ],
)
def test_what_is_marked(shown: str, words: list[str], marked: list[str]) -> None:
    parts = list(split(shown, words))
    assert "".join(part for part, _ in parts) == shown
    assert [part for part, found in parts if found] == marked


@given(st.text(LETTERS), st.lists(st.text(LETTERS, min_size=1, max_size=2).map(str.casefold), max_size=3))
def test_marking_loses_nothing(shown: str, words: list[str]) -> None:
    parts = list(split(shown, words))
    assert "".join(part for part, _ in parts) == shown
    assert any(found for _, found in parts) == any(word in shown.casefold() for word in words)
