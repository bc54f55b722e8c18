"""Figure 5: kill -9 at each point of a create, and whether a secret is lost without anybody being told."""

import asyncio
import json
import os
import re
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from butlr_tui.delivery.file import remove_unused
from butlr_tui.journal.journal import Journal
from butlr_tui.models import Client
from butlr_tui.service.local import DATABASE, ROOT_CREDENTIAL
from butlr_tui.service.minting import digest
from butlr_tui.service.sqlite import SqliteStore
from tests.end_to_end.dying import HOOKS, NAME
from tests.support.pty import Pty

ROOT = Path(__file__).parents[2]
RESERVING = ("while it is reserved", "once it is reserved")
NOTHING_MADE = (
    "before the entry",
    "half the entry",
    "after the entry",
    *RESERVING,
    "before the client is made",
)
"""Points at which no client exists yet; at all others there is one."""
DELIVERED = ("after the file", "half the closing", "after the closing")
"""Points at which its secret is in the file."""
AFTER_ITS_FILE = ("half the file", *DELIVERED)

PLAIN = [hook for hook in HOOKS if hook != "from outside"]
APP = [
    *(name for name in PLAIN if name not in ("before it is taken anywhere", *RESERVING)),
    "while it is on screen",
    "after a copy",
    "while it asks whether it is stored",
]


@dataclass
class Counts:
    """What became of the clients of many runs."""

    runs: int = 0
    clients: int = 0
    delivered: int = 0
    named: int = 0
    """By an open entry of the journal, though not delivered."""
    lost: int = 0
    """Neither."""


def kill(program: str, point: str, repetitions: int = 1) -> Counts:
    """Kill `program` ("app" or "plain") at `point` of a create, so many times, each in a folder of its own."""
    counts = Counts()
    for _ in range(repetitions):
        with tempfile.TemporaryDirectory() as folder:
            (_kill_the_app if program == "app" else _kill_plain)(point, Path(folder))
            _count(point, Path(folder), counts)
    return counts


def _environment(folder: Path) -> dict[str, str]:
    ours = {name: str(folder) for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "HOME")}
    return {**os.environ, **ours, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}


def _dying(point: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "tests.end_to_end.dying", point, *arguments]


def _kill_plain(point: str, folder: Path) -> None:
    words = ("--profile", "local", "create", "--name", NAME, "--to", f"file:{folder}/kept.env")
    with Pty(_dying(point, *words), _environment(folder)) as terminal:
        assert terminal.ends() == -signal.SIGKILL, terminal.screen


def _kill_the_app(point: str, folder: Path) -> None:
    hook = point if point in HOOKS else "from outside"
    with Pty(_dying(hook, "demo"), _environment(folder)) as terminal:
        terminal.shows("1 of 41")
        terminal.types("n")
        terminal.shows("New client")
        terminal.types(f"{NAME}\r\r")
        if point == hook and point not in AFTER_ITS_FILE:
            assert terminal.ends() == -signal.SIGKILL, terminal.screen
            return
        terminal.shows("store its secret now")
        if point == hook:
            terminal.types("f")
            terminal.shows("Save to a file")
            terminal.types(f"\x15{folder}/kept.env\r")
        else:
            if point == "after a copy":
                terminal.types("c")
                terminal.shows("Sent to your terminal")
            elif point == "while it asks whether it is stored":
                terminal.types("\x1b")
                terminal.waits_for(
                    lambda: "Is it stored?" in terminal.text or "The secret is nowhere yet" in terminal.text,
                    "the question",
                )
            terminal.process.kill()
        assert terminal.ends() == -signal.SIGKILL, terminal.screen


def _count(point: str, folder: Path, counts: Counts) -> None:
    counts.runs += 1
    data = folder / "butlr-tui" / "demo"
    owner = json.loads((data / ROOT_CREDENTIAL).read_text())["client_id"]
    store = SqliteStore(data / DATABASE)
    try:
        made = [record for record in store.list(owner) if record.name == NAME]
        hashes = {client.client_id: store.secret_hash(client.client_id) for client in made}
    finally:
        store.close()
    assert len(made) == (0 if point in NOTHING_MADE else 1), point
    kept = folder / "kept.env"
    found = re.search("^BUTLR_CLIENT_SECRET=(.+)$", kept.read_text(), re.MULTILINE) if kept.exists() else None
    delivered = digest(found[1]) if found else None
    journal = Journal(data)
    left_open = journal.open_entries()
    if kept.exists() and left_open:  # the next start takes away what holds nothing, and nothing else
        assert [Path(file) for entry in left_open for file in entry.reserved] == [kept]
        is_used = any(kept.read_bytes())
        assert asyncio.run(remove_unused(kept)) is not is_used
    for client in made:
        counts.clients += 1
        is_named = any(entry.candidates([Client(client.client_id, name=client.name)]) for entry in left_open)
        if delivered is not None and hashes[client.client_id] == delivered:
            counts.delivered += 1
            assert point in DELIVERED
        elif is_named:
            counts.named += 1
        else:
            counts.lost += 1
