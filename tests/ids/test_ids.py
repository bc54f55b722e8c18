"""The time that an id tells, and the ids between which those of a time are."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ksuid import Ksuid

from butlr_tui.ids import ABOVE_ALL_KSUIDS, created_at, ksuid_of, lowest_ksuid


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
