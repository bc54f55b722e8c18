"""When clients were last used: what is made of what the service tells, and what the filter finds by it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from butlr_tui.ids import new_ksuid
from butlr_tui.listing.cooperative import finish
from butlr_tui.listing.index import ClientIndex
from butlr_tui.listing.known import Known
from butlr_tui.listing.last_use import LastUse, Use, is_told, last_use
from butlr_tui.listing.query import parse
from butlr_tui.listing.view import picked
from butlr_tui.models import ActiveClient, Client

NOW = datetime(2026, 11, 24, 12, 4, tzinfo=UTC)
SINCE = NOW - timedelta(days=200)


def client(name: str, made: int, used: timedelta | None = None, since: datetime = SINCE) -> ActiveClient:
    """Made and used so long ago; made in days."""
    client_id = f"client_{new_ksuid(NOW - timedelta(days=made))}"
    at = None if used is None else (NOW - used).isoformat()
    return ActiveClient(client_id, client_id, name, "", at, since.isoformat())


OLD_AND_BUSY = client("old and busy", 400, timedelta(hours=2))
OLD_AND_IDLE = client("old and idle", 400, timedelta(days=100))
NEVER = client("never", 400)
NEW = client("new", 3)
TRIED = client("tried", 100, timedelta(hours=1))
UNTOLD = Client(NEVER.id + "x", NEVER.id + "x", "untold")
ALL = [OLD_AND_BUSY, OLD_AND_IDLE, NEVER, NEW, TRIED, UNTOLD]
KNOWN = Known(tried={TRIED.client_id: NOW - timedelta(hours=1, seconds=4)})


@pytest.mark.parametrize(
    ("apart", "use"), [(0, Use.ONLY_TRIED), (5, Use.ONLY_TRIED), (-5, Use.ONLY_TRIED), (6, Use.USED)]
)
def test_a_sign_in_beside_our_trial_is_that_trial(apart: int, use: Use) -> None:
    at = NOW - timedelta(hours=1)
    known = last_use(TRIED, at + timedelta(seconds=apart))
    assert known == LastUse(use, at, SINCE)
    assert known.used_at == (at if use is Use.USED else None)


def test_what_is_not_told_is_not_never() -> None:
    assert last_use(UNTOLD) == LastUse(Use.UNTOLD)
    assert (
        last_use(ActiveClient("a", "a", "n", "", NOW.isoformat())) == LastUse()
    )  # without since when nobody can say never
    assert last_use(NEVER) == LastUse(Use.NEVER, None, SINCE)
    assert (is_told([]), is_told([UNTOLD]), is_told([NEVER])) == (False, False, True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("used:<1d", ["old and busy"]),
        ("used:>90d", ["old and idle"]),
        ("used:<1y", ["old and busy", "old and idle"]),
        ("unused:>90d", ["old and idle", "never", "tried"]),
        ("unused:<90d", ["old and busy", "new"]),
        ("unused:>1w -name:never", ["old and idle", "tried"]),
        ("-unused:>90d", ["old and busy", "new", "untold"]),
        ("UNUSED:>1y", []),  # it is known for 200 days only
        ("unused:>", [one.name for one in ALL]),
        ("unused:>99999999999999y", []),
    ],
)
def test_the_filter_finds_what_is_used_and_what_is_not(query: str, found: Sequence[str]) -> None:
    asked = parse(query, NOW, KNOWN)
    assert asked.problems == ()
    assert [one.name for one in picked(ALL, asked.terms, None)] == found


def test_what_is_known_for_too_short_a_time_is_not_unused() -> None:
    young = client("n", 400, since=NOW - timedelta(days=89))
    assert not picked([young], parse("unused:>90d", NOW).terms, None)
    assert picked([young], parse("unused:>88d", NOW).terms, None)


def test_each_longer_time_implies_the_shorter() -> None:
    index = ClientIndex()
    index.add(ALL)
    finish(index.counting_names())
    terms = [
        parse(f"{word}:{sign}{days}d", NOW, KNOWN).terms[0]
        for word in ("used", "unused") for sign in "<>" for days in (0, 2, 90, 101)
    ]  # fmt: skip
    implied = 0
    for one in terms:
        for other in terms:
            if one.implies(other):
                implied += 1
                assert {*one.among(range(6), index)} <= {*other.among(range(6), index)}
    assert implied == 4 * (4 + 3 + 2 + 1)


@pytest.mark.parametrize("query", ["unused:>90d", "used:<1d", "-used:<1d", "used:", "unused:>"])
def test_a_service_that_does_not_tell_has_no_unused_clients(query: str) -> None:
    asked = parse(query, NOW, Known(tells_use=False))
    assert asked.terms == ()
    assert [mistake.says for mistake in asked.problems] == [
        f"✗ {query}: this service does not tell when a client was last used."
    ]


def test_what_is_no_time_is_told() -> None:
    (mistake,) = parse("unused:soon", NOW).problems
    assert (
        mistake.says
        == "✗ unused:soon is no time. A number of d, w, m or y is, as in unused:>90d or used:<1d."
    )
