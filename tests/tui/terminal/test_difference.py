"""What is sent to make a terminal show something else."""

import pytest

from butlr_tui.tui.terminal.cells import Cells
from butlr_tui.tui.terminal.difference import Shown
from butlr_tui.tui.terminal.parser import Parser
from tests.support.looks import Picture

_WIDTH, _HEIGHT = 40, 8
_FAMILY = "👩\u200d👩\u200d👧"


class Sent:
    """A terminal, and what is sent to it for what is drawn."""

    def __init__(self) -> None:
        self._cells, self._shown = Cells(_WIDTH, _HEIGHT), Shown()
        self._parser = Parser(self._cells)
        self._shown.cleared(_WIDTH, _HEIGHT)

    def __call__(self, drawn: str) -> str:
        list(self._parser.feed(f"{drawn}\x1b[H"))
        return self._shown.update(self._cells)

    def undoes(self) -> None:
        """As where the last was not sent after all."""
        self._shown.undo()

    def forgets(self) -> None:
        """As after another program wrote to it."""
        self._shown.forget(_WIDTH, _HEIGHT)


@pytest.fixture
def sent() -> Sent:
    return Sent()


def test_the_same_again_is_nothing(sent: Sent) -> None:
    assert sent("\x1b[2;5H\x1b[1mbold\x1b[0m and not")
    assert sent("\x1b[2;5H\x1b[1mbold\x1b[0m and not") == ""


def test_only_what_changed(sent: Sent) -> None:
    sent("\x1b[1;1HThe quick brown fox")
    assert sent("\x1b[1;1HThe quick black fox") == "\x1b[1;12H\x1b[mlack\r"


def test_little_between_two_changes_is_sent_again(sent: Sent) -> None:
    sent("\x1b[1;1H0123456789012345")
    assert sent("\x1b[1;1Hx12x456789x12345") == "\x1b[H\x1b[mx12x\x1b[6Cx\r"


def test_what_is_between_is_passed_over_where_its_style_costs_more(sent: Sent) -> None:
    sent("\x1b[1;1H0\x1b[31m1\x1b[0m2")
    assert sent("\x1b[1;1Hx\x1b[31m1\x1b[0my") == "\x1b[H\x1b[mx\x1b[Cy\r"


def test_an_empty_end_is_erased(sent: Sent) -> None:
    sent("\x1b[1;1Hsome words")
    assert sent("\x1b[1;1Hsome      ") == "\x1b[1;6H\x1b[m\x1b[K\r"


@pytest.mark.parametrize("codes", ["44", "7", "4", "9"])
def test_nothing_is_erased_where_a_blank_shows(sent: Sent, codes: str) -> None:
    sent("\x1b[1;1H" + "x" * _WIDTH)
    update = sent(f"\x1b[1;1H\x1b[{codes}m{' ' * _WIDTH}\x1b[0m")
    assert update.count(" ") == _WIDTH
    assert "\x1b[K" not in update
    assert "X" not in update


def test_many_blanks_in_a_row_are_erased_and_passed_over(sent: Sent) -> None:
    sent("\x1b[1;1H" + "x" * _WIDTH)
    assert sent("\x1b[1;1H|" + " " * 38 + "|") == "\x1b[H\x1b[m|\x1b[38X\x1b[40G|\r"


def test_among_many_blanks_what_is_none_is_written(sent: Sent) -> None:
    sent("\x1b[1;1H" + "x" * _WIDTH)
    assert (
        sent("\x1b[1;1Habcdefghijklmnop" + " " * 23 + "|")
        == "\x1b[H\x1b[mabcdefghijklmnop\x1b[23X\x1b[40G|\r"
    )


def test_blanks_are_written_in_whatever_style(sent: Sent) -> None:
    assert sent("\x1b[1;1H\x1b[31ma\x1b[0m \x1b[31mb\x1b[0m") == "\x1b[H\x1b[;31ma b\r"


def test_a_blank_of_another_colour_is_no_change(sent: Sent) -> None:
    sent("\x1b[1;1Hx y")
    assert sent("\x1b[1;2H\x1b[31m \x1b[0m") == ""


def test_a_pillar_is_drawn_downwards_in_one_style(sent: Sent) -> None:
    box = "".join(f"\x1b[{y};3H\x1b[31m│\x1b[0m{y}" for y in range(2, 8))
    lines = "\x1b[2;4H\x1b[m2" + "".join(f"\v\b{y}" for y in range(3, 8))
    pillar = "\x1b[2;3H\x1b[31m│" + "\v\b│" * 5
    assert sent(box) == f"{lines}{pillar}\x1b[H"
    assert sent("\x1b[4;3Hx") == "\x1b[4;3H\x1b[mx\x1b[H"


def test_an_end_is_erased_before_the_pillar_that_crosses_it(sent: Sent) -> None:
    for y in range(1, 7):
        sent(f"\x1b[{y};1H" + "x" * _WIDTH)
    update = sent("".join(f"\x1b[{y};1Hx\x1b[44m \x1b[0m{' ' * (_WIDTH - 2)}" for y in range(1, 7)))
    erased, pillar = "\x1b[1;3H\x1b[m\x1b[K" + "\v\x1b[K" * 5, "\x1b[44m " + "\v\b " * 5
    assert update == f"{erased}\x1b[5A\b{pillar}\x1b[H"


def test_no_pillar_is_drawn_where_nobody_knows_how_to_go_on(sent: Sent) -> None:
    """After the last column, that is."""
    assert "\v\b" not in sent("".join(f"\x1b[{y};{_WIDTH}H\x1b[31m│\x1b[0m" for y in range(1, 9)))


def test_all_is_sent_again_once_it_is_forgotten(sent: Sent) -> None:
    sent("\x1b[1;1Hone\x1b[2;1Htwo")
    sent.forgets()
    assert sent("") == "\x1b[H\x1b[mone\x1b[K\v\rtwo\x1b[K" + "\v\r\x1b[K" + "\v\x1b[K" * 5 + "\x1b[H"


def test_what_was_not_sent_is_sent_with_the_next(sent: Sent) -> None:
    sent("\x1b[1;1Hone two three")
    assert sent("\x1b[1;5HTWO\x1b[2;1Hx")
    sent.undoes()
    assert sent("\x1b[2;1Hy") == "\x1b[1;5H\x1b[mTWO\v\ry\x1b[H"


@pytest.mark.parametrize("drawn", ["?", "中", "中中", "中中中"], ids=["1", "2", "4", "6"])
def test_a_character_of_doubtful_width_harms_nothing_around_it(sent: Sent, drawn: str) -> None:
    """It takes two cells here; terminals draw it in so many."""
    picture = Picture(_WIDTH, _HEIGHT)
    picture.feed(sent("\x1b[1;1H0123456789012345"))
    picture.feed(sent(f"\x1b[1;1H01{_FAMILY}456789").replace(_FAMILY, drawn))
    cells = [text for text, _ in picture.looks[0]][:16]
    assert cells[:2] == ["0", "1"]
    assert cells[2:4] == (["?", " "] if drawn == "?" else ["中", ""])
    assert cells[4:] == [*"456789012345"]
