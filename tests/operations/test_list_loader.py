"""Reading a list that takes long: what is told meanwhile, what is shown, and how it ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import cast

import pytest

from butlr_tui.api.client import OnBytes
from butlr_tui.api.incoming import OnClients
from butlr_tui.http.errors import BadItems, NoResponse
from butlr_tui.listing.cooperative import Steps, finish
from butlr_tui.listing.view import Column, Listing, Order
from butlr_tui.models import Client
from butlr_tui.operations import list_loader
from butlr_tui.operations.list_loader import ListLoader
from butlr_tui.operations.session import Session
from tests.support.waiting import until

LONG = 20_000_000


def clients(first: int, count: int) -> list[Client]:
    return [
        Client(f"id-{number:05}", f"id-{number:05}", f"n{number:05}")
        for number in range(first, first + count)
    ]


@dataclass
class Service:
    """Stands in a session's place; the test says when what comes in."""

    on_bytes: OnBytes = lambda so_far, in_all: None
    on_clients: OnClients = lambda some: None
    on_again: Callable[[], None] = lambda: None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    answer: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def may_tell_more(self, clients: object) -> bool:
        return False

    def take_changes(self) -> dict[str, bool]:
        return {}

    async def list(
        self, on_bytes: OnBytes, on_clients: OnClients, on_again: Callable[[], None], *, anew: bool
    ) -> None:
        assert anew
        self.on_bytes, self.on_clients, self.on_again = on_bytes, on_clients, on_again
        self.asked.set()
        await self.answer


@dataclass
class Watched:
    """A reader at work."""

    listing: Listing
    reader: ListLoader
    service: Service
    task: asyncio.Task[BadItems | None]
    told: asyncio.Queue[str | None]
    shown: list[int]

    async def hears(self, progress: str) -> None:
        async with asyncio.timeout(10):
            while await self.told.get() != progress:
                pass


@asynccontextmanager
async def reading_into(listing: Listing) -> AsyncIterator[Watched]:
    service = Service()
    told: asyncio.Queue[str | None] = asyncio.Queue()
    shown: list[int] = []
    reader = ListLoader(
        listing, lambda: shown.append(len(listing.rows)), lambda: told.put_nowait(reader.progress)
    )
    task = asyncio.create_task(reader.read(cast("Session", service)))
    await service.asked.wait()
    yield Watched(listing, reader, service, task, told, shown)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_loader, "TELL_AFTER", 0)
    monkeypatch.setattr(list_loader, "_TELL_EVERY", 0)


@pytest.mark.usefixtures("at_once")
async def test_it_tells_bytes_then_clients() -> None:
    async with reading_into(Listing()) as watched:
        await watched.hears("")
        watched.service.on_bytes(3_200, None)
        await watched.hears("3 kB so far")
        watched.service.on_bytes(3_200_000, 17_600_000)
        await watched.hears("3.2 MB of 17.6 MB")
        watched.service.on_clients(clients(0, 1200))
        await watched.hears("1,200 clients so far")
        watched.service.answer.set_result(None)
        assert await watched.task is None
        assert watched.reader.progress is None
        assert len(watched.listing.clients) == 1200


async def test_a_fast_one_goes_by_in_silence() -> None:
    async with reading_into(Listing()) as watched:
        watched.service.on_clients(clients(0, 100))
        assert watched.reader.progress is None
        watched.service.answer.set_result(None)
        await watched.task
        assert watched.told.empty()


async def test_the_first_rows_are_shown_before_the_list_is_whole() -> None:
    async with reading_into(Listing()) as watched:
        watched.service.on_bytes(LONG, LONG)
        watched.service.on_clients(clients(500, 500))
        watched.service.on_clients(clients(0, 500))
        assert watched.shown == [500]
        assert watched.listing.is_partial
        assert not watched.listing.clients, "what is not whole must not be taken for all clients"
        watched.service.on_clients(clients(1000, 5000))
        assert watched.shown == [500], "the rest comes all at once where it comes fast"
        watched.service.answer.set_result(None)
        await watched.task
        assert len(watched.listing.rows) == len(watched.listing.clients) == 6000
        assert watched.listing.rows[0].name == "n00000"
        assert not watched.listing.is_partial


@pytest.mark.usefixtures("at_once")
async def test_of_a_slow_list_more_is_shown_once_a_quarter_more_is_there() -> None:
    async with reading_into(Listing()) as watched:
        counts = 40, 44, 60, 70, 400
        for so_far, count in pairwise((0, *counts)):
            watched.service.on_clients(clients(so_far, count - so_far))
            await watched.hears(f"{count} clients so far")
        await until(lambda: len(watched.listing.rows) == 400)
        assert watched.shown == [40, 60, 400]
        assert not watched.listing.clients


