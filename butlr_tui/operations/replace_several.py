"""Replaces a client in one go: a new one is made, its secret taken where it was said, and its pair tried."""

from collections.abc import Collection
from dataclasses import dataclass

from butlr_tui.http.errors import ServiceError
from butlr_tui.models import Client
from butlr_tui.operations.deliver import hand_over
from butlr_tui.operations.outcomes import Created, CreateOutcome, NoPlace, NotCreated
from butlr_tui.operations.place import Delivery, Destination, Disposition
from butlr_tui.operations.session import Session


@dataclass(frozen=True, slots=True)
class Successor:
    """The client that is to take the place of another, and what became of its secret."""

    created: Created
    delivery: Delivery
    error: ServiceError | None = None
    """Why its pair does not sign in yet, if so."""

    @property
    def is_ready(self) -> bool:
        """Whether its secret is stored and its pair signs in."""
        return self.delivery.disposition is Disposition.STORED and self.error is None


async def make_successor(
    session: Session, old: Client, to: Destination, before: Collection[str]
) -> Successor | CreateOutcome:
    """Make a client like `old` with one POST. `before` are the ids of the clients that have this name already."""
    if fault := await to.check(old.name):
        return NotCreated(old.name, NoPlace(fault))
    place = to.place(old.name)
    outcome = await session.create(old.name, old.description, [place], before=before, replaces=old.client_id)
    if not isinstance(outcome, Created):
        return outcome
    delivery = await hand_over(session, outcome, place)
    if delivery.disposition is Disposition.STORED:
        try:
            await session.try_pair(outcome)
        except ServiceError as error:
            return Successor(outcome, delivery, error.with_traceback(None))
    return Successor(outcome, delivery)
