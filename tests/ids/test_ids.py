"""What an id tells, and KSUIDs against the vectors that their specification (segmentio/ksuid) publishes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from butlr_tui.ids import (
    ABOVE_ALL_KSUIDS,
    created_at,
    created_seconds,
    ksuid,
    ksuid_of,
    lowest_ksuid,
    new_ksuid,
)

# its README and its tests: text, seconds since 1,400,000,000, payload
VECTORS = [
    ("0ujtsYcgvSTl8PAuAdqWYSMnLOv", 107_608_047, "B5A1CD34B5F99D1154FB6853345C9735"),
    ("0ujzPyRiIAffKhBux4PvQdDqMHY", 107_610_780, "73FC1AA3B2446246D6E89FCD909E8FE8"),
    ("000000000000000000000000000", 0, "00" * 16),
    ("aWgEPTl1tmebfsQzFP4bxwgy80V", 2**32 - 1, "FF" * 16),
]
MOMENT = datetime(2026, 11, 24, 12, 4, tzinfo=UTC)


def of_bytes(number: bytes) -> str:
    """The KSUID of these 20 bytes: its seconds, then its payload."""
    return ksuid(datetime.fromtimestamp(1_400_000_000 + int.from_bytes(number[:4]), UTC), number[4:])


@pytest.mark.parametrize(("text", "seconds", "payload"), VECTORS)
def test_the_published_vectors(text: str, seconds: int, payload: str) -> None:
    moment = datetime.fromtimestamp(1_400_000_000 + seconds, UTC)
    assert ksuid(moment, bytes.fromhex(payload)) == text
    assert created_at(f"client_{text}") == moment


def test_the_moment_of_a_vector_in_words() -> None:
    moment = datetime(2017, 10, 10, 4, 0, 47, tzinfo=UTC)
    assert created_at("client_0ujtsYcgvSTl8PAuAdqWYSMnLOv") == moment


def test_a_new_one_tells_its_moment_and_is_like_no_other() -> None:
    made = [new_ksuid(MOMENT) for _ in range(1000)]
    assert {created_at(f"client_{text}") for text in made} == {MOMENT}
    assert [ksuid_of(f"client_{text}") for text in made] == made
    assert len(set(made)) == 1000


def test_they_sort_by_time() -> None:
    later = MOMENT + timedelta(seconds=1)
    assert max(new_ksuid(MOMENT) for _ in range(100)) < min(new_ksuid(later) for _ in range(100))


@pytest.mark.parametrize(
    "moment", [datetime(2014, 5, 13, 16, 53, 19, tzinfo=UTC), datetime(2150, 6, 19, 23, 21, 36, tzinfo=UTC)]
)
def test_a_moment_that_does_not_fit(moment: datetime) -> None:
    with pytest.raises(ValueError, match="can't hold"):
        ksuid(moment, bytes(16))


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_payload_that_does_not_fit(length: int) -> None:
    with pytest.raises(ValueError, match=f"not {length}"):
        ksuid(MOMENT, bytes(length))


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


@given(st.lists(st.binary(min_size=20, max_size=20).map(lambda number: f"client_{of_bytes(number)}")))
def test_a_whole_list_is_read_as_each_of_its_ids(client_ids: list[str]) -> None:
    moments = [datetime.fromtimestamp(second or 0, UTC) for second in created_seconds(client_ids)]
    assert moments == [created_at(client_id) for client_id in client_ids]


@given(st.integers(0, (1 << 32) - 1))
def test_at_the_border_of_two_seconds_every_digit_counts(second: int) -> None:
    """The first digits of the last id of a second and of the first one of the next are mostly the same."""
    border = second << 128
    numbers = [max(0, border - 1), border, border + 1]
    client_ids = [f"x_{of_bytes(number.to_bytes(20, 'big'))}" for number in numbers]
    assert created_seconds(client_ids) == [1_400_000_000 + (number >> 128) for number in numbers]


def test_an_id_without_a_time_in_a_long_list_tells_none() -> None:
    client_ids = ["client_2mA7CiVpUluJ4rz5MxhfxNAH3PT"] * 2500
    client_ids[1700] = "abc123def456"
    client_ids[2100] = f"client_{'z' * 27}"
    client_ids[2200] = "client_2mA7CiVpUluJ4rz5MxhfxNAH3P\u202e"
    told = created_seconds(client_ids)
    assert [number for number, second in enumerate(told) if second is None] == [1700, 2100, 2200]
    assert len(set(told)) == 2


def test_ids_made_in_one_second_sort_by_time() -> None:
    moments = [datetime(2026, 11, 27, 3, 0, 0, part, tzinfo=UTC) for part in range(0, 1_000_000, 16)]
    made = [new_ksuid(moment) for moment in moments]
    assert made == sorted(made)
    assert {created_at(f"client_{one}") for one in made} == {datetime(2026, 11, 27, 3, tzinfo=UTC)}
