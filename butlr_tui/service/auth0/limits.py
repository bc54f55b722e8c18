"""Keeps to the tenant's rate limits: a few calls at once, and none that the tenant has said it would refuse.

Source: CONTRACT.md, "The Auth0 Management API v2" (`x-ratelimit-*`, 429).
"""

import asyncio
import math
from collections import defaultdict
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
_FULL_AGAIN: Final = 86_400.0
"""The same for a bucket that is counted by the day, such as that of sign-ins."""


class Limits:
    """Paces all calls of this process. Other processes have a part of the same limit, hence the 429s."""

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._buckets: defaultdict[str, _Bucket] = defaultdict(lambda: _Bucket(clocks))
        self._opens = -math.inf
        """When any call may be sent again, where the tenant wants to be left alone."""

    async def paced(
        self, send: Callable[[], Awaitable[Response]], until: float, bucket: str = ""
    ) -> Response:
        """What `send` gives, called when there is room, and again after a 429, which did nothing.

        `bucket` tells apart what the tenant may count apart. Raises Busy, with nothing done, where that would be
        after `until` (monotonic seconds).
        """
        counted = self._buckets[bucket]
        self._give_up_beyond(until, counted)  # at once, not behind those who have more patience
        async with self._slots:
            refusals = 0
            while True:
                await self._turn(until, counted)
                answer = await send()
                counted.note(answer.headers)
                if answer.status != 429:
                    return answer
                refusals += 1
                told = told_wait(answer.headers, self._clocks.now())
                counted.close(told, refusals)
                if told is not None and "retry-after" in answer.headers:
                    self._opens = max(self._opens, self._clocks.monotonic() + told)

    async def _turn(self, until: float, bucket: "_Bucket") -> None:
        self._give_up_beyond(until, bucket)
        while (wait := self._closed_for(bucket)) > 0:
            await self._clocks.sleep(wait)
            self._give_up_beyond(until, bucket)  # meanwhile an answer may have told of a later opening
        # No await from the last look to here: of those who waited, no more go than the bucket holds.
        bucket.take()

    def _closed_for(self, bucket: "_Bucket") -> float:
        return max(bucket.closed_for(), self._opens - self._clocks.monotonic())

    def _give_up_beyond(self, until: float, bucket: "_Bucket") -> None:
        wait = max(0.0, self._closed_for(bucket))
        if self._clocks.monotonic() + wait > until:
            raise Busy(wait)


class _Bucket:
    """What is known of one of the tenant's buckets: each call takes a token, and time brings them back.

    An empty one is left alone until it is full: what that costs at first it has afterwards at once.
    """

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._left = math.inf
        """Calls that the tenant still takes before `_full`."""
        self._full = -math.inf
        self._size = 1.0

    def closed_for(self) -> float:
        """Seconds until there is a token."""
        return 0.0 if self._left >= 1 else max(0.0, self._full - self._clocks.monotonic())

    def take(self) -> None:
        """Take a token, which is there."""
        if self._left < 1:
            # Until an answer tells more, it is full after a second: the smallest have so many a second.
            self._left, self._full = self._size, self._clocks.monotonic() + _WINDOW_SECONDS
        self._left -= 1

    def note(self, headers: httpx.Headers) -> None:
        """Learn from an answer."""
        size = _number(headers, "x-ratelimit-limit")
        left = _number(headers, "x-ratelimit-remaining")
        if size is not None:
            self._size = max(1.0, size)
        if left is None:
            return
        # Answers come in any order, and calls on their way are not counted in them: believe the lowest.
        self._left = min(self._left, left)
        if left == 0 and (reset := _until_reset(headers, self._clocks.now())) is not None:
            self._full = max(self._full, self._clocks.monotonic() + reset)

    def close(self, told: float | None, refusals: int) -> None:
        """Take no token for `told` seconds, or longer at each refusal; processes do not end together."""
        wait = told if told is not None else min(30.0, 2.0**refusals)
        self._left = 0
        jitter = self._clocks.uniform(0, min(1.0, 0.1 * refusals))
        self._full = max(self._full, self._clocks.monotonic() + wait + jitter)


def told_wait(headers: httpx.Headers, now: float) -> float | None:
    """Seconds that the tenant wants to be left alone for, as far as it says."""
    wait = retry_after(headers, datetime.fromtimestamp(now, UTC))
    return _until_reset(headers, now) if wait is None else wait


def wait_for_one(headers: httpx.Headers, now: float) -> float:
    """Seconds until a call that was refused for want of a token may be sent again.

    Where the tenant tells when its bucket is full, which has so many tokens: until there is one of them.
    """
    wait = retry_after(headers, datetime.fromtimestamp(now, UTC))
    if wait is not None:
        return wait
    full, size = _until_reset(headers, now, _FULL_AGAIN), _number(headers, "x-ratelimit-limit")
    return UNTOLD_WAIT if full is None else min(full / max(1.0, size or 1.0), _LONGEST)


def _until_reset(headers: httpx.Headers, now: float, longest: float = _LONGEST) -> float | None:
    """Seconds to `x-ratelimit-reset`, a time on the tenant's clock: counted from its `Date` if it is there."""
    reset = _number(headers, "x-ratelimit-reset")
    if reset is None:
        return None
    with suppress(KeyError, ValueError, TypeError):
        now = parsedate_to_datetime(headers["date"]).timestamp()
    return min(max(0.0, reset - now), longest)


def _number(headers: httpx.Headers, name: str) -> float | None:
    value = headers.get(name, "")
    return float(value[:12]) if value.isascii() and value.isdecimal() else None
