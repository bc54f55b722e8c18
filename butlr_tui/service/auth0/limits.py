"""Keeps to the tenant's rate limit: a few calls at once, and none that the tenant has said it would refuse.

Source: CONTRACT.md, "The Auth0 Management API v2" (`x-ratelimit-*`, 429).
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from butlr_tui.http.error_body import retry_after
from butlr_tui.http.transport import Response
from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.store import Busy

AT_ONCE: Final = 4
"""Calls to the tenant at the same time."""
UNTOLD_WAIT: Final = 30.0
"""Seconds that a caller is told to wait where the tenant does not say."""
_WINDOW_SECONDS: Final = 1.0
_LONGEST: Final = 3600.0
"""Seconds; a reset further ahead is a clock gone wrong."""


class Limits:
    """Paces all calls of this process. Other processes have a part of the same limit, hence the 429s."""

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._left = math.inf
        """Calls that the tenant still takes before `_opens`."""
        self._opens = -math.inf
        self._window = 1.0
        """Calls that it takes from then on."""

    async def paced(self, send: Callable[[], Awaitable[Response]], until: float) -> Response:
        """What `send` gives, called when there is room, and again after a 429, which did nothing.

        Raises Busy, with nothing done, where that would be after `until` (monotonic seconds).
        """
        self._give_up_beyond(until)  # at once, not behind those who have more patience
        async with self._slots:
            refusals = 0
            while True:
                await self._turn(until)
                answer = await send()
                self._note(answer.headers)
                if answer.status != 429:
                    return answer
                refusals += 1
                self._close(told_wait(answer.headers, self._clocks.now()), refusals)

    async def _turn(self, until: float) -> None:
        self._give_up_beyond(until)
        while (wait := self._closed_for()) > 0:
            await self._clocks.sleep(wait)
            self._give_up_beyond(until)  # meanwhile an answer may have told of a later opening
        # No await from the last look to here: of those who waited, no more go than the window holds.
        if self._left < 1:
            # Until an answer tells the next reset, a window is a second: the limits are so many a second.
            self._left, self._opens = self._window, self._clocks.monotonic() + _WINDOW_SECONDS
        self._left -= 1

    def _closed_for(self) -> float:
        return 0.0 if self._left >= 1 else max(0.0, self._opens - self._clocks.monotonic())

    def _give_up_beyond(self, until: float) -> None:
        wait = self._closed_for()
        if self._clocks.monotonic() + wait > until:
            raise Busy(wait)

    def _note(self, headers: httpx.Headers) -> None:
        limit = _number(headers, "x-ratelimit-limit")
        remaining = _number(headers, "x-ratelimit-remaining")
        if limit is not None:
            self._window = max(1.0, limit)
        if remaining is None:
            return
        # Answers come in any order, and calls on their way are not counted in them: believe the lowest.
        self._left = min(self._left, remaining)
        if remaining == 0 and (reset := _until_reset(headers, self._clocks.now())) is not None:
            self._opens = max(self._opens, self._clocks.monotonic() + reset)

    def _close(self, told: float | None, refusals: int) -> None:
        """Let no call pass for `told` seconds, or longer at each refusal; processes do not end together."""
        wait = told if told is not None else min(30.0, 2.0**refusals)
        self._left = 0
        jitter = self._clocks.uniform(0, min(1.0, 0.1 * refusals))
        self._opens = max(self._opens, self._clocks.monotonic() + wait + jitter)


def told_wait(headers: httpx.Headers, now: float) -> float | None:
    """Seconds that the tenant wants to be left alone for, as far as it says."""
    wait = retry_after(headers, datetime.fromtimestamp(now, UTC))
    return _until_reset(headers, now) if wait is None else wait


def _until_reset(headers: httpx.Headers, now: float) -> float | None:
    """Seconds to `x-ratelimit-reset`, a time on the tenant's clock: counted from its `Date` if it is there."""
    reset = _number(headers, "x-ratelimit-reset")
    if reset is None:
        return None
    with suppress(KeyError, ValueError, TypeError):
        now = parsedate_to_datetime(headers["date"]).timestamp()
    return min(max(0.0, reset - now), _LONGEST)


def _number(headers: httpx.Headers, name: str) -> float | None:
    value = headers.get(name, "")
    return float(value[:12]) if value.isascii() and value.isdecimal() else None
