"""The list after a change of one’s own: the service may have read it before, but never from before the change."""

import asyncio
import json

import pytest

from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.http.errors import ServerFailed
from butlr_tui.listing.view import Listing
from butlr_tui.models import Client
from butlr_tui.operations.list_loader import ListLoader
from butlr_tui.operations.outcomes import Created, Deleted
from tests.operations.test_session import NEW, at
from tests.support.faults import FaultServer, chunked, reply
from tests.support.waiting import until

OLD = {"id": "client_old", "name": "old", "description": "", "client_id": "client_old"}
ONE = Client(NEW["client_id"], NEW["client_id"], NEW["name"])
BOTH = reply(200, [OLD, {"id": ONE.id, "name": ONE.name, "description": "", "client_id": ONE.client_id}])
OLD_ONE = reply(200, [OLD])


class Loading:
    """A loader, and what its listing held when it changed."""

    def __init__(self) -> None:
        self.listing = Listing()
        self.shown: list[int] = []
        """How many rows there were, each time that it was told of others."""
        self.loader = ListLoader(
            self.listing, lambda: self.shown.append(len(self.listing.rows)), lambda: None
        )

    @property
    def ids(self) -> list[str]:
        return [client.id for client in self.listing.clients]


def asked(server: FaultServer) -> list[str | None]:
    """How each list was asked for."""
    return [seen.headers.get("cache-control") for seen in server.seen if seen.line == f"GET {CLIENTS_PATH}"]


async def test_a_list_that_shows_it_will_do() -> None:
    async with at(OLD_ONE, reply(201, NEW), BOTH, BOTH, reply(204), OLD_ONE, OLD_ONE) as (session, server):
        loading = Loading()
        await loading.loader.read(session)
        assert isinstance(await session.create("a name", ""), Created)
        await loading.loader.read(session)
        assert loading.ids == ["client_old", ONE.id]
        await loading.loader.read(session)
        assert isinstance(await session.delete(ONE), Deleted)
        await loading.loader.read(session)
        assert loading.ids == ["client_old"]
        await loading.loader.read(session, is_awaited=True)
    assert asked(server) == ["no-cache", None, "no-cache", None, "no-cache"]


async def test_one_from_before_it_is_not_shown() -> None:
    """Behind a load balancer: another process answers, and has read the tenant before."""
    async with at(OLD_ONE, reply(201, NEW), OLD_ONE, BOTH, reply(204), BOTH, OLD_ONE) as (session, server):
        loading = Loading()
        await loading.loader.read(session)
        await session.create("a name", "")
        await loading.loader.read(session)
        assert loading.ids == ["client_old", ONE.id]
        await session.delete(ONE)
        await loading.loader.read(session)
        assert loading.ids == ["client_old"]
    assert asked(server) == ["no-cache", None, "no-cache", None, "no-cache"]


async def test_what_broke_off_shows_nothing() -> None:
    """The first reading had it, and broke off; the second is from before it."""
    breaks_off = asyncio.Event()
    item = {"id": ONE.id, "name": ONE.name, "description": "", "client_id": ONE.client_id}
    part = chunked(json.dumps([item, {}]).encode()[:-2], breaks_off, breaks_off=True)
    async with at(reply(201, NEW), part, OLD_ONE, BOTH) as (session, server):
        loading = Loading()
        await session.create("a name", "")
        reading = asyncio.create_task(loading.loader.read(session))
        await until(lambda: [client.id for client in loading.listing.rows] == [ONE.id])
        breaks_off.set()
        await reading
        assert loading.ids == ["client_old", ONE.id]
        assert loading.shown == [1, 0]
    assert asked(server) == [None, None, "no-cache"]


async def test_whoever_waits_for_it_gets_a_new_one() -> None:
    async with at(reply(201, NEW), BOTH) as (session, server):
        await session.create("a name", "")
        await Loading().loader.read(session, is_awaited=True)
    assert asked(server) == ["no-cache"]


async def test_after_a_list_that_failed_comes_a_new_one() -> None:
    async with at(reply(201, NEW), reply(500), BOTH) as (session, server):
        loading = Loading()
        await session.create("a name", "")
        with pytest.raises(ServerFailed):
            await loading.loader.read(session)
        await loading.loader.read(session)
        assert loading.ids == ["client_old", ONE.id]
    assert asked(server) == [None, "no-cache"]
