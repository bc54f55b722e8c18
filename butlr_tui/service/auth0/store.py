"""The `Store` on an Auth0 tenant.

A create is two calls, a client and its grant. Where the grant failed, it is looked for; if it is not there, the
client is deleted; and if that fails, too, it stays in the record of orphans, for the sweep.
Source: CONTRACT.md, "The Auth0 Management API v2".
"""

import asyncio
import secrets
import sqlite3
from asyncio import to_thread
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any, Final

from butlr_tui.contract import ErrorCode
from butlr_tui.http.errors import InvalidResponse, ServiceError
from butlr_tui.models import Credentials
from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.existence_cache import ExistenceCache
from butlr_tui.service.auth0.kept_list import KeptList
from butlr_tui.service.auth0.management import NOT_DONE, Management, client_path, is_rejected, read
from butlr_tui.service.auth0.orphans import Orphans
from butlr_tui.service.auth0.reading import Reading
from butlr_tui.service.auth0.wire import (
    CLIENT,
    FIELDS,
    GRANT,
    GRANTS,
    M2M,
    NEW_CLIENT,
    GrantPage,
    TenantClient,
    new_client,
    new_grant,
    owner_among,
)
from butlr_tui.service.store import PIECE, Busy, NoRoom, NotAccepted, OwnerGone, Record, StoreFailed

NO_ROOM: Final = "too_many_entities"
"""The tenant's word for it where its plan allows no more applications."""
CREATES_AT_ONCE: Final = 4
"""A few, so that those that have begun are finished before others begin."""
FINISH_SECONDS: Final = 60.0
"""What the grant, and what taking back, may wait for the rate limit: it is too late to answer 429."""
GRACE_SECONDS: Final = 300.0
"""After these a create that is not finished never will be: more than waiting, all calls and retries take."""


