"""A plain model of the list, which goes through all clients every time, and clients and queries for it."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import product

from hypothesis import strategies as st

from butlr_tui.ids import created_at, ksuid_of, new_ksuid
from butlr_tui.listing.cooperative import finish
from butlr_tui.listing.known import Known
from butlr_tui.listing.view import ClientIndex, Column, Listing, Order
from butlr_tui.models import Client


def client(name: str, description: str = "", *, client_id: str = "", day: str = "2026-01-01") -> Client:
    """A client that was made on a day, or one whose id tells none."""
    made = f"client_{new_ksuid(datetime.fromisoformat(day).replace(tzinfo=UTC))}"
    return Client(client_id or made, client_id or made, name, description)


def loaded(clients: Sequence[Client]) -> Listing:
    """A list with these clients, whole."""
    shown = Listing(lambda: NOW)
    shown.known = KNOWN
    taken = ClientIndex()
    taken.add(clients)
    finish(shown.taking(taken))
    return shown


NOW = datetime(2026, 2, 20, 12, 0, 30, tzinfo=UTC)
"""When the queries are asked: ages count back from it."""
KNOWN = Known(
    made_here=frozenset({*"abAB_0", *map("".join, product("abAB_0", repeat=2))}),
    filters={"both": "name:a -desc:b"},
)
LETTERS = 'aAbB ßİéﬀ\u0301"0'
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
    unique_by=lambda one: one.id,
)
WORDS = st.text("aAbBeEfFßİé0", min_size=1, max_size=2)
PHRASES = st.text("aAbB eßİéﬀ0", min_size=1, max_size=3)
DAYS = st.integers(0, 40).map(lambda days: (datetime(2026, 1, 1) + timedelta(days=days)).date().isoformat())
PARTS = st.one_of(
    st.tuples(st.just("any"), WORDS),
    st.tuples(st.just("phrase"), PHRASES),
    st.tuples(st.sampled_from(["name", "desc", "id"]), WORDS),
    st.tuples(st.sampled_from(["<", "<=", "=", ">=", ">"]), DAYS),
    st.tuples(st.sampled_from(["older", "younger"]), st.integers(0, 50).map(str)),
    st.tuples(st.sampled_from(["same", "made", "both"]), st.just("")),
)
ORDERS = st.builds(Order, st.sampled_from(Column), st.booleans())
Query = list[tuple[str, str]]
"""Kinds of terms, with what they look for; a minus before the kind leaves out what it finds."""
QUERIES = st.lists(
    st.builds(lambda minus, part: (minus + part[0], part[1]), st.sampled_from(["", "", "-"]), PARTS),
    max_size=3,
)


def written(query: Query) -> str:
    """A query as it is typed."""
    shapes = {
        "any": "{}", "phrase": '"{}"', "name": "name:{}", "desc": "desc:{}", "id": "id:{}",
        "older": "age:>{}d", "younger": "age:<{}d", "same": "same-name:", "made": "made-here:", "both": "@both",
    }  # fmt: skip
    parts = []
    for kind, text in query:
        bare = kind.removeprefix("-")
        shape = shapes.get(bare, f"created:{bare}{{}}")
        parts.append(kind.removesuffix(bare) + shape.format(text))
    return " ".join(parts)


def as_found(text: str) -> str:
    """A text without case and accents."""
    return "".join(
        char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)
    ).casefold()


def fits(one: Client, kind: str, text: str, clients: Sequence[Client]) -> bool:
    """Whether a term finds one of the clients."""
    if kind.startswith("-"):
        return not fits(one, kind.removeprefix("-"), text, clients)
    if kind == "same":
        return [each.name for each in clients].count(one.name) > 1
    if kind == "made":
        return one.client_id in KNOWN.made_here
    if kind == "both":
        return fits(one, "name", "a", clients) and not fits(one, "desc", "b", clients)
    fields = {"name": [one.name], "desc": [one.description], "id": [one.id, one.client_id]}
    if kind in {"any", "phrase", *fields}:
        among = fields.get(kind, [one.name, one.description, one.id, one.client_id])
        return any(as_found(text) in as_found(field) for field in among)
    made = created_at(one.client_id)
    if made is None:
        return False
    if kind in {"older", "younger"}:
        is_older = made < NOW - timedelta(days=int(text))
        return is_older if kind == "older" else not is_older
    day = made.date().isoformat()
    return {"<": day < text, "<=": day <= text, "=": day == text, ">=": day >= text, ">": day > text}[kind]


def plain(clients: Sequence[Client], query: Query, order: Order) -> list[Client]:
    """What the list has to show: the clients that fit, in that order."""

    def key(one: Client) -> str:
        if order.column is Column.NAME:
            texts = [one.name, one.description, one.id, *([one.client_id] if one.id != one.client_id else [])]
            return as_found("\n".join(texts))
        return one.client_id if order.column is Column.CLIENT_ID else ksuid_of(one.client_id) or ""

    kept = sorted((one for one in clients if all(fits(one, *part, clients) for part in query)), key=key)
    undated = [one for one in kept if order.column is Column.CREATED and not key(one)]
    others = [one for one in kept if one not in undated]
    return (others[::-1] if order.is_descending else others) + undated
