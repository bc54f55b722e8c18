"""Bodies to models: in slices, without stalls, and without quoting what came."""

import asyncio
import gc
import json
from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from butlr_tui.api import decode
from butlr_tui.http.errors import BadItems, InvalidResponse
from butlr_tui.models import Client
from tests.support.figures import figure
from tests.support.lists import taken_in


def read(body: bytes) -> list[Client]:
    return asyncio.run(taken_in(body))


def refused(body: bytes) -> str:
    with pytest.raises(InvalidResponse) as caught:
        read(body)
    assert caught.value.__context__ is None
    prefix = "The service answered something that is not a list of clients ("
    assert caught.value.message.startswith(prefix)
    return caught.value.message.removeprefix(prefix).removesuffix(").")


def partly_bad(body: bytes) -> BadItems:
    with pytest.raises(BadItems) as caught:
        read(body)
    assert caught.value.__context__ is None
    return caught.value


@pytest.mark.parametrize("body", [b"[]", b" [\n] ", b"null", b" null\r\n"])
def test_empty_lists(body: bytes) -> None:
    assert read(body) == []


def test_tolerance() -> None:
    assert read(b' [ {"id":"a"} , {"client_id":"b","name":null,"description":null,"x":[{},{}]} ] ') == [
        Client("a", "a", "", ""),
        Client("b", "b", "", ""),
    ]
    assert read(b'[{"id":null,"client_id":"c"},{"id":"","client_id":"d"}]')[1].id == "d"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "an empty body"),
        (b"  ", "an empty body"),
        (b'{"error":"SECRET"}', "an object with key “error”"),
        (b'{"e\\u001b[2J":"SECRET"}', "an object with key “e␛[2J”"),
        (b"{}", "an object"),
        (b'{"' + b"k" * 999 + b'":1}', "an object"),
        (b'{"\\ud800":1}', "an object"),
        (b'"SECRET"', "a string"),
        (b"true", "true"),
        (b"42", "a number"),
        (b"<html>SECRET", "no JSON"),
        (b"\xff\xfe[]", "no JSON"),
        (b"[", "an array that does not end as one"),
        (b"[]x", "an array that does not end as one"),
        (b"[] []", "item 1 is not a client with an id"),
        (b"x[]", "no JSON"),
        (b"\xef\xbb\xbf[]", "no JSON"),
        (b"[1]", "item 1 is not a client with an id"),
        (b'["SECRET"]', "item 1 is not a client with an id"),
        (b"[,]", "item 1 is not a client with an id"),
        (b'[{"id":"a"},]', "it starts as one and is no JSON"),
        (b'[{"id":"a"}{"id":"b"}]', "it starts as one and is no JSON"),
        (b'[{"id":"a"}] , [{"id":"b"}]', "it starts as one and is no JSON"),
        (b"[null,{},[]]", "item 1 is not a client with an id"),
        (b'[{"id":"","client_id":null}]', "item 1 is not a client with an id"),
        (b'[{"id":5}]', "the id of item 1 is not text"),
        (b'[{"id":"a","name":["SECRET"]}]', "the name of item 1 is not text"),
    ],
)
def test_what_is_no_list_says_what_came(body: bytes, why: str) -> None:
    assert refused(body) == why


def items(count: int, **more: object) -> list[dict[str, object]]:
    return [
        {"id": f"client_{index:027d}", "name": f"name {index}", "description": "x" * 60, **more}
        for index in range(count)
    ]


