"""The form in which texts are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from butlr_tui.listing.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("HVAC-sync 2", "hvac-sync 2"),
        ("MÜNCHEN", "munchen"),
        ("mu\u0308nchen", "munchen"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("Łódź", "łodz"),
        ("ﬁnal ℡", "final tel"),
        ("东京", "东京"),
        ("\u0301", ""),
    ],
)
def test_case_and_accents_are_gone(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(), st.text())
def test_texts_fold_one_by_one(one: str, other: str) -> None:
    """What a client's fields are joined to, and what a match is marked by, stands on it."""
    assert fold(one + other) == fold(one) + fold(other)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
