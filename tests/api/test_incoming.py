"""A list that comes in parts: whatever the parts are, the same is found in it, and nothing waits for the end."""

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, pairwise
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from butlr_tui.api import cuts, slices
from butlr_tui.api.cuts import NotAList
from butlr_tui.api.incoming import incoming
from butlr_tui.api.refusals import Call
from butlr_tui.api.slices import Slices
from butlr_tui.http.errors import BadItems, InvalidResponse
from butlr_tui.models import Client
from tests.support.lists import taken_in
from tests.support.waiting import until

CALL = Call(httpx.Request("GET", "/"), "read the list")


def items(count: int, **more: object) -> list[dict[str, object]]:
    return [{"id": f"client_{number:05}", "name": f"n{number}", **more} for number in range(count)]


def parts(body: bytes, length: int) -> Iterator[bytes]:
    return (body[at : at + length] for at in range(0, len(body), length))


def outcome(body: bytes | Iterable[bytes]) -> tuple[str, list[Client]]:
    try:
        return "", asyncio.run(taken_in(body))
    except BadItems as error:
        return error.message, error.good
    except InvalidResponse:
        return "no list", []


AWKWARD: dict[str, dict[str, object]] = {
    "plain": {},
    "nested": {"grants": [{"a": 1}, {"b": [{}, {}]}, {}]},
    "strings": {"note": 'x},{y} , {"\\' * 9 + "[}],"},
}


@pytest.mark.slow
@pytest.mark.parametrize("length", [997, 64 << 10, 200_000])
@pytest.mark.parametrize("shape", AWKWARD)
@pytest.mark.parametrize("separators", [(",", ":"), (" ,\r\n\t", " : ")])
def test_the_parts_change_nothing(shape: str, length: int, separators: tuple[str, str]) -> None:
    made = items(4_000, **AWKWARD[shape])
    made[3_210]["name"] = 5
    body = json.dumps(made, separators=separators).encode()
    told, good = outcome(parts(body, length))
    assert told == "One item of the service's list is left out: the name of item 3,211 is not text."
    assert [one.id for one in good] == [one["id"] for one in made if one["name"] != 5]


SMALL = 40
"""Bytes of a slice, so that a short list has many."""
pieces_of_json = st.sampled_from(
    [
        b'{"id":"a"}', b'{"id":"b","x":[{},{"y":"},{"}]}', b'{"id":"c","name":"\\"},{"}', b'{"name":"nobody"}',
        b"null", b"5", b",", b" , ", b"[", b"]", b"{", b"}", b'"', b"\n", b'{"id":"' + b"d" * 60 + b'"}',
    ]
)  # fmt: skip


def decoded(parts: Iterable[bytes], *, early: bool) -> tuple[list[Client], int, list[int]] | None:
    """The clients, and how many items are none, and which; None where it is no list.

    `early` as where a moment goes by after each part.
    """
    coming, found = Slices(), list[Client]()
    try:
        for part in parts:
            coming.add(part)
            found += chain.from_iterable(coming.ready())
            found += coming.early() if early else []
        found += chain.from_iterable(coming.rest())
    except NotAList:
        return None
    return found, coming.bad.count, coming.bad.positions


@pytest.mark.slow
@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    st.lists(pieces_of_json, max_size=12),
    st.lists(st.integers(0, 200), max_size=6),
    st.booleans(),
    st.booleans(),
)
def test_nor_do_they_in_what_is_hostile(
    made: list[bytes], at: list[int], as_a_list: bool, as_small_slices: bool
) -> None:
    body = b"[" + b",".join(made) + b"]" if as_a_list else b"".join(made)
    cut = sorted({0, len(body), *(one for one in at if one < len(body))})
    parts = [body[start:end] for start, end in pairwise(cut)]
    with pytest.MonkeyPatch.context() as patch:
        if as_small_slices:
            patch.setattr(cuts, "SLICE", SMALL)
            patch.setattr(slices, "_ENOUGH", SMALL + 8)
        whole = decoded([body], early=False)
        assert decoded(parts, early=False) == whole
        assert decoded(parts, early=True) == whole


@pytest.mark.slow
@pytest.mark.parametrize("behind", [0, 1, 2, 3])
def test_an_end_that_only_the_next_part_shows(behind: int) -> None:
    """Long items with arrays, whose ends are found by counting brackets, in parts that end so far behind them."""
    long = b'{"id":"a","x":[' + b"{}," * 60_000 + b"{}]}"
    body = b"[" + b" , ".join([long, long, b"null", long]) + b" ]"
    ends = [0, *(found.end() + behind for found in re.finditer(rb"\]\}", body)), len(body)]
    parts = [body[start:end] for start, end in pairwise(ends)]
    assert decoded(parts, early=True) == ([Client("a", "a")] * 3, 1, [3])


@pytest.mark.parametrize(
    "body",
    [b'[{"id":"' + b"a" * 900_000, b"[{" + b'"x":{},' * 130_000, b" " * 900_000, b"{" + b'"x":{},' * 130_000],
    ids=["a string", "an object", "white space", "no array"],
)
def test_no_byte_is_looked_at_again_and_again(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the parts are, what becomes no slice costs no more than a few looks at it."""
    looked_at = 0

    def counted(look: Callable[..., Any]) -> Callable[..., Any]:
        def looks(some: bytes, *more: Any, **named: Any) -> Any:
            nonlocal looked_at
            looked_at += len(some)
            return look(some, *more, **named)

        return looks

    for name in ("first_item", "likely_end", "end_of_slice"):
        monkeypatch.setattr(slices, name, counted(getattr(slices, name)))
    coming = Slices()
    for part in parts(body, 100):
        coming.add(part)
        assert not [*coming.ready()]
    assert looked_at < 6 * len(body)


async def test_what_is_whole_is_handed_on_while_more_is_awaited() -> None:
    heard: list[Client] = []
    async with incoming(CALL, heard.extend) as coming:
        await coming.take(b"[" + b",".join(json.dumps(one).encode() for one in items(100)))
        await until(lambda: len(heard) == 99)
