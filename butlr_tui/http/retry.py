"""Decides what may be sent again, and when: reads and deletes, which do the same however often they arrive.

A POST never comes here: a second one could make a second client.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Final, TypeVar

from butlr_tui.http.deadline import Deadline
from butlr_tui.http.errors import NoResponse, RateLimited, ServerFailed, ServiceError, Unreachable

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]
Uniform = Callable[[float, float], float]
Holding = Callable[[], AbstractContextManager[None]]
"""Entered for as long as a call waits since the service asked to."""

ATTEMPTS: Final = 3
LONGEST_WAIT: Final = 30.0
"""Seconds. A service that asks for more is told to the user instead, with its time."""
_STATUSES: Final = frozenset({502, 503, 504})


async def retry(
    attempt: Callable[[], Awaitable[T]],
    *,
    deadline: Deadline,
    sleep: Sleep = asyncio.sleep,
    uniform: Uniform = random.uniform,
) -> T:
    """Runs `attempt` up to three times until `deadline`, and returns what it gives. Raises its last error."""
    tried = 0
    while True:
        try:
            return await attempt()
        except ServiceError as error:
            tried += 1
            wait = backoff_delay(error, tried, uniform)
            if wait is None or wait >= deadline.left:
                raise
        await sleep(wait)


def backoff_delay(error: ServiceError, tried: int, uniform: Uniform = random.uniform) -> float | None:
    """Seconds to wait before the next attempt after `tried` ones, or None when there is to be none."""
    if tried >= ATTEMPTS or not _may_pass(error):
        return None
    floor = 0.0
    if isinstance(error, RateLimited | ServerFailed) and error.retry_at is not None:
        floor = (error.retry_at - datetime.now(UTC)).total_seconds()
    if floor > LONGEST_WAIT:
        return None
    return max(floor, uniform(0, min(8, 0.5 * 2 ** (tried - 1))))


def asks_to_wait(error: ServiceError | None) -> bool:
    """Whether the service asked not to be called for a while."""
    return isinstance(error, RateLimited) or (isinstance(error, ServerFailed) and error.retry_at is not None)


def _may_pass(error: ServiceError) -> bool:
    if isinstance(error, ServerFailed):
        return error.status in _STATUSES
    return isinstance(error, RateLimited | Unreachable | NoResponse)