SHAPES: dict[str, dict[str, object]] = {
    "plain": {},
    "nested": {"grants": [{"a": 1}, {"b": [{}, {}]}, {}]},
    "strings": {"note": 'x},{y} , {"\\' * 9},
    "both": {"grants": [{"a": "},{"}, {}], "note": "]},{["},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("separators", [(",", ":"), (" ,\r\n\t", " : ")])
def test_slices_lose_nothing(shape: str, separators: tuple[str, str]) -> None:
    made = items(5000, **SHAPES[shape])
    clients = read(json.dumps(made, separators=separators).encode())
    assert [client.id for client in clients] == [one["id"] for one in made]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_bad_item_is_told_by_its_place_in_the_whole(shape: str) -> None:
    made = items(5000, **SHAPES[shape])
    made[4321]["id"] = None
    error = partly_bad(json.dumps(made).encode())
    assert error.message == (
        "One item of the service's list is left out: item 4,322 is not a client with an id."
    )
    assert [one.id for one in error.good] == [one["id"] for one in made if one["id"]]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (
            [2, 4],
            "2 items of the service's list are no clients and left out: 2 and 4 (the id of item 2 is not",
        ),
        ([1, 2, 3, 4, 7], "5 items of the service's list are no clients and left out: 1, 2, 3, 4 and 7 (the"),
        (
            [*range(1, 4000)],
            "3,999 items of the service's list are no clients and left out: 1, 2, 3, 4, 5 and 3,994 more",
        ),
    ],
)
def test_bad_items_are_counted_and_the_first_of_them_named(bad: list[int], told: str) -> None:
    made = items(5000)
    for position in bad:
        made[position - 1]["id"] = 5
    error = partly_bad(json.dumps(made).encode())
    assert error.message.startswith(told)
    assert len(error.good) == 5000 - len(bad)
    assert "name 0" not in repr(error)


def test_good_items_are_heard_also_beside_bad_ones() -> None:
    heard: list[Client] = []
    body = json.dumps([None, *items(3000), 5, "SECRET", *items(3000)]).encode()
    with pytest.raises(BadItems) as caught:
        asyncio.run(taken_in(body, heard.extend))
    assert heard == caught.value.good
    assert len(heard) == 6000


def test_a_flood_of_bad_items_is_no_list() -> None:
    assert refused(b'[{"id":"a"}' + b",{}" * 20_000 + b"]") == "item 2 is not a client with an id"


something: st.SearchStrategy[object] = st.sampled_from([None, "", "a", "b", 5, True, [], {}])


@pytest.mark.slow
@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(something | st.dictionaries(st.sampled_from(["id", "client_id", "name", "x"]), something)))
def test_each_item_is_judged_as_if_it_were_alone(made: list[object]) -> None:
    good = []
    for one in made:
        with suppress(InvalidResponse):
            good.append(decode.client(json.dumps(one).encode()))
    body = json.dumps(made).encode()
    if len(good) == len(made):
        assert read(body) == good
    elif good:
        assert partly_bad(body).good == good
    else:
        refused(body)


def test_an_item_longer_than_a_client_can_be() -> None:
    for body in (
        b'[{"id":"' + b"},{" * (1 << 20) + b'"}]',
        b'[{"id":"a","x":[' + b"{}," * (1 << 20) + b"{}]}]",
        b'[{"id":"a","x":"' + b'\\"' * (2 << 20),
        b'[{"id":' * (1 << 19),
    ):
        assert "longer than a client can be" in refused(body + b"]")


@pytest.mark.parametrize(("bad", "most"), [([], 1000), (range(0, 10_000, 3), 500)])
@pytest.mark.parametrize("shape", ["plain", "nested"])
async def test_the_event_loop_has_its_turn_after_each_slice(
    shape: str, bad: Sequence[int], most: int
) -> None:
    made = items(10_000, **SHAPES[shape])
    for position in bad:
        made[position]["id"] = None
    turns = [0]

    async def count_turns() -> None:
        while True:
            turns.append(0)
            await asyncio.sleep(0)

    def heard(some: list[Client]) -> None:
        turns[-1] += len(some)

    counting = asyncio.create_task(count_turns())
    with suppress(BadItems):
        await taken_in(json.dumps(made).encode(), heard)
    counting.cancel()
    assert sum(turns) == 10_000 - len(bad)
    assert max(turns) <= most


def test_the_collector_stays_off_where_it_was() -> None:
    gc.disable()
    try:
        assert len(read(b'[{"id":"a"}]')) == 1
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.slow
@pytest.mark.parametrize("after", [b"x", b"", b",", b" , null", b",5", b"}"])
def test_nothing_slips_through_after_a_long_item(after: bytes) -> None:
    """Its end is found by counting brackets, beyond which no parser has looked yet."""
    long = b'{"id":"a","x":[' + b"{}," * 60_000 + b"{}]}"
    for then in (b"", b'{"id":"b"}'):
        body = b"[" + long + after + then + b"]"
        if (value := json_or_none(body)) is None:
            refused(body)
        elif all(isinstance(one, dict) for one in value):
            assert len(read(body)) == len(value)
        else:
            assert partly_bad(body).good == [Client("a", "a")]
    assert len(read(b"[" + long + b" , " + long + b" ]")) == 2


