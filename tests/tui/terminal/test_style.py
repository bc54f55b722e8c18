"""Styles: read as a terminal reads them, and changed with the fewest bytes."""

import pytest

from butlr_tui.tui.terminal.style import PLAIN, Style, change, ground, linked, styled


def style(parameters: str) -> Style:
    return styled(PLAIN, parameters)


@pytest.mark.parametrize(
    ("parameters", "meant"),
    [
        ("1;31", Style(frozenset({1}), "31")),
        ("38;5;200;4", Style(frozenset({4}), "38;5;200")),
        ("48;2;1;2;3;38;5;9", Style(frozenset(), "38;5;9", "48;2;1;2;3")),
        ("97;104", Style(frozenset(), "97", "104")),
        ("1;2;22;3", Style(frozenset({3}))),
        ("31;42;39;49", PLAIN),
        ("1;31;0;3", Style(frozenset({3}))),
        ("1;;3", Style(frozenset({3}))),
        ("", PLAIN),
        ("38", Style(foreground="38")),
        ("77;1", Style(frozenset({1}))),
    ],
)
def test_what_a_sequence_selects(parameters: str, meant: Style) -> None:
    assert style(parameters) == meant


@pytest.mark.parametrize(
    ("before", "after", "sent"),
    [
        ("", "1", "\x1b[1m"),
        ("1", "", "\x1b[m"),
        ("1;31", "1", "\x1b[39m"),
        ("1;31", "1;32", "\x1b[32m"),
        ("1;2", "2", "\x1b[;2m"),
        ("1;38;2;1;2;3;48;2;4;5;6", "38;2;1;2;3;48;2;4;5;6", "\x1b[22m"),
        ("1;2;38;2;1;2;3", "2;38;2;1;2;3", "\x1b[22;2m"),
        ("44;38;5;200", "38;5;200", "\x1b[49m"),
        ("7;44", "7;44", ""),
    ],
)
def test_a_change_is_as_short_as_can_be(before: str, after: str, sent: str) -> None:
    assert change(style(before), style(after)) == sent


def test_nothing_is_taken_for_granted_where_nobody_knows_the_style() -> None:
    assert change(None, PLAIN) == "\x1b[m"
    assert change(None, style("1;31")) == "\x1b[;1;31m"


def test_links_are_opened_and_closed() -> None:
    link = linked(style("1"), "id=7;https://butlr.io")
    assert change(style("1"), link) == "\x1b]8;id=7;https://butlr.io\x1b\\"
    assert change(link, style("1")) == "\x1b]8;;\x1b\\"
    assert linked(link, ";") == style("1")


@pytest.mark.parametrize(
    ("parameters", "seen"), [("1;2;31;44", "44"), ("31", ""), ("4;31", "4;31"), ("7;31", "7;31")]
)
def test_what_a_blank_shows(parameters: str, seen: str) -> None:
    assert ground(style(parameters)) == style(seen)
