"""A list that takes long to come: what there is of it can be worked with, and never passes for all of it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.support.driver import NARROW, WIDE, User, using
from tests.support.faults import Behaviour, FaultServer, chunked, hang_up, reply
from tests.support.world import Reply, Wired, World


def items(first: int, count: int) -> list[dict[str, str]]:
    return [
        {"id": f"client_{number:03}", "name": f"relay-{number:03}", "description": ""}
        for number in range(first, first + count)
    ]


def beginning(count: int) -> bytes:
    """Of a list; the last client has another behind it, by which its end shows."""
    return json.dumps([*items(500, count), {}]).encode()[:-2]


def rest(first: int, count: int) -> bytes:
    return json.dumps(items(first, count)).encode().replace(b"[{", b"", 1)


@asynccontextmanager
async def reading(world: World, folder: Path, *lists: Behaviour) -> AsyncIterator[tuple[User, FaultServer]]:
    """Somebody before an app whose lists come as these behaviours say."""
    async with (
        FaultServer(*lists) as server,
        using(Wired.to(server.profile(folder), world), loaded=False) as user,
    ):
        yield user, server


async def test_rows_are_there_while_the_rest_is_on_its_way(world: World, tmp_path: Path) -> None:
    """The cursor, the marks, the order and the filter hold while others come in, also above."""
    more, end = asyncio.Event(), asyncio.Event()
    async with reading(
        world, tmp_path, chunked(beginning(40), more, rest(0, 200)[:-1] + b",{", end, rest(900, 60))
    ) as (user, _):
        await user.sees("1 of 40…", "40 clients so far, reading… (Esc cancels)", "relay-500")
        await user.does("down", "mark", "filter")
        await user.types("relay-50")
        await user.does("keep_filter")
        await user.sees("3 of 10…", "40 clients so far, 1 marked, reading…")
        await user.does("filter", "clear_filter")
        await user.sees("3 of 40…")
        assert "relay-502" in user.line_of_cursor
        more.set()
        await user.sees("203 of 240…", "240 clients so far, 1 marked, reading… (Esc cancels)")
        assert "relay-502" in user.line_of_cursor
        await user.does("reverse")
        await user.sees("NAME ↓")
        end.set()
        await user.sees("98 of 300", "300 clients, 1 marked, read at 12:04")
        assert "relay-502" in user.line_of_cursor
        await user.does("down")
        assert "*▌ relay-501" in user.line_of_cursor


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_how_it_looks(world: World, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    world.between.answer("GET", Reply(200, beginning(120), ends=asyncio.Event()))
    async with using(world, size, loaded=False) as user:
        await user.sees("1 of 120…", "120 clients so far")
        assert await user.picture() == svg


async def test_what_needs_the_whole_list_waits_for_it(world: World, tmp_path: Path) -> None:
    """The other client of a replacement that is begun may be among those that are yet to come."""
    async with reading(world, tmp_path, chunked(beginning(40), asyncio.Event())) as (user, _):
        await user.sees("1 of 40…")
        await user.does("export")
        await user.sees("The list is still being read: export it once it is whole.")
        await user.does("replace")
        await user.sees("The list is still being read: replace once it is whole.")
        await user.does("filter")
        await user.types("nobody")
        await user.sees("Reading the clients of 127.0.0.1", "40 clients so far", "Esc cancels.")
        await user.does("clear_filter")
        await user.sees("1 of 40…")
        await user.does("back")
        await user.sees("are not read. r reads them.")
        await user.sees_no("relay-500", "so far")


async def test_who_was_there_before_an_unclear_create_is_not_known(world: World, tmp_path: Path) -> None:
    """The list lacked it only because it was not whole: it is no new one, to be deleted."""
    part, failed = chunked(beginning(40), asyncio.Event()), reply(504, {"message": "Gateway Timeout"})
    async with reading(world, tmp_path, part, failed, reply(200, items(0, 100))) as (user, _):
        await user.sees("1 of 40…")
        await user.does("new")
        await user.types("relay-007")
        await user.submits()
        await user.sees(
            "✗ 1 client named “relay-007” is in the list. It may have been there before, since the list was not "
            "whole then; yours may be it, and its secret did not arrive. See when it was created before you "
            "delete it (d)."
        )


async def test_what_breaks_off_is_not_taken_for_the_list(world: World, tmp_path: Path) -> None:
    """It is tried three times; what stays of the first is on screen until the last has failed."""
    end, later = asyncio.Event(), asyncio.Event()
    first = chunked(beginning(40), end, breaks_off=True)
    again = chunked(beginning(10), later, breaks_off=True)
    whole = reply(200, items(0, 3))
    async with reading(world, tmp_path, first, again, hang_up, whole) as (user, server):
        await user.sees("1 of 40…", "40 clients so far")
        end.set()
        await server.heard(2)
        await user.sees("1 of 40…", "40 clients so far")
        later.set()
        await user.sees("✗")
        await user.sees_no("relay-500", "so far", "of 40")
        await user.does("refresh")
        await user.sees("3 clients, read at 12:04", "relay-002")


async def test_a_refresh_changes_no_row_before_it_is_whole(world: World, tmp_path: Path) -> None:
    end = asyncio.Event()
    part = chunked(beginning(40), end, breaks_off=True)
    async with reading(
        world, tmp_path, reply(200, items(0, 3)), part, hang_up, hang_up, reply(200, items(0, 2))
    ) as (user, _):
        await user.sees("3 clients, read at 12:04")
        await user.does("refresh")
        await user.sees("3 clients, reading… 40 clients so far (Esc cancels)", "1 of 3", "relay-002")
        await user.sees_no("relay-500", "…1 of 3")
        end.set()
        await user.sees("not refreshed since 12:04", "1 of 3", "relay-002")
        await user.does("refresh")
        await user.sees("2 clients, read at 12:04")
