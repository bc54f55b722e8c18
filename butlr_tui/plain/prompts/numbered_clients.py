"""Which clients a command is about: those whose numbers were typed, else those that are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.plain.prompts.pages import NumberedPages
from butlr_tui.plain.prompts.words import NotMeant, label, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from butlr_tui.models import Client
    from butlr_tui.plain.prompts.service_list import ServiceList


class NumberedClients:
    """The clients in the pages and with the numbers that they were said with, until they are numbered anew."""

    def __init__(self, shown: ServiceList) -> None:
        self._shown = shown
        self.pages: NumberedPages[Client] = NumberedPages(())

    def number_anew(self, select: str | None) -> None:
        """Number what the list shows now, with the page current that has the client with this id."""
        listing = self._shown.listing
        self.pages = NumberedPages(listing.rows)
        if select is not None and (row := listing.position(select)) is not None:
            self.pages.go_to(row)

    def numbered(self, words: str) -> list[Client]:
        """Those with these numbers. Raises NotMeant."""
        return [self.pages.items[number - 1] for number in numbers(words, len(self.pages.items))]

    async def acted_on(self, words: str, command_id: str) -> Sequence[Client]:
        """Those with these numbers, or without any those that are marked. Raises NotMeant."""
        if words:
            return self.numbered(words)
        if marked := await self._shown.change(self._shown.listing.marked()):
            return marked
        raise NotMeant(f"Which? Type their numbers, as in {label(command_id)} 3 5-7.")

    def by_hand(self, words: str) -> set[str]:
        """The ids of those whose numbers were typed one by one, or that were marked so."""
        return self._one_by_one(words) | self._shown.listing.marks.by_hand

    async def mark(self, words: str) -> None:
        """Mark those with these numbers; a number by itself unmarks, too. Raises NotMeant."""
        if not words:
            raise NotMeant(f"Which? Type their numbers, as in {label('mark')} 3 5-7.")
        clients, single = self.numbered(words), self._one_by_one(words)
        for client_id in single:
            self._shown.listing.marks.toggle(client_id)
        wider = [client for client in clients if client.id not in single]
        await self._shown.change(self._shown.listing.marks.adding(wider, self._shown.own_id))

    async def stay_marked(self, clients: Sequence[Client]) -> None:
        """Mark several that a flow was about, which says that those are marked which are left of them."""
        if len(clients) > 1:
            await self._shown.change(self._shown.listing.marks.adding(clients, self._shown.own_id))

    def _one_by_one(self, words: str) -> set[str]:
        single = " ".join(word for word in words.replace(",", " ").split() if word.isdecimal())
        return {client.id for client in self.numbered(single)}