class TenantStore:
    """Clients in the tenant, with their owner in `client_metadata`."""

    def __init__(
        self,
        api: Management,
        reading: Reading,
        kept: KeptList,
        orphans: Orphans,
        audience: str,
        clocks: Clocks,
    ) -> None:
        """`kept` is what `reading` fills."""
        self._api = api
        self._reading = reading
        self._kept = kept
        self._orphans = orphans
        self._audience = audience
        self._clocks = clocks
        self._existence = ExistenceCache(lambda one: self._find(one, api.in_time()), clocks)
        self._creates = asyncio.Semaphore(CREATES_AT_ONCE)

    async def list(self, owner: str, *, anew: bool = False) -> AsyncIterator[Sequence[Record]]:
        """The clients of `owner`, as they were read lately, or `anew`. Raises ServiceError, Busy, ListTooLong."""
        snapshot = None if anew else self._kept.current()
        if snapshot is None:
            async with aclosing(self._read(owner)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        for piece in snapshot.of(owner):
            if piece:
                yield piece
            await asyncio.sleep(0)  # others have their turn

    async def _read(self, owner: str) -> AsyncGenerator[Sequence[Record], None]:
        """The clients of `owner` as the tenant gives them, then those that came to it from others who are gone:
        that shows only at the end.
        """
        ride = self._reading.ride(lambda client: owner in client.owners)
        from_others: list[TenantClient] = []
        try:
            async for page in ride:
                yield [client.record for client in page if client.owner == owner]
                from_others += [client for client in page if client.owner != owner]
            inherited = [client.record for client in from_others if owner_among(client.owners, ride) == owner]
            for start in range(0, len(inherited), PIECE):
                yield inherited[start : start + PIECE]
        finally:
            ride.leave()

    async def edition(self, _owner: str) -> None:
        """The tenant tells none."""

    async def get(self, owner: str, client_id: str) -> Record | None:
        """One client of `owner`. Raises ServiceError, Busy."""
        client = await self._find(client_id, self._api.in_time())
        return client.record if client is not None and await self._belongs(client, owner) else None

    async def exists(self, client_id: str) -> bool:
        """Whether the tenant has, or had a minute ago, that client, whoever owns it. Raises ServiceError, Busy."""
        return await self._existence.find(client_id) is not None

    async def delete(self, owner: str, client_id: str) -> bool:
        """Delete a client after a look at its owner, since the tenant deletes whatever it is told to.

        Raises StoreFailed, Busy.
        """
        until = self._api.in_time()
        try:
            client = await self._find(client_id, until)
            if client is None or not await self._belongs(client, owner):
                return False
            await self._remove(client_id, until)
        except ServiceError as error:
            raise StoreFailed(ErrorCode.CLIENT_DELETE_FAILED) from error
        return True

    async def prove_writable(self) -> None:
        """Write to the record of unfinished creates; the tenant is not asked. Raises sqlite3.Error."""
        await to_thread(self._orphans.write_nothing)

    async def create(self, owner: str, name: str, description: str) -> Credentials:
        """A new client of `owner` with its grant; what can't be finished is taken back, or left to the sweep.

        Raises NotAccepted, NoRoom, OwnerGone, StoreFailed, Busy.
        """
        try:
            caller = await self._existence.find(owner)
        except ServiceError as error:
            raise StoreFailed(ErrorCode.CLIENT_CREATE_FAILED) from error
        if caller is None:
            raise OwnerGone
        until = self._api.in_time()
        async with self._creates:
            mark = secrets.token_hex(16)
            try:
                await to_thread(self._orphans.begin, mark, self._clocks.now() + GRACE_SECONDS)
            except sqlite3.Error as error:
                raise StoreFailed(ErrorCode.CLIENT_CREATE_FAILED) from error
            body = new_client(name, description, caller, mark)
            pair = await self._create_client(body, mark, until)
            if not await self._grant(pair.client_id):
                await self._take_back(pair.client_id, mark)
                raise StoreFailed(ErrorCode.CLIENT_GRANT_CREATE_FAILED)
            if not await self._struck_out(mark):
                # The record still says that nobody has this client's secret; so nobody gets it.
                await self._take_back(pair.client_id, mark)
                raise StoreFailed(ErrorCode.CLIENT_CREATE_FAILED)
            self._kept.add(TenantClient(pair.client_id, name, description, M2M, body["client_metadata"]))
            return pair

    async def remove_orphan(self, mark: str, client_id: str | None, among: Sequence[TenantClient]) -> None:
        """Delete the client of an unfinished create, if there is one. Raises ServiceError, Busy.

        `among` are the tenant's clients, where its `client_id` is not known.
        """
        until = self._api.in_time()
        if client_id is None:
            found = next((client for client in among if client.mark == mark), None)
        else:
            found = await self._find(client_id, until)
        if found is not None and found.mark == mark:
            await self._remove(found.client_id, until)

    async def _create_client(self, body: dict[str, Any], mark: str, until: float) -> Credentials:
        try:
            pair = read(NEW_CLIENT, await self._api.post("clients", body, until))
            if not pair.client_secret.get_secret_value():
                raise InvalidResponse("Auth0 created a client without a secret.", 201)
        except NOT_DONE as error:
            await self._struck_out(mark)
            if isinstance(error, Busy):
                raise
            if is_rejected(error, 400):
                raise NotAccepted from None
            if error.code == NO_ROOM:
                raise NoRoom from None
            raise StoreFailed(ErrorCode.CLIENT_CREATE_FAILED) from error
        except ServiceError as error:
            self._kept.doubt()
            await self._look_for(mark)
            raise StoreFailed(ErrorCode.CLIENT_CREATE_FAILED) from error
        return pair

    async def _look_for(self, mark: str) -> None:
        """Take back the client of that mark, which may exist, but whose secret nobody has.

        If it shows only later, the sweep finds it by the record.
        """
        try:
            found = await self._reading.find(lambda client: client.mark == mark)
        except (ServiceError, Busy):
            return
        for client in found:
            await self._take_back(client.client_id, mark)

    async def _grant(self, client_id: str) -> bool:
        """Authorise a client for the API; whether it is. A call that failed may have worked: then look."""
        until = self._api.in_time(FINISH_SECONDS)
        body = new_grant(client_id, self._audience)
        try:
            if read(GRANT, await self._api.post("client-grants", body, until)).suffices(
                client_id, self._audience
            ):
                return True
        except (ServiceError, Busy):
            pass
        params = {"client_id": client_id, "audience": self._audience}
        try:
            found = read(GRANTS, await self._api.get("client-grants", params, until))
        except (ServiceError, Busy):
            return False
        grants = found.client_grants if isinstance(found, GrantPage) else found
        return any(grant.suffices(client_id, self._audience) for grant in grants)

    async def _take_back(self, client_id: str, mark: str) -> None:
        try:
            await self._remove(client_id, self._api.in_time(FINISH_SECONDS))
        except (ServiceError, Busy):
            try:
                await to_thread(self._orphans.leave, mark, client_id, self._clocks.now())
            except sqlite3.Error:
                return  # it is in the record by its mark, and has been since before it was created
        else:
            await self._struck_out(mark)

    async def _struck_out(self, mark: str) -> bool:
        try:
            return await to_thread(self._orphans.finish, mark)
        except sqlite3.Error:
            return False

    async def _remove(self, client_id: str, until: float) -> None:
        """Delete a client, and where that gave no clear answer, look whether it is gone."""
        path = client_path(client_id)
        assert path is not None
        try:
            await self._api.delete(path, until)
        except NOT_DONE:
            raise
        except ServiceError:
            self._kept.doubt()
            if await self._find(client_id, until) is not None:
                raise
        self._existence.forget(client_id)
        self._kept.remove(client_id)

    async def _belongs(self, client: TenantClient, owner: str) -> bool:
        """Whether `owner` has that client: it came from there, or from one that is gone and that `owner` had."""
        if owner not in client.owners:
            return False
        for one in client.owners[: client.owners.index(owner)]:
            if await self._existence.find(one) is not None:
                return False
        return True

    async def _find(self, client_id: str, until: float) -> TenantClient | None:
        path = client_path(client_id)
        if path is None:
            return None
        try:
            answer = await self._api.get(path, {"fields": FIELDS, "include_fields": "true"}, until)
        except ServiceError as error:
            if is_rejected(error, 404, 400):  # 400: not what an id looks like there
                self._kept.remove(client_id)
                return None
            raise
        client = read(CLIENT, answer)
        return client if client.client_id == client_id else None
