"""Work in steps of a few milliseconds, so that whoever drives it can let the event loop run between them."""

from __future__ import annotations

import asyncio
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Generator
from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")

Steps = Generator[None, None, None]
"""Does a part of the work each time that it is asked for the next item. Nothing shows before the last."""

STEP: Final = 8192
"""Items that one step deals with: some 2 to 5 ms."""
_SAMPLED: Final = 64
"""One in so many items says where the others may be."""
_TURN: Final = 0.004
"""Seconds after which the event loop has its turn. Short work is done at once."""


def finish(steps: Steps) -> None:
    """Do all of the work now."""
    deque(steps, maxlen=0)


def result(steps: Generator[None, None, T]) -> T:
    """Do all of the work now; what comes of it."""
    while True:
        try:
            next(steps)
        except StopIteration as over:
            found: T = over.value
            return found


async def in_turns(steps: Generator[None, None, T]) -> T:
    """Do all of the work, letting the event loop run in between; what comes of it."""
    since = perf_counter()
    while True:
        try:
            next(steps)
        except StopIteration as over:
            found: T = over.value
            return found
        if perf_counter() - since > _TURN:
            await asyncio.sleep(0)
            since = perf_counter()


def slices(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items, one step's worth at a time."""
    if len(items) <= STEP:
        yield items
        return
    for start in range(0, len(items), STEP):
        yield items[start : start + STEP]


def merged(runs: Sequence[Sequence[int]], key: Callable[[int], str]) -> Generator[None, None, Sequence[int]]:
    """All of the sorted runs as one array: 100,000 ints of a list would lie all over the memory.

    Bucket by bucket, each with what all runs have between two keys: one sort of all would take too long in
    one go, and more than twice as long in all, since 100,000 keys do not fit into the processor's cache.
    """
    buckets = sum(map(len, runs)) // STEP
    sample = sorted(key(run[at]) for run in runs for at in range(0, len(run), _SAMPLED))
    limits = [sample[len(sample) * number // buckets] for number in range(1, buckets)]
    whole = array("I")
    starts = [0] * len(runs)
    for number in range(len(limits) + 1):
        if number < len(limits):
            ends = [bisect_left(run, limits[number], key=key) for run in runs]
        else:
            ends = [*map(len, runs)]
        bucket = [*chain.from_iterable(map(_part, runs, starts, ends))]
        bucket.sort(key=key)
        whole.extend(bucket)
        starts = ends
        yield
    return whole


def _part(run: Sequence[int], start: int, end: int) -> Sequence[int]:
    return run[start:end]
