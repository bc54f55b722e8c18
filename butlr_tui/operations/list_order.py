"""The order of a profile's list, kept from one start of the app to the next."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from butlr_tui.listing.index import Order

if TYPE_CHECKING:
    from butlr_tui.config.profiles import Profile
    from butlr_tui.listing.view import Listing

_KEY: Final = "order"


class ListOrder:
    """Remembers the order of one `Listing`, in a thread: neither a paint nor a key waits for a disk."""

    def __init__(self, listing: Listing, profile: Profile) -> None:
        self._listing = listing
        self._profile = profile.name
        self._turn = asyncio.Lock()

    async def recall(self) -> None:
        """Let a list that has not been read yet come in the order that it had last."""
        self._listing.order = Order.told_by(await asyncio.to_thread(self._remembered))

    async def keep(self) -> None:
        """Remember the order."""
        async with self._turn:  # so that the last one is the one that stays
            await asyncio.to_thread(self._remember, str(self._listing.order))

    def _remembered(self) -> str:
        from butlr_tui.operations.remembered import remembered

        return remembered(self._profile).get(_KEY, "")

    def _remember(self, order: str) -> None:
        from butlr_tui.operations.remembered import remember

        remember(self._profile, _KEY, order)
