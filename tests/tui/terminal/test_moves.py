"""Moves of the cursor."""

import itertools

import pytest

from butlr_tui.tui.terminal.moves import move
from tests.support.looks import Picture

_WIDTH, _HEIGHT = 12, 5
_CELLS = list(itertools.product(range(_WIDTH), range(_HEIGHT)))


def test_every_move_ends_where_it_should_and_is_no_longer_than_a_position() -> None:
    for (x, y), (to_x, to_y) in itertools.product(_CELLS, _CELLS):
        picture = Picture(_WIDTH, _HEIGHT)
        picture.feed(f"\x1b[{y + 1};{x + 1}H")
        sent = move(x, y, to_x, to_y)
        picture.feed(sent)
        assert picture.cursor == (to_x, to_y)
        assert len(sent) <= len(f"\x1b[{to_y + 1};{to_x + 1}H")


@pytest.mark.parametrize(
    ("start", "end", "sent"),
    [
        ((5, 3), (5, 3), ""),
        ((None, None), (0, 0), "\x1b[H"),
        ((None, None), (0, 8), "\x1b[9H"),
        ((7, 3), (0, 3), "\r"),
        ((7, 3), (0, 4), "\v\r"),
        ((7, 3), (7, 5), "\v\v"),
        ((7, 3), (7, 8), "\x1b[5B"),
        ((7, 3), (6, 4), "\v\b"),
        ((None, 3), (0, 5), "\v\v\r"),
        ((7, 3), (8, 3), "\x1b[C"),
        ((7, 3), (7, 2), "\x1b[A"),
        ((70, 3), (66, 3), "\x1b[4D"),
        ((None, 3), (66, 3), "\x1b[67G"),
        ((None, 3), (66, 2), "\x1b[3;67H"),
    ],
)
def test_the_shortest_is_taken(start: tuple[int | None, int | None], end: tuple[int, int], sent: str) -> None:
    assert move(*start, *end) == sent
