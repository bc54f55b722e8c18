"""What is marked of a text that the filter found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from butlr_tui.listing.folding import fold
from butlr_tui.listing.highlight import split
from tests.listing.model import LETTERS, as_found


@pytest.mark.parametrize(
    ("shown", "words", "marked"),
    [
        ("hvac-sync", ["sync"], ["sync"]),
        ("hvac-sync", [], []),
        ("HVAC-Sync", ["vac", "ac-s"], ["VAC-S"]),
        ("aaa", ["aa"], ["aaa"]),
        ("Straße", ["ss"], ["ß"]),
        ("İstanbul", ["stan"], ["stan"]),
        ("münchen-lab", ["munchen"], ["münchen"]),
        ("mu\u0308nchen-lab", ["mun"], ["mu\u0308n"]),
        ("Zürich", ["ri"], ["ri"]),
        ("eﬃcient", ["fi"], ["ﬃ"]),
        ("e\u0301", ["e"], ["e\u0301"]),
        ("东京 tokyo", ["京", "o"], ["京", "o", "o"]),
    ],
)
def test_what_is_marked(shown: str, words: list[str], marked: list[str]) -> None:
    parts = list(split(shown, words))
    assert "".join(part for part, _ in parts) == shown
    assert [part for part, found in parts if found] == marked


@given(
    st.text(LETTERS), st.lists(st.text(LETTERS, min_size=1, max_size=2).map(fold).filter(bool), max_size=3)
)
def test_marking_loses_nothing(shown: str, words: list[str]) -> None:
    parts = list(split(shown, words))
    assert "".join(part for part, _ in parts) == shown
    assert any(found for _, found in parts) == any(word in as_found(shown) for word in words)
