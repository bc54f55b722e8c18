"""How the cells of a row are shared out: names first, then the day, the description and the id."""

import pytest

from butlr_tui.listing.view import Column, Order
from butlr_tui.models import Client
from butlr_tui.tui.widgets.columns import GAP, MARK, Columns, columns
from tests.listing.model import client

_SCROLLBAR = 1
_WHOLE_ID = len("client_") + 27


def named(*cells: int) -> list[Client]:
    """Clients with names of so many cells."""
    return [client("n" * each, "d" * 60) for each in cells]


def room_of(terminal: int) -> int:
    """The list's cells, in the layout of that terminal."""
    if terminal < 100:
        return terminal
    detail = terminal * 40 // 100 if terminal < 160 else min(60, max(48, terminal * 30 // 100))
    return terminal - detail - 3


@pytest.mark.parametrize("terminal", [60, 79, 80, 99, 100, 120, 159, 160, 200, 220])
@pytest.mark.parametrize("longest", [1, 20, 24, 30, 45, 300])
def test_a_row_fills_its_room_and_no_name_is_cut_where_anything_else_can_give_way(
    terminal: int, longest: int
) -> None:
    room = room_of(terminal)
    found = columns(room, terminal, named(3, longest))
    gaps = GAP * (3 if found.description else 2)
    assert MARK + sum(found) + gaps + _SCROLLBAR == room
    assert found.client_id >= 16
    assert found.name >= longest or (found.client_id, found.description) in {(16, 0), (16, 11)}


def test_below_80_the_id_is_short_however_much_room_there_is() -> None:
    assert columns(79, 79, named(3)).client_id == 16


def test_from_80_on_it_is_whole_where_the_names_in_view_allow_it() -> None:
    assert columns(80, 80, named(27)).client_id == _WHOLE_ID
    assert columns(80, 80, named(35)).client_id < _WHOLE_ID
    assert columns(80, 80, named(35)).name == 35


def test_beside_the_detail_a_name_has_24_cells_at_least() -> None:
    assert columns(room_of(100), 100, named(3)).name >= 24


def test_what_stands_behind_a_name_counts_as_the_name() -> None:
    (own,) = named(30)
    assert columns(80, 80, [own], lambda client: "  you").name == 30 + len("  you")


def test_from_160_on_the_day_and_the_description_join_in() -> None:
    found = columns(room_of(200), 200, named(24))
    assert found.client_id == _WHOLE_ID
    assert found.description > 40


def test_the_description_gives_way_before_the_name_and_the_id_before_the_description() -> None:
    assert columns(room_of(160), 160, named(24)) == Columns(24, 34, 21, 20)
    assert columns(room_of(160), 160, named(24), tells_use=True) == Columns(24, 22, 21, 20, 10)
    assert columns(room_of(160), 160, named(42)) == Columns(42, 16, 21, 20)
    assert columns(room_of(160), 160, named(45)) == Columns(45, 16, 21, 17)


def test_wide_characters_count_as_two() -> None:
    assert columns(room_of(120), 120, [client("中" * 15)]).name == 30


def test_a_heading_is_found_where_it_stands() -> None:
    shown = columns(80, 80, named(10))
    heading = shown.heading(Order.by(Column.CREATED))
    assert heading.split() == ["NAME", "CLIENT", "ID", "CREATED", "↓"]
    for column in Column:
        assert shown.at(heading.index(str(column))) is column
    assert shown.at(0) is None
    assert shown.at(heading.index("CLIENT ID") - 1) is None
