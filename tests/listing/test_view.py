"""The state behind the list: its shortcuts give what plain ways give, and nothing changes half way."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from butlr_tui.listing.cooperative import finish
from butlr_tui.listing.view import ClientIndex, Column, Listing, Order
from butlr_tui.models import Client
from tests.listing.model import CLIENTS, ORDERS, QUERIES, Query, client, loaded, plain, written

CHANGES = st.lists(st.one_of(QUERIES, ORDERS, CLIENTS.map(tuple)), max_size=8)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
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


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
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


def test_nothing_changes_before_the_last_step() -> None:
    many = [client(f"name {number:03}") for number in range(50)]
    shown = loaded(many)
    for work in (shown.filtering("01"), shown.sorting(Order.by(Column.CREATED))):
        before = list(shown.rows)
        for _ in work:
            assert list(shown.rows) == before
    assert [one.name for one in shown.rows] != [one.name for one in many]


def test_a_list_that_does_not_become_whole_is_forgotten() -> None:
    one, other = client("one"), client("other")
    shown, coming = Listing(), ClientIndex()
    coming.add([one])
    finish(shown.taking(coming, whole=False))
    assert list(shown.rows) == [one]
    assert not shown.clients
    shown.forget_the_partial()
    assert not shown.rows
    again = loaded([other])
    again.forget_the_partial()
    assert list(again.rows) == [other]


def test_names_may_repeat() -> None:
    twins = [client("twin"), client("twin"), client("Twin")]
    assert loaded(twins).named("twin") == twins[:2]


def test_the_newest_come_first_and_what_tells_no_time_last_either_way() -> None:
    old, new, opaque = client("old", day="2025-01-01"), client("new"), client("opaque", client_id="abc")
    shown = loaded([opaque, old, new])
    order = Order.by(Column.CREATED)
    finish(shown.sorting(order))
    assert list(shown.rows) == [new, old, opaque]
    finish(shown.sorting(order.reversed))
    assert list(shown.rows) == [old, new, opaque]


@pytest.mark.parametrize(
    "heading", ["NAME ↑", "NAME ↓", "CREATED ↓", "CREATED ↑", "CLIENT ID ↑", "CLIENT ID ↓"]
)
def test_an_order_is_told_by_its_heading(heading: str) -> None:
    assert str(Order.told_by(heading)) == heading


def test_what_is_no_heading_is_the_order_that_a_list_begins_with() -> None:
    assert str(Order.told_by("COLOUR ↑")) == "NAME ↑"
