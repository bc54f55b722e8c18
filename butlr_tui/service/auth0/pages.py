"""The pages of the tenant's clients, by whichever way the tenant lets them be read.

Source: CONTRACT.md, "The Auth0 Management API v2" (`take` and `from`, `page` and `per_page`).
"""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Final, TypeVar

from pydantic import TypeAdapter

from butlr_tui.http.errors import InvalidResponse, Rejected, ServiceError
from butlr_tui.service.auth0.management import Management, is_rejected, read
from butlr_tui.service.auth0.wire import CHECKPOINT_PAGE, FIELDS, M2M, OFFSET_PAGE, TenantClient
from butlr_tui.service.store import ListTooLong

LARGEST: Final = 100
"""Clients that a page may have."""
_SMALLEST: Final = 20
"""Clients that a page must have: of a smaller one, those that overlap would be all."""

_SHARE: Final = 12
"""Of a page, every so many clients one is repeated by the next page, once some were deleted meanwhile."""

T = TypeVar("T")
Page = Sequence[TenantClient]


class _NotThisWay(Exception):
    """The tenant does not know this way of reading, and gave no page."""

    def __init__(self, why: ServiceError) -> None:
        super().__init__()
        self.why = why


class Pages:
    """Walks through all `non_interactive` clients, page by page."""

    def __init__(self, api: Management) -> None:
        self._api = api
        self._ways: tuple[tuple[str, Callable[[], AsyncGenerator[Page, None]]], ...] = (
            ("by checkpoint", lambda: self._by_checkpoint({"app_type": M2M})),
            # Whether the filter goes with checkpoints is not documented.
            ("by checkpoint, without a filter", lambda: self._by_checkpoint({})),
            ("by position", self._by_offset),
        )
        self._way = 0
        self._way_is_known = False
        """Whether it has given a page: from then on a refusal is a failure."""
        self._largest = LARGEST
        self._reach: int | None = None
        """How many clients offsets reach, once the tenant has refused what is beyond them."""

    @property
    def way(self) -> str:
        """How it reads, once it has given a page."""
        return self._ways[self._way][0]

    async def walk(self) -> AsyncGenerator[Page, None]:
        """Each client that is there all the while, once, in the tenant's order. Raises ServiceError, Busy."""
        while True:
            try:
                async for page in self._ways[self._way][1]():
                    self._way_is_known = True
                    yield page
                return
            except _NotThisWay as refused:
                if self._way_is_known or self._way + 1 == len(self._ways):
                    self._begin_anew()
                    raise refused.why from None
                self._way += 1

    async def _by_checkpoint(self, only: Mapping[str, str]) -> AsyncGenerator[Page, None]:
        """Each page names the next: whatever comes and goes in between moves nobody else."""
        known: set[str] = set()
        params = {**only, "take": str(LARGEST), **_WANTED}
        while True:
            page = await self._get(CHECKPOINT_PAGE, params, first="from" not in params)
            if isinstance(page, list) or page.total is not None:
                # It took no notice of `take`: what came is the first of pages that are counted.
                raise _NotThisWay(InvalidResponse("Auth0 does not go by checkpoints.", 200))
            wanted = [client for client in page.clients if only or client.app_type == M2M]
            yield [client for client in wanted if client.client_id not in known]
            known.update(client.client_id for client in wanted)
            if not page.next:
                return
            if page.next == params.get("from"):
                raise InvalidResponse("Auth0 named the same page as the next.", 200)
            params["from"] = page.next

    async def _by_offset(self) -> AsyncGenerator[Page, None]:
        """Pages are counted by position, so that a client deleted before the border moves all behind it ahead.

        Each page thus begins at, or before, the last client of the page before. If none of those on it is known,
        so many were deleted that somebody may stand in between: then it begins further ahead, until one is.
        """
        known: set[str] = set()
        last = overlap = 0
        """Where the last client that is known stood; how many before it are asked for once more."""
        while True:
            number, size = window(max(0, last - overlap), self._largest)
            start = number * size
            params = {"app_type": M2M, "page": str(number), "per_page": str(size), "include_totals": "true"}
            try:
                page = await self._get(OFFSET_PAGE, {**params, **_WANTED}, first=start == 0)
            except Rejected as error:
                if start and is_rejected(error, 400):
                    self._reach = start
                    raise self._too_long(start) from error
                raise
            if self._reach is not None and page.total > self._reach:
                raise self._too_long(self._reach)
            if (given := self._given(page.clients, page.limit, size, start, page.total)) < size:
                self._largest = given
                continue
            found = [client.client_id for client in page.clients]
            behind = max((at for at, one in enumerate(found, 1) if one in known), default=0)
            if start and not behind:
                overlap = 2 * overlap + 8
                continue
            # Who is new before one that is known came after this place was read: it was not there all the while.
            known.update(found[behind:])
            yield page.clients[behind:]
            if start + len(found) >= page.total:
                return
            last, overlap = start + len(found) - 1, min(overlap, self._largest // _SHARE)

    def _too_long(self, most: int) -> ListTooLong:
        self._begin_anew()
        return ListTooLong(most)

    def _begin_anew(self) -> None:
        """Try all ways the next time: the tenant may have learned one, or forgotten one."""
        self._way, self._way_is_known = 0, False

    def _given(self, clients: Page, limit: int | None, asked: int, start: int, total: int) -> int:
        """How many clients a page has here: fewer than were asked for, if the tenant says or does so.

        It may say the one and do the other. A short page is the last one only if it reaches to the end.
        """
        given = asked if limit is None else min(limit, asked)
        if len(clients) < given and start + len(clients) < total:
            given = len(clients)
        if given < min(asked, _SMALLEST):
            raise InvalidResponse("Auth0 gave fewer clients than it says that there are.", 200)
        return given

    async def _get(self, shape: TypeAdapter[T], params: Mapping[str, str], *, first: bool) -> T:
        try:
            return read(shape, await self._api.get("clients", params, self._api.in_time()))
        except Rejected as error:
            if first and is_rejected(error, 400):
                raise _NotThisWay(error) from None
            raise


_WANTED: Final = {"fields": FIELDS, "include_fields": "true"}


def window(position: int, largest: int = LARGEST) -> tuple[int, int]:
    """The page, and its size, that holds `position` and reaches furthest behind it."""
    size = max(range(largest // 2, largest + 1), key=lambda size: (position // size + 1) * size)
    return position // size, size
