"""What a server sent is shown, and nothing in it acts."""

import errno
import unicodedata
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from butlr_tui.text import (
    age,
    ago,
    counted,
    describe_path,
    fit,
    lately,
    lately_ago,
    old,
    os_error_reason,
    quoted,
    received,
    safe,
    truncate,
    truncate_middle,
    width,
    wrap,
)
from tests.end_to_end.hostile import strings

WIDE = "中文客户端"
NOW = datetime(2026, 11, 24, 12, 3, tzinfo=UTC)
hostile = st.text() | st.sampled_from(strings(200)) | st.text(st.sampled_from("a中\u0301\u20dd\x1b\ufe0f🏢‍"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("plain [b]", "plain [b]"),
        ("Zürich 中 🏢", "Zürich 中 🏢"),
        ("\x00\x1f", "␀␟"),
        (" ~", " ~"),
        ("\x1b[2J", "␛[2J"),
        ("a\tb\nc\rd", "a␉b␊c␍d"),
        ("\x7f", "␡"),
        ("\x80\x9b31m\x9f", "<0080><009b>31m<009f>"),
        ("\xa0\xad", "<00a0><00ad>"),
        ("\u200b\u202e\u2066\ufeff", "<200b><202e><2066><feff>"),
        ("\U000e0041", "<e0041>"),
        ("\ud800", "<d800>"),
        # at most two marks for a character, none without one
        ("e\u0301", "e\u0301"),
        ("e\u0301\u0301", "e\u0301\u0301"),
        ("e\u0301\u0301\u0301\u0301f\u0301", "e\u0301\u0301f\u0301"),
        ("\u0301\u0301\u0301", "◌\u0301\u0301"),
        ("\x1b\u0301\u0301\u0301", "␛\u0301\u0301"),
        ("a\u20dd\u20dd\u20dd", "a\u20dd\u20dd"),
        # selectors go, and do not begin a new run of marks
        ("✔\ufe0f", "✔"),
        ("\ufe00\ufe0f", ""),
        ("e\u0301\u0301\ufe0f\u0301", "e\u0301\u0301"),
        ("\ufe0f\u0301", "◌\u0301"),
    ],
)
def test_safe(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_the_systems_reason_and_never_an_errors_own_text() -> None:
    assert (
        os_error_reason(FileNotFoundError(errno.ENOENT, "canary", "canary"), "x")
        == "no such file or directory"
    )
    for error in (OSError("canary"), OSError(0, "canary"), ValueError("canary"), None):
        assert os_error_reason(error, "no such path") == "no such path"
        assert os_error_reason(error) == "no reason given"


@settings(max_examples=1000, deadline=None)
@given(hostile)
@example("".join(map(chr, range(0x20))))
def test_safe_text_has_nothing_that_acts(text: str) -> None:
    shown = safe(text)
    assert shown.isprintable()
    assert safe(shown) == shown
    run = 0
    for char in shown:
        run = run + 1 if unicodedata.combining(char) else 0
        assert run <= 2
    # what is printable and no mark is all there, in its order
    kept = [
        char for char in text if char.isprintable() and cell_len(char) and not unicodedata.combining(char)
    ]
    rest = iter(shown)
    assert all(char in rest for char in kept)


@pytest.mark.parametrize(
    ("text", "cells"), [("", 0), ("abc", 3), ("中", 2), ("e\u0301", 1), ("a中b", 4), ("🏢", 2)]
)
def test_width(text: str, cells: int) -> None:
    assert width(text) == cells


@pytest.mark.parametrize(
    ("text", "cells", "short"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("abc", -1, ""),
        ("", 0, ""),
        (WIDE, 10, WIDE),
        (WIDE, 9, "中文客户…"),
        (WIDE, 8, "中文客…"),
        (WIDE, 2, "…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
    ],
)
def test_cut(text: str, cells: int, short: str) -> None:
    assert truncate(text, cells) == short


@pytest.mark.parametrize(
    ("text", "cells", "short"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "ab…ef"),
        ("abcdef", 4, "ab…f"),
        ("abcdef", 3, "a…f"),
        ("abcdef", 2, "a…"),
        ("abcdef", 1, "…"),
        ("abcdef", 0, ""),
        ("abcdef", -1, ""),
        (WIDE, 9, "中文…户端"),
        (WIDE, 6, "中…端"),
        (WIDE, 4, "中…"),
    ],
)
def test_cut_middle(text: str, cells: int, short: str) -> None:
    assert truncate_middle(text, cells) == short


@pytest.mark.parametrize(
    ("text", "cells", "fitted"),
    [
        ("ab", 4, "ab  "),
        ("abcd", 4, "abcd"),
        ("abcde", 4, "abc…"),
        (WIDE, 4, "中… "),
        ("", 2, "  "),
        ("a", 0, ""),
    ],
)
def test_fit(text: str, cells: int, fitted: str) -> None:
    assert fit(text, cells) == fitted


@settings(max_examples=500, deadline=None)
@given(hostile.map(safe), st.integers(0, 40))
def test_nothing_is_wider_than_its_room(text: str, cells: int) -> None:
    assert width(text) == cell_len(text)
    assert width(truncate(text, cells)) <= cells
    assert width(truncate_middle(text, cells)) <= cells
    assert width(fit(text, cells)) == cells


def test_a_path_is_described_as_its_user_would_write_it() -> None:
    assert describe_path(Path.home() / "a" / "b") == "~/a/b"
    assert describe_path("/elsewhere/a") == "/elsewhere/a"
    assert describe_path("/esc\x1b[31m/nul\0") == "/esc␛[31m/nul␀"
    long = describe_path(f"/first/{'x' * 300}/last")
    assert len(long) == 200
    assert (long[:8], long[-6:]) == ("/first/x", "x/last")


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 clients"), (1, "1 client"), (2, "2 clients"), (1200, "1,200 clients")]
)
def test_a_number_of_things(count: int, told: str) -> None:
    assert counted(count, "client") == told


