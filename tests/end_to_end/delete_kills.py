"""Figure 36: kill -9 while several clients are deleted: what is gone, and what the next start tells of it."""

import asyncio
import json
import re
import signal
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from butlr_tui.config.profiles import embedded
from butlr_tui.flows.context import FlowContext
from butlr_tui.flows.unfinished import settle_unfinished
from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal
from butlr_tui.models import Client
from butlr_tui.operations.clipboard import Clipboard
from butlr_tui.operations.session import Session
from butlr_tui.service.local import DATABASE, ROOT_CREDENTIAL
from butlr_tui.service.sqlite import SqliteStore
from butlr_tui.service.store import StoredClient
from butlr_tui.wiring import connect_embedded
from tests.end_to_end.dying import SEVERAL
from tests.end_to_end.kills import _dying, _environment
from tests.flows.scripted import ScriptedHost, as_host
from tests.support.pty import Pty
from tests.support.world import NOW

PROGRAMS = ("app", "plain")
POINTS = tuple(SEVERAL)
STALE = 10
_TOLD = re.compile(r"! (\d+) deletions? (?:was|were) interrupted")


@dataclass
class KillCounts:
    """What was left of many runs."""

    runs: int = 0
    gone: int = 0
    """Clients that the service does not have any more."""
    told: int = 0
    """Deletions that the next start told of."""
    silent: int = 0
    """Clients that are gone, and of which neither the journal nor the next start knew."""
    wrong: int = 0
    """Clients of which the journal says something else than the service after the next start."""


def kill(program: str, point: str, repetitions: int = 1) -> KillCounts:
    """Kill `program` at `point` of a few deletions, so many times, each in a folder of its own."""
    counts = KillCounts()
    for _ in range(repetitions):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            ids = asyncio.run(_prepared(folder))
            if program == "app":
                _kill_the_app(point, folder)
            else:
                _kill_plain(point, folder, ids)
            asyncio.run(_count(folder, ids, counts))
    return counts


def _data(folder: Path) -> Path:
    return folder / "butlr-tui" / "demo"


async def _prepared(folder: Path) -> list[str]:
    """Ten stale clients at the embedded service. Their ids."""
    data = _data(folder)
    data.parent.mkdir(mode=0o700)
    session = connect_embedded(embedded(data), data)
    await session.list()
    await session.aclose()
    owner = json.loads((data / ROOT_CREDENTIAL).read_text())["client_id"]
    ids = [f"client_stale{number}" for number in range(STALE)]
    store = SqliteStore(data / DATABASE)
    store.add([StoredClient(one, owner, f"stale-{one[-1]}", "", bytes(32)) for one in ids])
    store.close()
    return ids


def _kill_the_app(point: str, folder: Path) -> None:
    with Pty(_dying(point, "demo"), _environment(folder)) as terminal:
        terminal.shows(f"of {41 + STALE}")
        terminal.types("/name:stale-\r")
        terminal.shows(f"1 of {STALE}")
        terminal.types("*d")
        terminal.shows(f"Type how many: {STALE}")
        terminal.types(f"{STALE}\r")
        assert terminal.ends() == -signal.SIGKILL, terminal.screen


def _kill_plain(point: str, folder: Path, ids: list[str]) -> None:
    words = ["--profile", "local", "delete", *ids, "--yes"]
    with Pty(_dying(point, *words), _environment(folder)) as terminal:
        assert terminal.ends() == -signal.SIGKILL, terminal.screen


async def _count(folder: Path, ids: list[str], counts: KillCounts) -> None:
    counts.runs += 1
    data = _data(folder)
    session = connect_embedded(embedded(data), data)
    clients = await session.list()
    gone = {*ids} - {client.client_id for client in clients}
    known = {entry.client_id for entry in Journal(data).entries() if entry.event is Event.DELETE}
    counts.gone += len(gone)
    counts.silent += len(gone - known)
    said = await _next_start(session, clients)
    counts.told += sum(map(int, _TOLD.findall(said)))
    await session.aclose()
    ended = {entry.client_id: entry.ended for entry in Journal(data).entries() if entry.event is Event.DELETE}
    counts.wrong += sum(
        ended[one] is not (Event.DELETED if one in gone else Event.NOT_DELETED) for one in ended
    )


async def _next_start(session: Session, clients: Sequence[Client]) -> str:
    """What the next start says."""
    host = ScriptedHost()
    context = FlowContext(session, Clipboard(lambda sequence: None, {}), lambda: NOW, lambda: clients)
    await settle_unfinished(as_host(host), context)
    return "\n".join(host.said)
