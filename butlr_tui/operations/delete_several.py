"""Deletes several clients, a few at a time, and remembers what became of each."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from butlr_tui.http.errors import (
    CredentialError,
    NoToken,
    RateLimited,
    ServiceError,
    SignInNeeded,
    Unreachable,
)
from butlr_tui.http.retry import LONGEST_WAIT
from butlr_tui.models import Client
from butlr_tui.operations.outcomes import DeleteOutcome, DeleteUnclear, NotDeleted, is_gone
from butlr_tui.operations.session import Session

_IDENTITY: Final = (SignInNeeded, CredentialError)
"""What signing in may mend."""
_STOPS_ALL: Final = (*_IDENTITY, NoToken, Unreachable, RateLimited)
"""What would befall all others as well."""
_TURNS: Final = 3
"""How often a client comes to its turn while the service asks to wait."""


class SeveralDeletions:
    """Which clients are to go, and how each deletion ended. Nothing is sent before `run`."""

    def __init__(self, session: Session, clients: Sequence[Client], at_once: int) -> None:
        self.clients = tuple(clients)
        self.outcomes: dict[str, DeleteOutcome] = {}
        """How those ended that did, by the ids of the clients."""
        self.gone = 0
        """How many are not there any more."""
        self.under_way: dict[str, Client] = {}
        self.hindrance: ServiceError | None = None
        """Why the last `run` went no further, where the same would have befallen all others."""
        self._session = session
        self._at_once = at_once
        self._waiting = deque(clients)
        self._spared: list[Client] = []
        self._turns: Counter[str] = Counter()
        self._pace = _Pace()

    @property
    def not_begun(self) -> list[Client]:
        """Those that no request was sent for, or none that the service took."""
        return [*self._waiting, *self._spared]

    @property
    def left(self) -> list[Client]:
        """Those that are still there, or may be, though their deletion was tried."""
        ended = self.outcomes
        return [one for one in self.clients if one.id in ended and not is_gone(ended[one.id])]

    @property
    def refused(self) -> list[Client]:
        """Those whose deletion, or the look whether they are still there, ended with the sign-in."""
        return [one for one in self.left if _refusal(self.outcomes[one.id])]

    @property
    def needs_sign_in(self) -> bool:
        """Whether signing in may mend what let the last `run` go no further."""
        return isinstance(self.hindrance, _IDENTITY)

    @property
    def can_go_on(self) -> bool:
        """Whether there is anything to delete, or to try again."""
        return self.gone + len(self._spared) < len(self.clients)

    def spare_the_rest(self) -> None:
        """Never begin what is not begun."""
        self._spared += self._waiting
        self._waiting.clear()

    def try_again(self, clients: Sequence[Client]) -> None:
        """Let the next `run` begin with these, whose deletion was tried."""
        for client in clients:
            del self.outcomes[client.id]
        self._waiting.extendleft(reversed(clients))

    async def run(self, stop: asyncio.Event, on_change: Callable[[Client], None]) -> None:
        """Delete what is not begun. Begins no other once `stop` is set, or where none could go well.

        `on_change` hears of each client whose deletion begins or ends.
        """
        self.hindrance = None
        self._turns.clear()
        async with asyncio.TaskGroup() as workers:
            for _ in range(min(self._at_once, len(self._waiting))):
                workers.create_task(self._work(stop, on_change))

    async def _work(self, stop: asyncio.Event, on_change: Callable[[Client], None]) -> None:
        while True:
            await self._pace.may_begin()
            if stop.is_set() or self.hindrance is not None or not self._waiting:
                return
            client = self._waiting.popleft()
            self.under_way[client.id] = client
            on_change(client)
            try:
                outcome = await self._session.delete(client, self._pace.holding)
            finally:
                del self.under_way[client.id]
            self._take(client, outcome)
            on_change(client)

    def _take(self, client: Client, outcome: DeleteOutcome) -> None:
        error = outcome.error if isinstance(outcome, NotDeleted) else None
        self._turns[client.id] += 1
        if isinstance(error, RateLimited) and _is_soon(error.retry_at) and self._turns[client.id] < _TURNS:
            self._waiting.appendleft(client)
            return
        self.outcomes[client.id] = outcome
        self.gone += is_gone(outcome)
        self.hindrance = self.hindrance or (error if isinstance(error, _STOPS_ALL) else _refusal(outcome))


class _Pace:
    """While one is asked to wait, no other begins."""

    def __init__(self) -> None:
        self._waiting = 0
        self._is_open = asyncio.Event()
        self._is_open.set()

    async def may_begin(self) -> None:
        """Waits while another does."""
        await self._is_open.wait()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Keeps the others from beginning meanwhile."""
        self._waiting += 1
        self._is_open.clear()
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._is_open.set()


def _refusal(outcome: DeleteOutcome) -> ServiceError | None:
    """That nobody is signed in any more, where that kept it from a better end."""
    match outcome:
        case NotDeleted(error=error) | DeleteUnclear(hindrance=error) if isinstance(error, _IDENTITY):
            return error
    return None


def _is_soon(moment: datetime | None) -> bool:
    return moment is None or moment - datetime.now(UTC) <= timedelta(seconds=LONGEST_WAIT)
