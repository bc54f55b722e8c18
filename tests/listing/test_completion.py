"""Tab in the filter: what it completes, and what it leaves alone."""

import pytest

from butlr_tui.listing.completion import complete
from butlr_tui.listing.query import WORDS

COLONS = [one.word for one in WORDS if one.word.endswith(":")]
NAMES = ("old", "older", "Zürich")


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("na", "name:"),
        ("NA", "name:"),
        ("hvac -de", "hvac -desc:"),
        ("sa", "same-name: "),
        ("same-", "same-name: "),
        ("-ma", "-made-here: "),
        ("@z", "@Zürich "),
        ("-@olde", "-@older "),
        ('"hvac" i', '"hvac" id:'),
    ],
)
def test_the_only_word_that_can_be_meant_is_completed(typed: str, completed: str) -> None:
    assert complete(typed, NAMES) == (completed, ())


@pytest.mark.parametrize(
    ("typed", "longer", "offered"),
    [
        ("", "", [*COLONS, "@old", "@older", "@Zürich"]),
        ("hvac -", "hvac -", [*COLONS, "@old", "@older", "@Zürich"]),
        ("@o", "@old", ["@old", "@older"]),
        ("@old", "@old", ["@old", "@older"]),
        ("@", "@", ["@old", "@older", "@Zürich"]),
    ],
)
def test_of_several_as_much_as_they_share(typed: str, longer: str, offered: list[str]) -> None:
    assert complete(typed, NAMES) == (longer, offered)


@pytest.mark.parametrize(
    "typed", ["hvac", "name:", "name:na", '"na', '"hvac na', 'desc:"a na', "@x", "age:>1y na:"]
)
def test_what_is_the_operator_s_own_is_left_as_it_is(typed: str) -> None:
    assert complete(typed, NAMES) == (typed, ())