def json_or_none(body: bytes) -> list[object] | None:
    try:
        value: list[object] = json.loads(body)
    except ValueError:
        return None
    return value


@pytest.mark.parametrize(
    "body", [b'[{"id":"' + b"x" * 200_000 + b'"]', b'[{"id":"a","x":"' + b"x" * 200_000 + b"]"]
)
def test_long_items_without_an_end(body: bytes) -> None:
    assert refused(body) == "it starts as one and is no JSON"


def test_a_long_last_item() -> None:
    made = [{"id": "a", "x": [{}] * 50_000}]
    assert read(json.dumps(made).encode()) == [Client("a", "a")]
    assert len(read(json.dumps(made * 3).encode())) == 3


def test_first_clients_come_early() -> None:
    heard: list[int] = []
    asyncio.run(taken_in(json.dumps(items(10_000)).encode(), lambda some: heard.append(len(some))))
    assert sum(heard) == 10_000
    assert heard[0] < 1500


def test_one_client() -> None:
    assert decode.client(b'{"client_id":"a"}') == Client("a", "a")
    for body, kind in [
        (b"[]", "an array"),
        (b'{"name":"SECRET"}', "an object with key “name”"),
        (b"null", "null"),
        (b"", "an empty body"),
    ]:
        with pytest.raises(InvalidResponse) as caught:
            decode.client(body)
        assert caught.value.message == f"The service answered something that is not a client ({kind})."
        assert caught.value.__context__ is None


def test_new_client() -> None:
    body = json.dumps(
        {"name": 'x","client_secret":"evil","', "client_id": "client_é", "client_secret": 'a"\\\nb'}
    ).encode()
    for end in range(len(body) + 1):
        new = decode.new_client(body[:end])
        assert new.client_id in {None, "client_é"}
        assert new.secret is None or new.secret.get_secret_value() == 'a"\\\nb'
    assert new.secret is not None and new.client_id is not None
    assert "evil" not in repr(new) and "nb" not in repr(new)
    assert decode.new_client(body[:-1]) == new
    assert decode.new_client(b'{"data":[%b]}' % body) == new


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"null",
        b"",
        b'{"client_secret":5,"client_id":null}',
        b'{"client_secret":""}',
        b'"client_secret":"\\ud800"',
    ],
)
def test_no_new_client(body: bytes) -> None:
    assert decode.new_client(body) == decode.NewClient(None, None)


CANARY = "canary-value-91"
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.just(CANARY)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "client_id", "name", "description", "client_secret", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@pytest.mark.slow
def test_five_thousand_bad_bodies() -> None:
    """Three for each example."""
    bodies = 0
    crashes: list[Exception] = []
    echoed: list[str] = []

    @settings(max_examples=1700, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(json_values, st.integers(0, 60), st.binary(max_size=3))
    def read_all(value: object, cut: int, junk: bytes) -> None:
        nonlocal bodies
        body = json.dumps(value).encode()
        at = cut % (len(body) + 1)
        for damaged in (body, body[:at], body[:at] + junk + body[at:]):
            bodies += 1
            decode.new_client(damaged)
            for reading in (decode.client, _list):
                try:
                    reading(damaged)
                except InvalidResponse as error:
                    echoed.extend([str(error)] * (CANARY in str(error)))
                    assert error.__context__ is None
                except Exception as error:
                    crashes.append(error)

    read_all()
    figure(14, bodies=bodies, crashes=len(crashes), echoed_values=len(echoed))
    assert (crashes, echoed) == ([], [])
    assert bodies >= 5000


def _list(body: bytes) -> None:
    """Runs to its end without a loop: its only waits are breaths."""
    coroutine = taken_in(body)
    try:
        while True:
            coroutine.send(None)
    except StopIteration:
        pass
