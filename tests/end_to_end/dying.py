"""Runs butlr-tui, and dies by kill -9 at a chosen point: `python -m tests.end_to_end.dying POINT …`.

All on one service in this process, so that the point can be in the service too.
"""

import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from itertools import count
from typing import Any

import httpx

from butlr_tui import cli, cli_clients, wiring
from butlr_tui.api.client import M2MClient
from butlr_tui.config.profiles import Profile, data_folder, embedded
from butlr_tui.delivery.file import ROOM, ReservedFile
from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal
from butlr_tui.models import Credentials
from butlr_tui.operations.session import Session
from butlr_tui.service.embedded import Embedded

NAME = "kiosk"


def die() -> None:
    """As a power cut, the kernel short of memory, or `kill -9` end it."""
    os.kill(os.getpid(), signal.SIGKILL)


def put(owner: Any, name: str, value: Any) -> None:
    """Put something in the place of what has that name."""
    setattr(owner, name, value)


def in_the_middle_of_writing(what: bytes, call: str = "write", time: int = 1) -> None:
    """Dies when half of the bytes with `what` in them are written for that time, by that call of the system."""
    real, times = getattr(os, call), count(1)

    def write(opened: int, data: Any, *at: int) -> int:
        if what in bytes(data) and next(times) >= time:
            real(opened, data[: len(data) // 2], *at)
            die()
        return real(opened, data, *at)  # type: ignore[no-any-return]

    put(os, call, write)


def before_the_entry() -> None:
    put(Journal, "create", lambda *_: die())


def after_the_entry() -> None:
    real = Journal.create

    def create(*arguments: Any) -> str:
        real(*arguments)
        die()
        return ""

    put(Journal, "create", create)


def at_the_service(*, made: bool) -> None:
    real = Embedded.create  # made once it returns: several that wait share one commit

    async def create(self: Embedded, owner: str, name: str, description: str) -> Credentials:
        if name == NAME and not made:
            die()
        pair = await real(self, owner, name, description)
        if name == NAME:
            die()
        return pair

    put(Embedded, "create", create)


def after_the_headers() -> None:
    real = httpx.AsyncClient.send

    async def send(self: httpx.AsyncClient, request: httpx.Request, **how: Any) -> httpx.Response:
        response = await real(self, request, **how)
        if request.method == "POST" and response.status_code == 201:
            die()
        return response

    put(httpx.AsyncClient, "send", send)


def after_the_body() -> None:
    real = M2MClient.create_client

    async def create_client(self: M2MClient, name: str, description: str) -> Any:
        new = await real(self, name, description)
        die()
        return new

    put(M2MClient, "create_client", create_client)


def after_the_line(of: Event, time: int = 1) -> None:
    real, times = Journal.note, count(1)

    def note(self: Journal, attempt: str, event: Event, how: str = "", **more: str | None) -> bool:
        written = real(self, attempt, event, how, **more)
        if event is of and next(times) >= time:
            die()
        return written

    put(Journal, "note", note)


def before_it_is_taken_anywhere() -> None:
    async def hand_over(*_: Any) -> Any:
        die()

    put(import_module("butlr_tui.operations.create"), "hand_over", hand_over)


def after_the_file() -> None:
    real = ReservedFile.write

    async def write(*arguments: Any) -> Any:
        await real(*arguments)
        die()

    put(ReservedFile, "write", write)


def once_it_is_reserved() -> None:
    real = ReservedFile.reserve

    async def reserve(self: ReservedFile, *room: int) -> str | None:
        await real(self, *room)
        die()
        return None

    put(ReservedFile, "reserve", reserve)


HOOKS: dict[str, Callable[[], None]] = {
    "before the entry": before_the_entry,
    "half the entry": lambda: in_the_middle_of_writing(b'"event":"create"'),
    "after the entry": after_the_entry,
    "while it is reserved": lambda: in_the_middle_of_writing(bytes(ROOM), "pwrite"),
    "once it is reserved": once_it_is_reserved,
    "before the client is made": lambda: at_the_service(made=False),
    "after the client is made": lambda: at_the_service(made=True),
    "after the headers": after_the_headers,
    "after the body": after_the_body,
    "half the outcome": lambda: in_the_middle_of_writing(b'"event":"created"'),
    "after the outcome": lambda: after_the_line(Event.CREATED),
    "before it is taken anywhere": before_it_is_taken_anywhere,
    "half the file": lambda: in_the_middle_of_writing(b"BUTLR_CLIENT_SECRET=", "pwrite"),
    "after the file": after_the_file,
    "half the closing": lambda: in_the_middle_of_writing(b'"event":"stored"'),
    "after the closing": lambda: after_the_line(Event.STORED),
    "from outside": lambda: None,
}


def before_the_deletion() -> None:
    put(Journal, "delete", lambda *_: die())


def after_the_entry_of_the_deletion() -> None:
    real = Journal.delete

    def delete(*arguments: Any) -> str:
        real(*arguments)
        die()
        return ""

    put(Journal, "delete", delete)


def at_the_deletion(*, done: bool, time: int = 1) -> None:
    real, times = Embedded.delete, count(1)

    async def delete(self: Embedded, owner: str, client_id: str) -> bool:
        is_the_time = next(times) >= time
        if is_the_time and not done:
            die()
        gone = await real(self, owner, client_id)
        if is_the_time:
            die()
        return gone

    put(Embedded, "delete", delete)


def after_the_answer() -> None:
    real = M2MClient.delete_client

    async def delete_client(self: M2MClient, *arguments: Any) -> None:
        await real(self, *arguments)
        die()

    put(M2MClient, "delete_client", delete_client)


TRIES: dict[str, Callable[[], None]] = {
    "half the try": lambda: in_the_middle_of_writing(b'"event":"signed_in"'),
    "after the try": lambda: after_the_line(Event.SIGNED_IN),
}
"""What a create that replaces a client does besides."""

DELETIONS: dict[str, Callable[[], None]] = {
    "before the deletion": before_the_deletion,
    "half the deletion's entry": lambda: in_the_middle_of_writing(b'"event":"delete"'),
    "after the deletion's entry": after_the_entry_of_the_deletion,
    "before the client is deleted": lambda: at_the_deletion(done=False),
    "after the client is deleted": lambda: at_the_deletion(done=True),
    "after the answer": after_the_answer,
    "half the deletion's outcome": lambda: in_the_middle_of_writing(b'"event":"deleted"'),
    "after the deletion's outcome": lambda: after_the_line(Event.DELETED),
}


SEVERAL: dict[str, Callable[[], None]] = {
    "before a sixth client is deleted": lambda: at_the_deletion(done=False, time=6),
    "after a sixth client is deleted": lambda: at_the_deletion(done=True, time=6),
    "half the outcome of the sixth": lambda: in_the_middle_of_writing(b'"event":"deleted"', time=6),
    "after the outcome of the sixth": lambda: after_the_line(Event.DELETED, time=6),
}
"""In the middle of the deletions of several clients."""


def _on_the_embedded_service(_: Profile) -> Session:
    data = data_folder() / "demo"
    return wiring.connect_embedded(embedded(data), data)


if __name__ == "__main__":
    {**HOOKS, **TRIES, **DELETIONS, **SEVERAL}[sys.argv[1]]()
    put(cli_clients, "connect_to", _on_the_embedded_service)
    cli.main(sys.argv[2:])
