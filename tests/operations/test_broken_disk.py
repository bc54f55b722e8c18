"""Figure 40: each call of the system in a create that can fail, one at a time, and what is told and left of it."""

import errno
import fcntl
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from butlr_tui.journal.journal import Journal
from butlr_tui.models import Client
from butlr_tui.operations.connect import connect
from butlr_tui.operations.destinations import ToFile
from butlr_tui.plain.create import create
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import run
from tests.support.faults import Behaviour, FaultServer, Wire, reply
from tests.support.figures import figure, times

SECRET = "s3cr3t-canary"
NEW = {"name": "kiosk", "description": "", "client_id": "client_x", "client_secret": SECRET}
PAIR = f"BUTLR_CLIENT_ID=client_x\nBUTLR_CLIENT_SECRET={SECRET}\n".encode()
NO = reply(400, {"code": "INVALID_REQUEST", "message": "no"})

CALLS = (
    *(
        (os, name)
        for name in ("open", "write", "pwrite", "pread", "ftruncate", "fsync", "fchmod", "chmod", "mkdir")
    ),
    *((os, name) for name in ("link", "unlink", "rename", "replace")),
    (fcntl, "flock"),
)
SHORT = "short write"
FAULTS: tuple[int | str, ...] = (errno.ENOSPC, errno.EIO, errno.EINTR, SHORT)
NOTHING_CREATED = (Exit.FAILED, Exit.USAGE, Exit.NOBODY_ANSWERS, Exit.SIGN_IN)
STEP = times(40, 1)
"""In CI a few calls stand for all."""


class Disk:
    """Counts the calls of the system, and fails one of them."""

    def __init__(self, patch: pytest.MonkeyPatch, fails: int = 0, how: int | str = 0) -> None:
        self.calls: list[str] = []
        self._fails = fails
        self._how = how
        for module, name in CALLS:
            patch.setattr(module, name, self._counted(name, getattr(module, name)))

    def _counted(self, name: str, really: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **more: Any) -> Any:
            self.calls.append(name)
            if len(self.calls) != self._fails:
                return really(*given, **more)
            if self._how == SHORT and name in ("write", "pwrite"):
                return really(given[0], given[1][: len(given[1]) // 2], *given[2:])
            number = self._how if isinstance(self._how, int) else errno.ENOSPC
            raise OSError(number, os.strerror(number))

        return call


@dataclass
class Ran:
    """What a create came to, what was told of it, and what the next start finds."""

    code: Exit
    is_created: bool
    kept: bytes | None
    is_open: bool
    """Whether the journal names the client as one whose secret may be lost."""
    left: list[str]
    """What is in the folder of the secret, once the next start has looked."""


async def ran(
    folder: Path, path: str, answer: Behaviour, fails: int, how: int | str
) -> tuple[Ran, list[str]]:
    posted: list[bool] = []

    async def answers(wire: Wire) -> None:
        if wire.seen.method == "POST":
            posted.append(answer is not NO)
            await answer(wire)
        else:
            await reply(200, [])(wire)

    there = folder / "kept"
    there.mkdir()
    async with FaultServer(answers) as server:
        session = connect(server.profile(folder), journal=Journal(folder / "state" / "of ours"))
        with pytest.MonkeyPatch.context() as patch:
            disk = Disk(patch, fails, how)
            code = await run(
                session,
                lambda session: create(session, [ToFile(f"{there}/{path}")], name="kiosk", description=""),
            )
        next_start = connect(server.profile(folder), journal=Journal(folder / "state" / "of ours"))
        await next_start.clear_away()
        found = await next_start.unfinished([Client("client_x", "client_x", "kiosk")])
        await next_start.aclose()
    left = sorted(file.name for file in there.iterdir())
    kept = (there / left[0]).read_bytes() if left else None
    named = any(one.candidates for one in found)
    return Ran(code, any(posted), kept, named, left), disk.calls


@pytest.mark.parametrize("answer", [reply(201, NEW), NO], ids=["created", "refused"])
@pytest.mark.parametrize("path", ["kiosk.env", "{client_id}.env"])
async def test_no_failing_call_makes_a_false_word_or_a_broken_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], path: str, answer: Behaviour
) -> None:
    whole, calls = await ran(tmp_path, path, answer, 0, 0)
    assert whole.code == (Exit.FAILED if answer is NO else Exit.DONE)
    assert whole.is_created is (answer is not NO)
    assert whole.kept == (None if answer is NO else PAIR)
    failures = stored = nothing = broken = 0
    for how in FAULTS:
        for number in range(1 + FAULTS.index(how), len(calls) + 1, STEP):
            if how == SHORT and calls[number - 1] not in ("write", "pwrite"):
                continue
            with tempfile.TemporaryDirectory() as folder:
                one, _ = await ran(Path(folder), path, answer, number, how)
            told = capsys.readouterr().err
            failures += 1
            false_stored = one.code is Exit.DONE and one.kept != PAIR
            false_nothing = one.is_created and (
                one.code in NOTHING_CREATED or not (one.is_open or one.kept == PAIR)
            )
            is_broken = one.kept not in (None, PAIR) and not all(name in told for name in one.left)
            stored, nothing, broken = stored + false_stored, nothing + false_nothing, broken + is_broken
            if false_stored or false_nothing or is_broken:
                print(calls[number - 1], number, how, one, told)
            assert SECRET not in told
    figure(40, failures=failures, false_stored=stored, false_nothing_happened=nothing, broken_files=broken)
    assert (stored, nothing, broken) == (0, 0, 0)
