"""The time that an id tells, and the ids between which those of a time are."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ksuid import Ksuid

from butlr_tui.ids import ABOVE_ALL_KSUIDS, created_at, created_seconds, ksuid_of, lowest_ksuid


@given(st.datetimes(datetime(2014, 5, 14), datetime(2150, 6, 1)))
def test_the_lowest_ksuid_of_a_moment(moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC, microsecond=0)
    lowest = lowest_ksuid(moment)
    assert ksuid_of(f"x_{lowest}") == lowest
    assert created_at(f"x_{lowest}") == moment
    assert lowest <= str(Ksuid(moment, payload=bytes(16))) < lowest_ksuid(moment + timedelta(seconds=1))
    assert str(Ksuid(moment, payload=b"\xff" * 16)) < lowest_ksuid(moment + timedelta(seconds=1))


@given(st.binary(min_size=20, max_size=20))
def test_an_id_is_read_as_its_library_reads_it(number: bytes) -> None:
    made = Ksuid.from_bytes(number)
    assert created_at(f"client_{made}") == made.datetime.astimezone(UTC)


@pytest.mark.parametrize(
    "tail", ["z" * 27, "aWgEPTl1tmebfsQzFP4bxwgy80W", "é" * 27, "0" * 26, "0" * 28, "-" * 27]
)
def test_what_is_no_ksuid_tells_no_time(tail: str) -> None:
    assert created_at(f"client_{tail}") is None
    assert created_at(tail) is None


def test_no_ksuid_is_above_all() -> None:
    highest = str(Ksuid.from_bytes(b"\xff" * 20))
    assert highest < ABOVE_ALL_KSUIDS
    assert created_at(f"x_{highest}") is not None
    assert lowest_ksuid(datetime(2500, 1, 1, tzinfo=UTC)) == ABOVE_ALL_KSUIDS


@given(st.lists(st.binary(min_size=20, max_size=20).map(lambda number: f"client_{Ksuid.from_bytes(number)}")))
def test_a_whole_list_is_read_as_each_of_its_ids(client_ids: list[str]) -> None:
    moments = [datetime.fromtimestamp(second or 0, UTC) for second in created_seconds(client_ids)]
    assert moments == [created_at(client_id) for client_id in client_ids]


@given(st.integers(0, (1 << 32) - 1))
def test_at_the_border_of_two_seconds_every_digit_counts(second: int) -> None:
    """The first digits of the last id of a second and of the first one of the next are mostly the same."""
    border = second << 128
    numbers = [max(0, border - 1), border, border + 1]
    client_ids = [f"x_{Ksuid.from_bytes(number.to_bytes(20, 'big'))}" for number in numbers]
    assert created_seconds(client_ids) == [1_400_000_000 + (number >> 128) for number in numbers]


def test_an_id_without_a_time_in_a_long_list_tells_none() -> None:
    client_ids = ["client_2mA7CiVpUluJ4rz5MxhfxNAH3PT"] * 2500
    client_ids[1700] = "abc123def456"
    client_ids[2100] = f"client_{'z' * 27}"
    client_ids[2200] = "client_2mA7CiVpUluJ4rz5MxhfxNAH3P\u202e"
    told = created_seconds(client_ids)
    assert [number for number, second in enumerate(told) if second is None] == [1700, 2100, 2200]
    assert len(set(told)) == 2
