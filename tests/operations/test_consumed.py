"""Figure 27: destinations that end well, or look as if they did, without having taken the secret."""

import asyncio
import errno
import os
import resource
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

import pytest

from butlr_tui.delivery import stdout
from butlr_tui.delivery.formats import Format
from butlr_tui.operations.destinations import ToClipboard, ToCommand, ToFile, ToStdout
from butlr_tui.operations.place import Destination, Disposition
from butlr_tui.system import pipes, processes
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.support.delivery import CREDENTIALS, SECRET
from tests.support.figures import figure
from tests.support.mounts import mounted
from tests.support.programs import script

Made = AbstractAsyncContextManager[Destination]
CommandLine = str

COMMANDS: dict[str, CommandLine] = {
    "reads nothing": "true",
    "reads nothing, from a wrapper": "exec true",
    "closes its stdin": "exec <&-; exit 0",
    "reads from elsewhere": "cat </dev/null",
    "reads a line": "read line; exit 0",
    "reads five bytes": "head -c 5 >/dev/null",
    "reads all but one byte": "dd bs=1 count=$(({length} - 1)) of=/dev/null 2>/dev/null",
    "has a mistake": 'cat "$missing" 2>/dev/null || true',
    "leaves a child that does not read": "sleep 2 & exit 0",
    "dies half way": "head -c 5 >/dev/null; kill -9 $$",
    "takes all and refuses": "cat >/dev/null; exit 1",
    "never ends": "sleep 20",
}


@asynccontextmanager
async def to_command(program: str) -> AsyncIterator[Destination]:
    length = len(CREDENTIALS.client_id) + len(SECRET) + len("BUTLR_CLIENT_ID=\nBUTLR_CLIENT_SECRET=\n")
    argv = ("sh", "-c", program.replace("{length}", str(length)))
    seconds = 0.3 if program == COMMANDS["never ends"] else 10.0
    yield ToCommand(DeliveryCommand("keep", argv, Format.ENV, seconds))


@asynccontextmanager
async def to_open(path: str) -> AsyncIterator[Destination]:
    out = os.open(path, os.O_WRONLY)
    yield ToStdout(Format.ENV, out)
    os.close(out)


@asynccontextmanager
async def to_pipe(taken: int, *, leaves: bool = False) -> AsyncIterator[Destination]:
    """A pipe whose reader takes so many bytes."""
    reading, writing = os.pipe()

    async def read() -> None:
        if taken:
            await asyncio.to_thread(os.read, reading, taken)
        if leaves:
            while not pipes.unread_bytes(writing):  # noqa: ASYNC110 (no event tells it)
                await asyncio.sleep(0)
            os.close(reading)

    reader = asyncio.create_task(read())
    yield ToStdout(Format.ENV, writing)
    await reader
    with suppress(OSError):
        os.close(reading)
    os.close(writing)


@asynccontextmanager
async def to_closed() -> AsyncIterator[Destination]:
    yield ToStdout(Format.ENV, None)


@asynccontextmanager
async def to_clipboard(folder: Path) -> AsyncIterator[Destination]:
    """Its program ends well and keeps nothing."""
    bin = script(folder / "bin", "xclip", "exit 0").parent
    yield ToClipboard(lambda _: None, environment={"PATH": f"{bin}:/usr/bin:/bin", "DISPLAY": ":7"})


@asynccontextmanager
async def to_limited_file(folder: Path) -> AsyncIterator[Destination]:
    """No file may be as long as that."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        yield ToFile(str(folder / "x"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@asynccontextmanager
async def to_tmpfs(folder: Path, name: str, options: str) -> AsyncIterator[Destination]:
    """A file system that is full."""
    with mounted(folder / "full", options) as full:
        with suppress(OSError):
            (full / "filler").write_bytes(bytes(1 << 20))
        yield ToFile(str(full / name))


@asynccontextmanager
async def to_quota(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Destination]:
    def used_up(*_: object) -> None:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    monkeypatch.setattr(os, "pwrite", used_up)
    yield ToFile(str(folder / "x"))


@asynccontextmanager
async def to_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Destination]:
    """Somebody takes it away as soon as it is written."""
    really = os.ftruncate

    def ftruncate(opened: int, length: int) -> None:
        really(opened, length)
        (folder / "x").rename(folder / "moved")
        (folder / "x").write_bytes(b"")

    monkeypatch.setattr(os, "ftruncate", ftruncate)
    yield ToFile(str(folder / "x"))


def _elsewhere(folder: Path, patch: pytest.MonkeyPatch) -> dict[str, Callable[[], Made]]:
    return {
        "stdout: /dev/null": lambda: to_open(os.devnull),
        "stdout: a full disk": lambda: to_open("/dev/full"),
        "stdout: closed": to_closed,
        "stdout: never read": lambda: to_pipe(0),
        "stdout: half read": lambda: to_pipe(20),
        "stdout: read until its reader leaves": lambda: to_pipe(20, leaves=True),
        "stdout: its reader leaves at once": lambda: to_pipe(0, leaves=True),
        "clipboard: its program keeps nothing": lambda: to_clipboard(folder),
        "file: none may be so long": lambda: to_limited_file(folder),
        "file: a full disk": lambda: to_tmpfs(folder, "x", "size=16k"),
        "file: no inode": lambda: to_tmpfs(folder, "x", "size=1m,nr_inodes=2"),
        "file: no inode for its second name": lambda: to_tmpfs(folder, "{client_id}", "size=2m,nr_inodes=3"),
        "file: a quota": lambda: to_quota(folder, patch),
        "file: replaced": lambda: to_replaced(folder, patch),
    }


ELSEWHERE = tuple(_elsewhere(Path(), pytest.MonkeyPatch()))


@pytest.mark.parametrize("which", [*(f"command: {name}" for name in COMMANDS), *ELSEWHERE])
async def test_no_destination_is_told_as_storing_what_it_did_not_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    monkeypatch.setattr(processes, "_LATE_READERS", 0.05)
    monkeypatch.setattr(stdout, "READERS_TIME", 0.2)
    kind, _, name = which.partition(": ")
    made = to_command(COMMANDS[name]) if kind == "command" else _elsewhere(tmp_path, monkeypatch)[which]()
    async with made as to:
        fault = await to.check("n")
        if fault is None:
            place = to.place("n")
            fault = await place.reserve()
        if fault is None:
            delivery = await place.take(CREDENTIALS)
            fault = None if delivery.disposition is Disposition.STORED else delivery.said
    figure(27, destinations=1, told_as_stored=int(fault is None))
    assert fault is not None
    assert SECRET not in fault