@pytest.mark.parametrize(
    ("so_far", "in_all", "told"),
    [
        (0, None, ""),
        (0, 17_600_000, ""),
        (640_000, None, "640 kB so far"),
        (999_000, 1_000_000, "999 kB of 1.0 MB"),
        (3_200_000, 17_600_000, "3.2 MB of 17.6 MB"),
    ],
)
def test_how_much_of_an_answer_has_come_is_told_once_there_is_some(
    so_far: int, in_all: int | None, told: str
) -> None:
    assert received(so_far, in_all) == told


@pytest.mark.parametrize(
    ("since", "how_old", "how_long_ago", "how_it_was_made"),
    [
        (timedelta(), "today", "today", "created today"),
        (timedelta(days=1, seconds=-1), "today", "today", "created today"),
        (timedelta(days=1), "1 day", "1 day ago", "1 day old"),
        (timedelta(days=29), "29 days", "29 days ago", "29 days old"),
        (timedelta(days=30), "1 month", "1 month ago", "1 month old"),
        (timedelta(days=364), "12 months", "12 months ago", "12 months old"),
        (timedelta(days=365), "1 year", "1 year ago", "1 year old"),
        (timedelta(days=800), "2 years", "2 years ago", "2 years old"),
        (-timedelta(seconds=1), "in future", "in future", "created in future"),
    ],
)
def test_an_age_has_one_unit_and_is_told_also_where_a_clock_is_wrong(
    since: timedelta, how_old: str, how_long_ago: str, how_it_was_made: str
) -> None:
    then = NOW - since
    assert (age(then, NOW), ago(then, NOW), old(then, NOW)) == (how_old, how_long_ago, how_it_was_made)


@pytest.mark.parametrize(
    ("since", "told", "told_as_past"),
    [
        (timedelta(), "just now", "just now"),
        (timedelta(seconds=59), "just now", "just now"),
        (-timedelta(seconds=59), "just now", "just now"),
        (timedelta(seconds=60), "1 minute", "1 minute ago"),
        (timedelta(seconds=3599), "59 minutes", "59 minutes ago"),
        (timedelta(hours=1), "1 hour", "1 hour ago"),
        (timedelta(hours=24, seconds=-1), "23 hours", "23 hours ago"),
        (timedelta(hours=24), "1 day", "1 day ago"),
        (timedelta(days=400), "1 year", "1 year ago"),
        (-timedelta(seconds=60), "in future", "in future"),
    ],
)
def test_what_was_within_a_day_is_told_in_hours_or_minutes(
    since: timedelta, told: str, told_as_past: str
) -> None:
    """Another machine's clock may be a little ahead, which is no future."""
    assert (lately(NOW - since, NOW), lately_ago(NOW - since, NOW)) == (told, told_as_past)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("hvac", "“hvac”"),
        ("", "the client without a name"),
        ("\x1b[2J", "“␛[2J”"),
        ("n" * 40, f"“{'n' * 40}”"),
        ("n" * 41, f"“{'n' * 39}…”"),
    ],
)
def test_a_name_in_a_sentence(name: str, told: str) -> None:
    assert quoted(name) == told


@given(st.text(st.sampled_from("ab中 ")), st.integers(1, 30))
def test_lines_break_between_words_and_nowhere_else(text: str, cells: int) -> None:
    text = " ".join(text.split())
    lines = wrap(text, cells)
    assert " ".join(lines) == text
    assert all(width(line) <= cells or " " not in line for line in lines)
    for line, following in pairwise(lines):
        assert width(f"{line} {following.split(' ')[0]}") > cells
