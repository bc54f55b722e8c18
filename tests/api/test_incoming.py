"""A list that comes in parts: whatever the parts are, the same is found in it, and nothing waits for the end."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from itertools import pairwise

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from butlr_tui.api import cuts, slices
from butlr_tui.api.incoming import incoming
from butlr_tui.api.refusals import Call
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


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(pieces_of_json, max_size=12), st.lists(st.integers(0, 200), max_size=6), st.booleans())
def test_nor_do_they_in_what_is_hostile(made: list[bytes], at: list[int], as_a_list: bool) -> None:
    body = b"[" + b",".join(made) + b"]" if as_a_list else b"".join(made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cuts, "SLICE", SMALL)
        patch.setattr(slices, "_ENOUGH", SMALL + 8)
        cut = sorted({0, len(body), *(one for one in at if one < len(body))})
        assert outcome([body[start:end] for start, end in pairwise(cut)]) == outcome(body)


async def test_what_is_whole_is_handed_on_while_more_is_awaited() -> None:
    heard: list[Client] = []
    async with incoming(CALL, heard.extend) as coming:
        await coming.take(b"[" + b",".join(json.dumps(one).encode() for one in items(100)))
        await until(lambda: len(heard) == 99)
