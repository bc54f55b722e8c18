"""`created` in the JSON of clients: ISO 8601, from the id."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from butlr_tui.ids import created_at, ksuid, lowest_ksuid
from butlr_tui.models import Client
from butlr_tui.plain.as_json import fields_of, sliced
from butlr_tui.plain.output import print_json_array

ids = st.one_of(
    st.builds(
        lambda second, payload: f"client_{ksuid(datetime.fromtimestamp(second, UTC), payload)}",
        st.integers(1_400_000_000, 1_400_000_000 + 2**32 - 1),
        st.binary(min_size=16, max_size=16),
    ),
    st.text(max_size=40),
    st.text(st.sampled_from("_0Az"), min_size=27, max_size=29),
)


@given(st.lists(ids.filter(bool)))
def test_created_is_the_moment_of_the_id(client_ids: list[str]) -> None:
    told = [fields["created"] for fields in fields_of([Client("x", client_id) for client_id in client_ids])]
    moments = [created_at(client_id) for client_id in client_ids]
    assert told == [moment and f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in moments]


def test_the_fields_are_those_of_the_client_and_created() -> None:
    client_id = f"client_{lowest_ksuid(datetime(2026, 11, 24, 9, 5, 7, tzinfo=UTC))}"
    client = Client("abc", client_id, "é\x1b", "in the lobby")
    assert fields_of([client, Client("abc")]) == [
        {
            "id": "abc",
            "client_id": client_id,
            "name": "é\x1b",
            "description": "in the lobby",
            "created": "2026-11-24T09:05:07Z",
        },
        {"id": "abc", "client_id": "abc", "name": "", "description": "", "created": None},
    ]


@pytest.mark.parametrize("count", [0, 1, 1000, 2001])
def test_a_long_list_is_one_array(capfd: pytest.CaptureFixture[str], count: int) -> None:
    clients = [Client(f"client_{number}", name="é") for number in range(count)]
    print_json_array(fields_of(some) for some in sliced(clients))
    printed = capfd.readouterr().out
    assert json.loads(printed) == fields_of(clients)
    assert printed.isascii()
    assert printed.endswith("]\n")
