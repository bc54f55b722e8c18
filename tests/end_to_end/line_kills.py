"""kill -9 at each point of a create from a line, and what comes of it when the same lines are created again."""

import asyncio
import json
import re
import signal
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from butlr_tui.config.profiles import embedded
from butlr_tui.models import Client
from butlr_tui.operations.destinations import ToFile
from butlr_tui.operations.session import Session
from butlr_tui.plain.create_several import create_several
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.lines import FileLine
from butlr_tui.plain.output import run
from butlr_tui.service.local import DATABASE, ROOT_CREDENTIAL
from butlr_tui.service.minting import digest
from butlr_tui.service.sqlite import SqliteStore
from butlr_tui.wiring import connect_embedded
from tests.end_to_end.dying import NAME
from tests.end_to_end.kills import _dying, _environment
from tests.support.pty import Pty

NAMES: Final = ("before", NAME, "after")
LINES: Final = [FileLine(number, name, "") for number, name in enumerate(NAMES, 2)]
_SECRET: Final = re.compile("^BUTLR_CLIENT_SECRET=(.+)$", re.MULTILINE)
_RUNS: Final = 5
"""After so many more all are there."""


@dataclass
class LineCounts:
    """What was left of many runs."""

    runs: int = 0
    second: int = 0
    """Clients that a line had beside its first."""
    lost: int = 0
    """Lines that were told as created, whose client does not sign in with what is in its file."""


def kill(point: str, repetitions: int = 1) -> LineCounts:
    """Kill the second of three creates at `point`, so many times; then create the lines until all are there."""
    counts = LineCounts()
    for _ in range(repetitions):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "butlr-tui").mkdir(mode=0o700)
            assert asyncio.run(_creates(folder, LINES[:1])) is Exit.DONE
            (folder / "lines").write_text("\n".join(("name", *NAMES)))
            words = ("--profile", "local", "create", "--from", f"{folder}/lines", "--to", _to(folder))
            with Pty(_dying(point, *words), _environment(folder)) as terminal:
                assert terminal.ends() == -signal.SIGKILL, terminal.screen
            _go_on(folder, counts)
    return counts


def _go_on(folder: Path, counts: LineCounts) -> None:
    """Do what an operator does: create the same again, and where that stops, do as it says."""
    counts.runs += 1
    for _ in range(_RUNS):
        code = asyncio.run(_creates(folder, LINES))
        counts.second += sum(max(0, len(there) - 1) for there in _there(folder).values())
        if code is Exit.DONE:
            counts.lost += sum(not _signs_in(folder, name) for name in NAMES)
            return
        asyncio.run(_deletes(folder, [*_there(folder)[NAME]]))
        (folder / f"{NAME}.env").unlink(missing_ok=True)
    raise AssertionError(f"not all were created in {_RUNS} runs")


def _to(folder: Path) -> str:
    return f"file:{folder}/{{name}}.env"


def _session(folder: Path) -> Session:
    data = folder / "butlr-tui" / "demo"
    return connect_embedded(embedded(data), data)


async def _creates(folder: Path, lines: list[FileLine]) -> Exit:
    to = ToFile(_to(folder).removeprefix("file:"))
    return await run(_session(folder), lambda session: create_several(session, [to], lines))


async def _deletes(folder: Path, client_ids: list[str]) -> None:
    session = _session(folder)
    for client_id in client_ids:
        await session.delete(Client(client_id, client_id, NAME))
    await session.aclose()


def _there(folder: Path) -> Mapping[str, Mapping[str, bytes | None]]:
    """The digests of the secrets by the ids of the clients, by the names of the lines."""
    data = folder / "butlr-tui" / "demo"
    owner = json.loads((data / ROOT_CREDENTIAL).read_text())["client_id"]
    store = SqliteStore(data / DATABASE)
    try:
        return {
            name: {
                one.client_id: store.secret_hash(one.client_id)
                for one in store.list(owner)
                if one.name == name
            }
            for name in NAMES
        }
    finally:
        store.close()


def _signs_in(folder: Path, name: str) -> bool:
    (expected,) = _there(folder)[name].values()
    return expected in {digest(secret) for secret in _secrets(folder / f"{name}.env")}


def _secrets(file: Path) -> Iterator[str]:
    yield from _SECRET.findall(file.read_text())
