"""What Textual writes, as cells and as what passes them by."""

import pytest

from butlr_tui.tui.terminal.cells import HALF, Cells
from butlr_tui.tui.terminal.parser import DRAWN, Parser


def drawn(*written: str, width: int = 8, height: int = 2) -> list[list[str]]:
    cells = Cells(width, height)
    parser = Parser(cells)
    for data in written:
        list(parser.feed(data))
    return [row.texts for row in cells.rows]


def test_text_stands_where_it_was_put() -> None:
    assert drawn("\x1b[2;3Hab\x1b[1mcd\x1b[0m", "\x1b[1;1Hx\ny") == [[*"x       "], [*"y abcd  "]]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("中文", ["中", HALF, "文", HALF]),
        ("e\u0301a\u0301\u0323", ["e\u0301", "a\u0301\u0323"]),
        ("中\u0323b", ["中\u0323", HALF, "b"]),
        ("👩\u200d👧x", ["👩\u200d👧", HALF, "x"]),
        ("❤\ufe0fx", ["❤\ufe0f", HALF, "x"]),
    ],
)
def test_a_character_has_the_cells_that_textual_gave_it(text: str, cells: list[str]) -> None:
    assert drawn(f"\x1b[1;1H{text}")[0] == cells + [" "] * (8 - len(cells))


def test_a_mark_goes_to_the_character_before_it() -> None:
    assert drawn("\x1b[1;1He", "\x1b[1m\u0301\x1b[0m")[0][0] == "e\u0301"
    assert drawn("\x1b[1;1H中", "\u0323x")[0][:3] == ["中\u0323", HALF, "x"]
    assert drawn("\x1b[1;1H\u0301x")[0][0] == "x"


def test_half_a_wide_character_is_none() -> None:
    assert drawn("\x1b[1;1H中文", "\x1b[1;2Hx")[0][:4] == [" ", "x", "文", HALF]
    assert drawn("\x1b[1;1H中文", "\x1b[1;1Hx")[0][:4] == ["x", " ", "文", HALF]
    assert drawn("\x1b[1;1H中文", "\x1b[1;2H日")[0][:4] == [" ", "日", HALF, " "]


def test_nothing_is_drawn_outside() -> None:
    assert drawn("\x1b[1;7Habcdef", "\x1b[9;1Hxyz", "\x1b[2;99Hxyz") == [[*"      ab"], [*" " * 8]]
    assert drawn("\x1b[1;8H中")[0] == [*" " * 8]


def test_another_size_keeps_what_has_room() -> None:
    cells = Cells(8, 2)
    list(Parser(cells).feed("\x1b[1;1Habc中\x1b[2;1Hxyz"))
    cells.resize(4, 1)
    assert [row.texts for row in cells.rows] == [["a", "b", "c", " "]]
    cells.resize(5, 2)
    assert [row.texts for row in cells.rows] == [["a", "b", "c", " ", " "], [*" " * 5]]


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b[?1049h",
        "\x1b[>25u",
        "\x1b[?2026$p",
        "\x1b]52;c;c2VjcmV0\x07",
        "\x1b]0;title\x1b\\",
        "\x1bPtmux;\x1b\x1b]52;c;c2VjcmV0\x07\x1b\\",
        "\x1bP\x1b]52;c;c2VjcmV0\x07\x1b\\",
        "\x07",
        "\x1b7",
        "\x1b[2 q",
        "\x1b_Gi=1\x1b\\",
    ],
)
def test_what_draws_nothing_is_passed_on_as_it_is(sequence: str) -> None:
    cells = Cells(8, 2)
    passed = list(Parser(cells).feed(f"{sequence}\x1b[1;1Hab{sequence}{sequence}\x1b[1;3Hcd"))
    assert passed == [sequence, DRAWN, sequence + sequence, DRAWN]
    assert cells.rows[0].texts == [*"abcd    "]


def test_where_the_cursor_was_left() -> None:
    cells = Cells(8, 2)
    list(Parser(cells).feed("\x1b[1;1Habc\x1b[2;4H"))
    assert cells.cursor == (3, 1)