@pytest.mark.usefixtures("at_once")
async def test_one_that_begins_again_shows_no_less_than_before() -> None:
    async with reading_into(Listing()) as watched:
        watched.service.on_clients(clients(0, 100))
        await until(lambda: watched.shown)
        watched.service.on_again()
        watched.service.on_clients(clients(0, 100))
        await watched.hears("100 clients so far")
        assert len(watched.listing.rows) == 100
        watched.service.on_clients(clients(100, 100))
        await until(lambda: len(watched.listing.rows) == 200)
        watched.service.on_again()
        watched.service.on_clients(clients(0, 3))
        watched.service.answer.set_result(None)
        await watched.task
        assert len(watched.listing.rows) == len(watched.listing.clients) == 3


@pytest.mark.usefixtures("at_once")
async def test_what_comes_while_the_rows_change_has_to_wait() -> None:
    """Here they are sorted, and the next have come before that is over."""
    async with reading_into(Listing()) as watched:
        watched.service.on_clients(clients(0, 100))
        await until(lambda: watched.shown)

        def sorting() -> Steps:
            for number, step in enumerate(
                watched.listing.sorting(Order(Column.CLIENT_ID, is_descending=True)), start=1
            ):
                watched.service.on_clients(clients(100 * number, 50))
                watched.service.on_clients(clients(100 * number + 50, 50))
                yield step
            assert number == 2

        await watched.reader.change(sorting())
        await until(lambda: len(watched.listing.rows) == 300)
        assert watched.listing.rows[0].name == "n00299"
        watched.service.answer.set_result(None)
        await watched.task
        assert [one.name for one in watched.listing.clients] == [one.name for one in clients(0, 300)]


async def test_one_that_is_overtaken_leaves_the_next_one_its_place() -> None:
    async with reading_into(Listing()) as watched:
        service, first = watched.service, watched.service.answer
        service.asked.clear()
        service.answer = asyncio.get_running_loop().create_future()
        following = asyncio.create_task(watched.reader.read(cast("Session", service)))
        await service.asked.wait()
        first.set_result(None)
        await watched.task
        assert watched.reader.is_reading
        service.answer.set_result(None)
        await following
        assert not watched.reader.is_reading


async def test_a_short_list_is_shown_once() -> None:
    async with reading_into(Listing()) as watched:
        watched.service.on_bytes(1000, 1000)
        watched.service.on_clients(clients(0, 10))
        assert not watched.shown
        watched.service.answer.set_result(None)
        await watched.task
        assert len(watched.listing.rows) == 10


async def test_an_older_list_stays_until_the_new_one_is_whole() -> None:
    listing = Listing()
    async with reading_into(listing) as first:
        first.service.on_clients(clients(0, 10))
        first.service.answer.set_result(None)
        await first.task
    async with reading_into(listing) as second:
        second.service.on_bytes(LONG, LONG)
        second.service.on_clients(clients(0, 5))
        assert not second.shown
        assert len(listing.rows) == 10
        second.service.answer.set_result(None)
        await second.task
        assert len(listing.rows) == 5


@pytest.mark.parametrize("end", ["cancelled", "failed"])
@pytest.mark.parametrize("had", [0, 10])
async def test_what_does_not_become_whole_is_not_kept(end: str, had: int) -> None:
    listing = Listing()
    async with reading_into(listing) as first:
        first.service.on_clients(clients(0, had))
        first.service.answer.set_result(None)
        await first.task
    async with reading_into(listing) as watched:
        watched.service.on_bytes(LONG, LONG)
        watched.service.on_clients(clients(0, 500))
        if end == "cancelled":
            watched.task.cancel()
        else:
            watched.service.answer.set_exception(NoResponse("It broke off."))
        with pytest.raises((asyncio.CancelledError, NoResponse)):
            await watched.task
        assert len(listing.rows) == len(listing.clients) == had
        assert not watched.reader.is_reading


async def test_the_filter_and_the_order_hold_while_it_comes_in() -> None:
    async with reading_into(Listing()) as watched:
        finish(watched.listing.filtering("n0000"))
        watched.service.on_bytes(LONG, LONG)
        watched.service.on_clients(clients(0, 500))
        assert watched.shown == [10]
        await watched.reader.change(watched.listing.filtering("n0001"))
        watched.service.answer.set_result(None)
        await watched.task
        assert len(watched.listing.rows) == 10


async def test_good_items_are_taken_and_bad_ones_returned() -> None:
    async with reading_into(Listing()) as watched:
        good = clients(0, 3)
        watched.service.on_clients(good)
        watched.service.answer.set_exception(BadItems("Two are bad.", good=good))
        flaw = await watched.task
        assert flaw is not None
        assert not flaw.good, "an error that is kept holds no list"
        assert list(watched.listing.clients) == good


async def test_changes_come_one_after_the_other() -> None:
    async with reading_into(Listing()) as watched:
        order: list[str] = []

        def work(name: str) -> Callable[[], Awaitable[None]]:
            def steps() -> Steps:
                order.append(f"{name} begins")
                yield
                order.append(f"{name} ends")

            return lambda: watched.reader.change(steps())

        await asyncio.gather(work("one")(), work("two")())
        assert order == ["one begins", "one ends", "two begins", "two ends"]
