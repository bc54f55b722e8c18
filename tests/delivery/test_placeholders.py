"""A client's name can't aim a command or a file elsewhere."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from butlr_tui.delivery.placeholders import fill, slug

SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@settings(deadline=None)
@given(st.text())
def test_whatever_the_name_the_slug_is_one(name: str) -> None:
    made = slug(name)
    assert SLUG.fullmatch(made)
    assert len(made) <= 128
    assert slug(made) == made


@settings(deadline=None)
@given(st.from_regex(SLUG, fullmatch=True).filter(lambda name: len(name) <= 128))
def test_a_name_that_is_a_slug_stays(name: str) -> None:
    assert slug(name) == name


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("hvac-sync", "hvac-sync"),
        ("../prod/db", "prod-db"),
        ("-x", "x"),
        ("HVAC sync (HQ)", "HVAC-sync-HQ"),
        ("Zürich", "Zurich"),
        ("…", "client"),
        ("漢字", "client"),
        ("a\nb", "a-b"),
        ("{client_id}", "client_id"),
        ("-Xbox X!", "Xbox-X"),
        ("x" * 127 + ".", "x" * 127 + "."),
        ("x" * 127 + "..", "x" * 127),
    ],
)
def test_slugs(name: str, made: str) -> None:
    assert slug(name) == made


def test_only_the_two_placeholders_are_filled_once() -> None:
    filled = fill('{"a":{name}}/{client_id}/{secret}', name="{client_id}", client_id="../x")
    assert filled == '{"a":client_id}/x/{secret}'
