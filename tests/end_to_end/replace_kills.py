"""Figure 34: kill -9 at each step of a replacement: what still signs in, and whether what is open is named."""

import asyncio
import json
import re
import signal
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from butlr_tui.config.profiles import embedded
from butlr_tui.journal.journal import Journal
from butlr_tui.operations.destinations import ToFile
from butlr_tui.operations.session import Session
from butlr_tui.plain.create import create
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import run
from butlr_tui.plain.replace import replace
from butlr_tui.service.local import DATABASE, ROOT_CREDENTIAL
from butlr_tui.service.minting import digest
from butlr_tui.service.sqlite import SqliteStore
from butlr_tui.wiring import connect_embedded
from tests.end_to_end.dying import DELETIONS, HOOKS, NAME, TRIES
from tests.end_to_end.kills import _dying, _environment
from tests.support.pty import Pty

BEGIN, FINISH, CANCEL = "begin", "finish", "cancel"
PLAIN = [
    *((BEGIN, point) for point in (*HOOKS, *TRIES) if point != "from outside"),
    *((FINISH, point) for point in DELETIONS),
    *((CANCEL, point) for point in DELETIONS),
]
APP = [
    (BEGIN, "while it asks where the secret goes"),
    (BEGIN, "after the entry"),
    (BEGIN, "after the outcome"),
    (BEGIN, "while the secret is on screen"),
    (FINISH, "while it asks which one goes"),
    (FINISH, "before the client is deleted"),
    (FINISH, "after the client is deleted"),
    (CANCEL, "after the client is deleted"),
]
_PAIR = re.compile("^BUTLR_CLIENT_ID=(.+)\nBUTLR_CLIENT_SECRET=(.+)$", re.MULTILINE)


@dataclass
class ReplaceCounts:
    """What was left of many runs."""

    runs: int = 0
    without: int = 0
    """Runs after which no client of the name signs in."""
    lost: int = 0
    """New clients whose secret is nowhere, and that no open entry of the journal names."""
    unnamed: int = 0
    """Runs that left two clients, or may have, of which the next start would say nothing."""
    left: dict[int, int] = field(default_factory=dict)
    """How often so many clients of the name were left."""


def kill(program: str, step: str, point: str, repetitions: int = 1) -> ReplaceCounts:
    """Kill `program` ("app" or "plain") at `point` of a step, so many times, each in a folder of its own."""
    counts = ReplaceCounts()
    for _ in range(repetitions):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            ids = asyncio.run(_prepared(folder, is_begun=step != BEGIN))
            (_kill_the_app if program == "app" else _kill_plain)(step, point, folder, ids)
            _count(folder, ids[0], counts)
    return counts


def _data(folder: Path) -> Path:
    return folder / "butlr-tui" / "demo"


async def _prepared(folder: Path, *, is_begun: bool) -> list[str]:
    """A client whose secret is in a file, and where it `is_begun` its replacement too. Their ids."""
    data = _data(folder)
    data.parent.mkdir(mode=0o700)

    async def runs(command: "object") -> None:
        session = connect_embedded(embedded(data), data)
        assert await run(session, command) is Exit.DONE  # type: ignore[arg-type]

    async def creates(session: Session) -> Exit:
        return await create(session, [ToFile(f"{folder}/old.env")], name=NAME, description="")

    async def replaces(session: Session) -> Exit:
        return await replace(session, [NAME], [ToFile(f"{folder}/new.env")])

    await runs(creates)
    if is_begun:
        await runs(replaces)
    return [entry.client_id or "" for entry in Journal(data).entries()]


def _kill_plain(step: str, point: str, folder: Path, ids: list[str]) -> None:
    words = ["--profile", "local", "replace", ids[0]]
    words += ["--to", f"file:{folder}/new.env"] if step == BEGIN else [f"--{step}", "--yes"]
    with Pty(_dying(point, *words), _environment(folder)) as terminal:
        assert terminal.ends() == -signal.SIGKILL, terminal.screen


def _kill_the_app(step: str, point: str, folder: Path, ids: list[str]) -> None:
    hooks = {**HOOKS, **TRIES, **DELETIONS}
    with Pty(_dying(point if point in hooks else "from outside", "demo"), _environment(folder)) as terminal:
        terminal.shows(f"of {41 + len(ids)}")
        terminal.types(f"/id:{ids[0]}\r")
        terminal.shows("1 of 1")
        terminal.types("R")
        if step == BEGIN:
            terminal.shows("Its secret goes to")
            if point != "while it asks where the secret goes":
                terminal.types("\r")
        else:
            terminal.shows("Type the last six characters")
            if step == CANCEL:
                terminal.types("\x1b[A\x1b[B")
                terminal.shows("delete the new one")
                terminal.types("\x1b[B")
            if point in hooks:
                terminal.types(f"{ids[1 if step == CANCEL else 0][-6:]}\r")
        if point not in hooks:
            if point == "while the secret is on screen":
                terminal.shows("signs in: 12 scopes")
                terminal.shows("read back and equal")
            terminal.process.kill()
        assert terminal.ends() == -signal.SIGKILL, terminal.screen


def _count(folder: Path, old_id: str, counts: ReplaceCounts) -> None:
    counts.runs += 1
    data = _data(folder)
    owner = json.loads((data / ROOT_CREDENTIAL).read_text())["client_id"]
    store = SqliteStore(data / DATABASE)
    try:
        there = {
            one.client_id: store.secret_hash(one.client_id) for one in store.list(owner) if one.name == NAME
        }
    finally:
        store.close()
    kept = dict(pair for file in folder.glob("*.env") for pair in _PAIR.findall(file.read_text()))
    signing_in = {client_id for client_id in there if digest(kept.get(client_id, "")) == there[client_id]}
    counts.without += not signing_in
    counts.left[len(there)] = counts.left.get(len(there), 0) + 1
    session = connect_embedded(embedded(data), data)
    asyncio.run(_ask_the_next_start(session, old_id, {*there}, signing_in, counts))


async def _ask_the_next_start(
    session: Session, old_id: str, there: set[str], signing_in: set[str], counts: ReplaceCounts
) -> None:
    clients = await session.list()
    unfinished = [client.client_id for one in await session.unfinished(clients) for client in one.candidates]
    begun = {
        client_id
        for one in await session.replacements(clients)
        for client_id in (one.old_id, one.new_id or "")
    }
    await session.aclose()
    new_ids = there - {old_id}
    counts.lost += len(new_ids - signing_in - {*unfinished})
    counts.unnamed += len(there) > 1 and not new_ids <= {*unfinished, *begun}
