"""The order of a list is the same at the next start."""

from pathlib import Path

import pytest

from butlr_tui.config.profiles import Profile, Prompt
from butlr_tui.listing.view import Column, Listing, Order
from butlr_tui.operations.list_order import ListOrder

PROFILE = Profile("lab", "https://lab.example.org", Prompt())


async def test_what_was_kept_is_recalled_for_its_profile_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    before = Listing()
    before.order = Order.by(Column.CREATED)
    await ListOrder(before, PROFILE).keep()
    listing, other = Listing(), Listing()
    await ListOrder(listing, PROFILE).recall()
    await ListOrder(other, Profile("other", PROFILE.base_url, Prompt())).recall()
    assert listing.order == Order.by(Column.CREATED)
    assert other.order == Order()
