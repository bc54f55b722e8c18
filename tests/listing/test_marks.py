"""Which clients are marked: by their ids, whatever is shown."""

from random import Random

from butlr_tui.listing.cooperative import STEP, finish, result
from butlr_tui.listing.index import ClientIndex, Column, Order
from butlr_tui.listing.marks import Marks, Stretch
from butlr_tui.listing.view import Listing
from tests.listing.model import client, loaded

NAMES = ("delta", "alpha", "charlie", "bravo")


def marked(shown: Listing) -> list[str]:
    return [one.name for one in result(shown.marked())]


def test_what_is_marked_comes_in_the_order_that_is_shown_also_where_the_filter_hides_it() -> None:
    shown = loaded([client(name) for name in NAMES])
    for row in (3, 0):
        shown.marks.toggle(shown.rows[row].id)
    finish(shown.filtering("bravo"))
    assert marked(shown) == ["alpha", "delta"]
    finish(shown.sorting(Order(Column.NAME, is_descending=True)))
    assert marked(shown) == ["delta", "alpha"]


def test_all_that_are_shown_are_marked_and_nothing_before_the_last_step() -> None:
    clients = [client(f"{number:05}") for number in range(STEP + 2)]
    shown = loaded(clients)
    finish(shown.filtering("-name:00001"))
    finish(shown.sorting(Order(Column.NAME, is_descending=True)))
    for _ in shown.marking_all(clients[0].client_id):
        assert not shown.marks
    assert marked(shown) == [one.name for one in reversed(clients[2:])]
    finish(shown.filtering(""))
    finish(shown.marking_all(None))
    assert len(shown.marks) == len(clients)


def test_a_refresh_keeps_the_marks_of_those_that_are_still_there() -> None:
    clients = [client(name) for name in NAMES]
    shown = loaded(clients)
    finish(shown.marking_all(None))
    again = ClientIndex()
    again.add([client("echo"), *clients[:2]])
    finish(shown.taking(again))
    assert marked(shown) == ["alpha", "delta"]
    assert len(shown.marks) == 2


def test_a_mark_that_is_made_while_the_list_is_taken_in_stays() -> None:
    clients = [client(f"{number:05}") for number in range(STEP + 1)]
    shown = loaded(clients)
    shown.marks.toggle(clients[0].id)
    steps = shown.marks.keeping(clients)
    next(steps)
    shown.marks.toggle(clients[1].id)
    finish(steps)
    assert shown.marks.ids == {clients[0].id, clients[1].id}


def test_only_a_hand_marks_the_one_that_is_spared() -> None:
    clients = [client(name) for name in NAMES]
    own = clients[1].client_id
    marks = Marks()
    finish(marks.adding(clients, own))
    finish(Stretch(marks, clients, 0, own).reaching(3))
    assert marks.ids == {one.id for one in clients if one.client_id != own}
    assert not marks.by_hand
    marks.toggle(clients[1].id)
    assert marks.by_hand == {clients[1].id} < marks.ids
    marks.toggle(clients[1].id)
    assert clients[1].id not in marks.ids | marks.by_hand


def test_a_stretch_marks_what_lies_between_and_leaves_all_else_as_it_was() -> None:
    random = Random(7)
    clients = [client(f"{number:02}") for number in range(20)]
    for _ in range(50):
        marks = Marks()
        before = set(random.sample(range(20), 5))
        for number in before:
            marks.toggle(clients[number].id)
        start = random.randrange(20)
        stretch = Stretch(marks, clients, start, None)
        for _ in range(8):
            end = random.randrange(20)
            finish(stretch.reaching(end))
            between = range(min(start, end), max(start, end) + 1)
            assert marks.ids == {clients[number].id for number in before | {*between}}


def test_where_there_is_no_client_nothing_is_marked() -> None:
    clients = [client("alpha")]
    shown = loaded(clients)
    finish(shown.marking_all(None))
    finish(shown.taking(ClientIndex()))
    finish(shown.marking_all(None))
    assert marked(shown) == []
    assert not shown.marks
