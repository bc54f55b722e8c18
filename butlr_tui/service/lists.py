"""Answers lists of clients: with no body to whoever has this edition, and with the same bytes to all others.

Source: RFC 9110, 13.1.2 (If-None-Match).
"""

import weakref
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from butlr_tui.service.bodies import JSON, NOT_CACHED, encoded, reply_list
from butlr_tui.service.store import Edition

ROOM: Final = 16 << 20
"""Bytes of lists that are kept, those too that are being sent."""
LONGEST: Final = 2 << 20
"""Bytes of a list that is kept; a longer one is made as it is read."""
_BESIDE: Final = 512
"""Bytes that keeping a list takes beside its own."""
_AT_ONCE: Final = 256 << 10
"""Bytes of a list that are handed to the connection at once: so much waits for a caller who does not read."""

Pieces = Callable[[], AsyncIterator[Sequence[Any]]]
"""Begins to read a list."""


class Lists:
    """The lists that were asked for lately."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, _Whole]] = {}
        """By their keys, the one that was asked for last at the end: its edition's mark, and its answer."""
        self._size = 0
        self._is_making = False

    async def reply(
        self, key: str, edition: Edition | None, known: Sequence[str], pieces: Pieces
    ) -> Response:
        """The list that `key` is for, or 304 where `known`, the request's If-None-Match, names this edition.

        Without an edition it has no ETag. What is raised while the first pieces are read can still be answered.
        """
        if edition is None:
            return await reply_list(pieces())
        tag = f'"{edition.mark}"'
        headers = {**NOT_CACHED, "ETag": tag}
        if known and _names(known, tag):
            return Response(status_code=304, headers=headers)
        whole = self._find(key, edition)
        if whole is None and not self._is_making:
            whole = await self._make(key, edition, pieces(), headers)
        return whole or await reply_list(pieces(), headers)

    def _find(self, key: str, edition: Edition) -> "_Whole | None":
        mark, whole = self._kept.pop(key, ("", None))
        if whole is None or mark != edition.mark:
            return None
        self._kept[key] = mark, whole
        return whole

    async def _make(
        self, key: str, edition: Edition, pieces: AsyncIterator[Sequence[Any]], headers: dict[str, str]
    ) -> "_Whole | None":
        """The list in one, kept under this edition, or None where it is too long, which its first piece foretells.
        One at a time: it takes room.

        Where something changes meanwhile it may be newer than its edition: then nobody asks for this one again.
        """
        made, count = bytearray(b"["), 0
        self._is_making = True
        try:
            async for piece in pieces:
                if not piece:
                    continue
                made += b"," if count else b""
                made += encoded(piece)[1:-1]
                count += len(piece)
                if len(made) * max(edition.size, count) > LONGEST * count:  # if the rest is like it
                    return None
        finally:
            self._is_making = False
        made += b"]"
        size = len(made) + _BESIDE
        while self._size + size > ROOM and self._kept:
            del self._kept[next(iter(self._kept))]
        if self._size + size > ROOM:  # all of it is on its way to somebody
            return None
        whole = _Whole(bytes(made), 200, headers, JSON)
        self._size += size
        weakref.finalize(whole, self._gone, size).atexit = False
        self._kept[key] = edition.mark, whole
        return whole

    def _gone(self, size: int) -> None:
        self._size -= size


class _Whole(Response):
    """A list that many may be sent at once: to each in pieces, the next when the last is on its way."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers.copy()})
        data, start = self.body, 0
        while len(data) - start > _AT_ONCE:
            piece = data[start : start + _AT_ONCE]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            start += _AT_ONCE
        await send({"type": "http.response.body", "body": data[start:]})


def _names(known: Sequence[str], tag: str) -> bool:
    tags = {one.strip().removeprefix("W/") for line in known for one in line.split(",")}
    return tag in tags or "*" in tags
