"""Replaces several clients, one after the other: which can be, and where the secrets of the new ones may go."""

from collections.abc import Sequence

from butlr_tui.journal.replacements import Replacement, Replacements, State
from butlr_tui.models import Client
from butlr_tui.operations.create import WantedClient
from butlr_tui.operations.own_places import check_own_places, faults_in
from butlr_tui.operations.place import Destination


class SeveralReplacements:
    """Clients that are to be replaced. Begun again for the same ones, it goes on with those that are left."""

    def __init__(self, clients: Sequence[Client], begun: Replacements) -> None:
        """`begun` are the replacements that are not ended."""
        self._begun = begun
        self._need_own_places = len(clients) > 1
        self.replaced = [one for old in clients if (one := self._new_one_of(old)) is not None]
        """Those of the clients that have a new one by now, whose secret is stored."""
        self.left = [old for old in clients if self._new_one_of(old) is None]
        """The others."""

    def in_the_way(self, old: Client) -> Replacement | None:
        """The replacement that a client is part of, of those that are left: another can't just begin."""
        return self._begun.of(old.client_id)

    async def faults_in(self, to: Sequence[Destination]) -> list[str]:
        """Why the secrets of those that are left can't all go there, as sentences.

        Raises BadDestination where those of several would go to one place.
        """
        names = [old.name for old in self.left]
        if self._need_own_places:
            check_own_places(to, names)
        return await faults_in(to, names)

    def _new_one_of(self, old: Client) -> Replacement | None:
        one = self._begun.of(old.client_id)
        is_replaced = one is not None and one.state is State.READY and one.old_id == old.client_id
        return one if is_replaced else None


def successor(old: Client, to: Sequence[Destination] = ()) -> WantedClient:
    """The client that is to take the place of another."""
    return WantedClient(old.name, old.description, to, replaces=old.client_id)
