"""Rate limits as Auth0 has them: buckets of tokens, of which each call takes one and each second brings some.

Source: Auth0's "Rate limit configurations"; what the headers say is recorded in tests/service/auth0/recorded.
"""

import math
from typing import Final


class Bucket:
    """So many calls at once, and so many a second in the long run."""

    def __init__(self, size: int, per_second: float) -> None:
        self._size = size
        self._per_second = per_second
        self._missing = 0.0
        self._seen = 0.0

    def take(self, now: float) -> bool:
        """Take a token at `now`, in seconds, if there is one."""
        self._missing = max(0.0, self._missing - (now - self._seen) * self._per_second)
        self._seen = now
        if self._missing + 1 > self._size:
            return False
        self._missing += 1
        return True

    @property
    def headers(self) -> dict[str, str]:
        """What an answer tells of it. The reset is when it is full again, in Unix seconds."""
        return {
            "x-ratelimit-limit": str(self._size),
            "x-ratelimit-remaining": str(math.floor(self._size - self._missing)),
            "x-ratelimit-reset": str(math.ceil(self._seen + self._missing / self._per_second)),
        }


EVERYTHING: Final = ""
"""The bucket of all calls that have none of their own."""
LISTS: Final = "GET clients"


def free() -> dict[str, Bucket]:
    """Of the free plan."""
    return {EVERYTHING: Bucket(2, 2)}


def self_service() -> dict[str, Bucket]:
    """Of the plans that one can order without talking to anybody: lists have a bucket of their own."""
    return {LISTS: Bucket(5, 100 / 60), EVERYTHING: Bucket(10, 150 / 60)}


def enterprise() -> dict[str, Bucket]:
    """Of a large plan, in production."""
    return {EVERYTHING: Bucket(50, 16)}
