"""Creates a client in one go: its secret is taken to the places that were kept for it, and its pair tried.

All plain commands that create, and the app where it replaces several, stand on it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from butlr_tui.contract import fault_in_description, fault_in_name
from butlr_tui.http.errors import ServiceError
from butlr_tui.journal.entries import SourceLine
from butlr_tui.models import Client
from butlr_tui.operations.deliver import hand_over
from butlr_tui.operations.outcomes import Created, CreatedWithoutSecret, CreateUnclear, NotCreated
from butlr_tui.operations.place import Delivery, Destination, SecretPlace, is_stored
from butlr_tui.operations.sealed import ToSeal
from butlr_tui.operations.session import Session


@dataclass(frozen=True, slots=True)
class WantedClient:
    """A client that is to be created, and where its secret goes."""

    name: str
    description: str
    to: Sequence[Destination]
    replaces: str | None = None
    """The client id of the one whose place it is to take."""
    line: SourceLine | None = None
    """That of a file which it is created from."""

    @property
    def fault(self) -> str | None:
        """Why the service would refuse it, inside a sentence, or None."""
        return fault_in_name(self.name) or fault_in_description(self.description)

    @property
    def is_tried(self) -> bool:
        """Whether its pair is tried: what uses the old one, or somebody else, is to get one that works."""
        return self.replaces is not None or any(isinstance(one, ToSeal) for one in self.to)


@dataclass(frozen=True, slots=True)
class Delivered:
    """The client exists, and its secret was taken to all its destinations."""

    created: Created
    deliveries: Sequence[Delivery]
    """What came of each, in their order."""
    error: ServiceError | None = None
    """Why its pair does not sign in yet, where it was tried."""

    @property
    def is_good(self) -> bool:
        """Whether all that store have stored its secret, and its pair is not known to fail."""
        return is_stored(self.deliveries) and self.error is None


Outcome = Delivered | CreatedWithoutSecret | NotCreated | CreateUnclear


async def create_and_deliver(
    session: Session,
    new: WantedClient,
    known: Collection[Client],
    on_delivered: Callable[[Delivered], None] = lambda delivered: None,
    on_send: Callable[[], None] = lambda: None,
) -> Outcome:
    """Creates `new` with one POST, once its places are reserved. `known` are all clients that there are by now.

    `on_send` hears when that is about to be sent: before it nothing is created where the caller is cancelled.
    `on_delivered` hears what came of its secret before its pair is tried, since that may take its time.
    """
    places = [one.place(new.name) for one in new.to]
    before = [client.id for client in known if client.name == new.name]
    outcome = await session.create(
        new.name,
        new.description,
        places,
        before=before,
        replaces=new.replaces,
        line=new.line,
        on_send=on_send,
    )
    if not isinstance(outcome, Created):
        return outcome
    delivered = Delivered(outcome, await _taken(session, outcome, places))
    on_delivered(delivered)
    if not (delivered.is_good and new.is_tried):
        return delivered
    try:
        await session.try_pair(outcome)
    except ServiceError as error:
        return replace(delivered, error=error.with_traceback(None))
    return delivered


async def _taken(session: Session, created: Created, places: Sequence[SecretPlace]) -> list[Delivery]:
    try:
        return [await hand_over(session, created, place) for place in places]
    except BaseException:
        for place in places:  # those whose turn never came
            await place.release()
        raise
