"""What a call costs the embedded engine with 1,000,000 clients, against 10,000."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Final

from pydantic import SecretStr

from butlr_tui.models import Credentials
from butlr_tui.service.embedded import Embedded
from butlr_tui.service.local import open_service
from tests.bench.figure import Figure, median
from tests.bench.fixtures import Fixtures, client

_FEW: Final = 10_000
_MANY: Final = 1_000_000
_EACH: Final = 100
"""Clients of an owner."""
_AT_ONCE: Final = 10
"""Calls that are measured together."""


class Crowded:
    """An engine with so many clients, of owners who have a hundred each."""

    def __init__(self, fixtures: Fixtures, size: int) -> None:
        self._random = random.Random(size)
        service = open_service(fixtures.folder / f"crowded-{size}")
        self._store = service.store
        self._owners: list[str] = []
        self._clients: list[tuple[str, str]] = []
        """Owner and id, in no order."""
        with self._store.exclusively():
            for number in range(size // _EACH):
                self._own(number, service.root.client_id)
        self._random.shuffle(self._clients)
        assert isinstance(service.app.engine.store, Embedded)
        self.engine = service.app.engine.store

    def _own(self, number: int, root: str) -> None:
        """Make an owner with its clients."""
        owner = client(-1 - number, root)
        made = [client(number * _EACH + one, owner.client_id) for one in range(_EACH)]
        self._store.add([owner])
        self._store.add(made)
        self._owners.append(owner.client_id)
        self._clients += [(owner.client_id, one.client_id) for one in made]

    def close(self) -> None:
        self._store.close()

    async def create(self) -> None:
        await self.engine.create(self._random.choice(self._owners), "hvac-sync", "Feeds room occupancy")

    async def sign_in(self) -> None:
        _, client_id = self._random.choice(self._clients)
        assert await self.engine.token_for(Credentials(client_id, SecretStr("nobody's")))

    async def list(self) -> None:
        owner = self._random.choice(self._owners)
        assert sum([len(piece) async for piece in self.engine.list(owner)]) >= _EACH - _AT_ONCE

    async def delete(self) -> None:
        assert await self.engine.delete(*self._clients.pop())


@cache
def _measured(fixtures: Fixtures, rounds: int) -> dict[str, float]:
    """Each call with many ÷ with few, in turns."""
    few, many = Crowded(fixtures, _FEW), Crowded(fixtures, _MANY)
    try:
        return {
            name: median([_cost(many, name) / _cost(few, name) for _ in range(3 * rounds)])
            for name in ("create", "sign_in", "list", "delete")
        }
    finally:
        few.close()
        many.close()


def _cost(crowded: Crowded, name: str) -> float:
    """The seconds of some calls, one after the other."""
    call: Callable[[], Awaitable[None]] = getattr(crowded, name)

    async def calls() -> float:
        started = time.perf_counter()
        for _ in range(_AT_ONCE):
            await call()
        return time.perf_counter() - started

    return asyncio.run(calls())


def _growth(name: str, says: str) -> Figure:
    return Figure(
        f"million-{name.replace('_', '-')}",
        says,
        1.5,
        lambda fixtures, rounds: _measured(fixtures, rounds)[name],
    )


FIGURES = [
    _growth("create", "1,000,000 clients of 10,000 owners ÷ 10,000 of 100: a create"),
    _growth("sign_in", "→ a sign-in"),
    _growth("list", "→ a list of 100"),
    _growth("delete", "→ a delete"),
]
