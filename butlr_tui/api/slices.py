"""Cuts the body of a list into slices while it comes in, each decoded in a few milliseconds.

Whole, a long list would stop the app, and a slow one would show nothing before its end. Any body may come: what is
no list of clients becomes NotAList, what is no client in one is counted apart.
"""

from collections.abc import Generator, Iterator
from typing import Final

from butlr_tui.api.cuts import (
    LONGEST,
    SLICE,
    NotAList,
    closing,
    end_of_slice,
    first_item,
    inside,
    likely_end,
    likely_last_end,
    without_white_space,
)
from butlr_tui.api.items import Bad, Flawed, Items
from butlr_tui.models import Client

_ENOUGH: Final = SLICE + (4 << 10)
"""Bytes in which a slice is looked for: one client more than it has."""


class Slices:
    """The body of a list as it comes in: part by part in, clients out.

    How it comes in parts changes nothing about what is found in it. Each byte is looked at a few times at most,
    however small the parts are.
    """

    def __init__(self, active: bool = False) -> None:
        """The clients are `active` where their activity was asked for."""
        self._items = Items(active)
        self._body = bytearray()
        """What came and is not decoded yet."""
        self._has_news = False
        self._need = _ENOUGH
        """Bytes from which on it is worth looking for a slice."""
        self._is_begun = False
        """Whether the array's bracket is gone from what came, so that an item is the next."""

    @property
    def bad(self) -> Bad:
        """What is no client."""
        return self._items.bad

    def add(self, part: bytes) -> None:
        """More came."""
        self._body += part
        self._has_news = True

    def ready(self) -> Iterator[list[Client]]:
        """The clients of all slices that are whole, piece by piece. Raises NotAList."""
        if len(self._body) < self._need:
            return
        body = bytes(self._body)
        if (start := self._start(body)) is not None:
            self._drop((yield from self._pieces(body, start, without_white_space(body), is_last=False)))
        left = len(self._body)
        # Twice as much, or what never becomes a slice would be looked through with each of its bytes.
        self._need = _ENOUGH if left < _ENOUGH else 2 * left

    def early(self) -> list[Client]:
        """The clients that are whole in what is less than a slice, for a moment in which nothing else comes.

        None where they are hard to tell: a slice of them, or the end, will tell.
        """
        if not self._has_news or len(self._body) >= _ENOUGH:
            return []
        self._has_news = False
        body = bytes(self._body)
        start = self._start(body)
        end = likely_last_end(body, start) if start is not None else None
        some = self._items.decoded(body[start:end]) if end is not None else None
        if end is None or not isinstance(some, list):
            return []
        self._drop(end + 1)
        return some

    def rest(self) -> Iterator[list[Client]]:
        """The clients in what is left at the end, piece by piece. Raises NotAList."""
        body = bytes(self._body)
        start, end = (0, closing(body)) if self._is_begun else inside(body)
        yield from self._pieces(body, start, end, is_last=True)

    def _start(self, body: bytes) -> int | None:
        """Where the next item starts; None where that does not show yet, or it is no object."""
        return 0 if self._is_begun else first_item(body)

    def _drop(self, end: int) -> None:
        """What comes before `end` is decoded."""
        del self._body[:end]
        self._is_begun = True

    def _pieces(
        self, body: bytes, start: int, end: int, *, is_last: bool
    ) -> Generator[list[Client], None, int]:
        """The clients among the items from `start` on, and where those start that `end` may have cut in two."""
        while start < end if is_last else end - start >= _ENOUGH:
            found = self._slice(body, start, end, is_last=is_last)
            if found is None:
                break
            some, stop = found
            if isinstance(some, Flawed):
                yield from self._items.each(body[start:stop], some)
            else:
                yield some
            start = stop + 1
        return start

    def _slice(
        self, body: bytes, start: int, end: int, *, is_last: bool
    ) -> tuple[list[Client] | Flawed, int] | None:
        """The first slice of the items between `start` and `end`, and where it ends.

        None where more has to come before that shows, which is never so where this `is_last`.
        """
        guess = likely_end(body, start)
        if guess is None and not is_last and end - start < LONGEST:
            return None
        if guess is not None and (some := self._items.decoded(body[start:guess])) is not None:
            return some, guess
        stop = end_of_slice(body, start, end, self._items.following, is_last=is_last)
        if stop is None:
            return None
        if (some := self._items.decoded(body[start:stop])) is None:
            raise NotAList("it starts as one and is no JSON")
        return some, stop
