"""What is said of when a client was last used."""

from datetime import UTC, datetime, timedelta

import pytest

from butlr_tui.flows.use_words import briefly, in_a_column, told, warning, warning_of_several
from butlr_tui.listing.last_use import LastUse, Use

NOW = datetime(2026, 11, 24, 12, 4, tzinfo=UTC)
SINCE = datetime(2026, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("use", "whole", "inside", "column"),
    [
        (
            LastUse(),
            "this service does not tell when it was last used",
            "last use not told by this service",
            "",
        ),
        (
            LastUse(Use.NEVER, None, SINCE),
            "none known since 2026-05-08",
            "no use known since 2026-05-08",
            "none known",
        ),
        (
            LastUse(Use.ONLY_TRIED, NOW, SINCE),
            "only tried from here (2026-11-24 12:04 UTC)",
            "only tried from here",
            "only tried",
        ),
        (
            LastUse(Use.USED, NOW + timedelta(seconds=20), SINCE),
            "just now (2026-11-24 12:04 UTC)",
            "last used just now",
            "just now",
        ),
        (
            LastUse(Use.USED, NOW - timedelta(minutes=59), SINCE),
            "59 minutes ago (2026-11-24 11:05 UTC)",
            "last used 59 minutes ago",
            "59 minutes",
        ),
        (
            LastUse(Use.USED, NOW - timedelta(hours=23), SINCE),
            "23 hours ago (2026-11-23 13:04 UTC)",
            "last used 23 hours ago",
            "23 hours",
        ),
        (
            LastUse(Use.USED, NOW - timedelta(days=1), SINCE),
            "1 day ago (2026-11-23 12:04 UTC)",
            "last used 1 day ago",
            "1 day",
        ),
    ],
)
def test_it_is_told_in_each_place(use: LastUse, whole: str, inside: str, column: str) -> None:
    assert (told(use, NOW), briefly(use, NOW), in_a_column(use, NOW)) == (whole, inside, column)


def test_what_was_used_lately_is_warned_of_and_nothing_else() -> None:
    lately = NOW - timedelta(days=30)
    assert warning(LastUse(Use.USED, lately, SINCE), NOW) == "! It signed in 1 month ago: something uses it."
    for use in (
        LastUse(),
        LastUse(Use.NEVER, None, SINCE),
        LastUse(Use.ONLY_TRIED, NOW, SINCE),
        LastUse(Use.USED, lately - timedelta(seconds=1), SINCE),
    ):
        assert warning(use, NOW) == ""
    assert warning_of_several(0) == ""
    assert warning_of_several(1) == "! One of them signed in within 30 days: something uses it."
    assert warning_of_several(12) == "! 12 of them signed in within 30 days: something uses them."
