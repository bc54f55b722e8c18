"""Other programs: bounded in time, never in our way, never told our secrets."""

import asyncio
import errno
import os
import time

import pytest

from butlr_tui.system.pipes import Output
from butlr_tui.system.processes import Capture, run, without_secrets
from tests.support.delivery import SECRET
from tests.support.proc import open_files, processes_with
from tests.support.programs import PATH
from tests.support.waiting import until

ENVIRONMENT = {"PATH": PATH}


def marked(mark: str) -> dict[str, str]:
    return {**ENVIRONMENT, "MARK": mark}


async def test_stdin_output_and_code() -> None:
    ended = await run(
        ["sh", "-c", "cat; exit 3"], environment=ENVIRONMENT, seconds=5, stdin=b"in", capture=Capture.STDOUT
    )
    assert (ended.code, ended.stdout) == (3, b"in")
    assert "in'" not in repr(ended)


@pytest.mark.parametrize(
    ("capture", "stdout", "stderr"),
    [
        (Capture.NOTHING, b"", b""),
        (Capture.STDOUT, b"out ", b""),
        (Capture.STDERR, b"", b"err"),
        (Capture.BOTH, b"out ", b"err"),
    ],
)
async def test_only_what_was_asked_for_is_kept(capture: Capture, stdout: bytes, stderr: bytes) -> None:
    """Programs like to repeat on one of the two what they were given. Given nothing, there is nothing."""
    ended = await run(
        ["sh", "-c", "echo -n out; cat; echo -n ' '; echo -n err >&2"],
        environment=ENVIRONMENT,
        seconds=5,
        capture=capture,
    )
    assert (ended.code, ended.stdout, ended.stderr) == (0, stdout, stderr)


async def test_stdin_can_be_opened_by_its_name() -> None:
    ended = await run(
        ["cat", "/dev/stdin"], environment=ENVIRONMENT, seconds=5, stdin=b"in", capture=Capture.STDOUT
    )
    assert (ended.code, ended.stdout) == (0, b"in")


async def test_more_than_a_pipe_holds_both_ways() -> None:
    big = os.urandom(500_000)
    ended = await run(["cat"], environment=ENVIRONMENT, seconds=10, stdin=big, capture=Capture.STDOUT)
    assert ended.stdout == big
    endless = await run(["sh", "-c", "yes >&2"], environment=ENVIRONMENT, seconds=0.3, capture=Capture.STDERR)
    assert endless.code is None
    assert len(endless.stderr) <= 1 << 20


async def test_a_reader_that_does_not_read() -> None:
    ended = await run(["true"], environment=ENVIRONMENT, seconds=5, stdin=b"x" * 500_000)
    assert ended.code == 0


async def test_what_stays_behind_does_not_hold_us_up() -> None:
    mark = f"stays-{time.monotonic_ns()}"
    before = time.monotonic()
    ended = await run(
        ["sh", "-c", "sleep 20 & exit 0"],
        environment=marked(mark),
        seconds=10,
        stdin=b"x",
        capture=Capture.STDERR,
    )
    assert ended.code == 0
    assert time.monotonic() - before < 5
    left = processes_with(mark)
    assert left, "it may stay: a clipboard's owner does"
    for process in left:
        os.kill(process, 9)


async def test_time_over_stops_all_that_it_started() -> None:
    mark = f"hangs-{time.monotonic_ns()}"
    ended = await run(["sh", "-c", "sleep 20 & sleep 20"], environment=marked(mark), seconds=0.3)
    assert (ended.code, ended.started) == (None, True)
    await until(lambda: not processes_with(mark))


async def test_cancelling_stops_it_too() -> None:
    mark = f"cancelled-{time.monotonic_ns()}"
    task = asyncio.create_task(run(["sleep", "20"], environment=marked(mark), seconds=30))
    await until(lambda: processes_with(mark))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: not processes_with(mark))


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["no-such-program"], errno.ENOENT),
        (["/"], errno.EACCES),
        (["a\0b"], None),
        (["true", "x" * 5_000_000], errno.E2BIG),
    ],
)
async def test_what_can_not_be_started(argv: list[str], why: int | None) -> None:
    ended = await run(argv, environment=ENVIRONMENT, seconds=5, stdin=SECRET.encode())
    assert (ended.code, ended.started) == (None, False)
    assert (ended.error.errno if ended.error else None) == why


async def test_no_pipe_stays_open() -> None:
    await run(["true"], environment=ENVIRONMENT, seconds=5)
    before = len(open_files())
    for argv in (["cat"], ["no-such-program"], ["sleep", "9"]):
        await run(argv, environment=ENVIRONMENT, seconds=0.2, stdin=b"x" * 200_000, capture=Capture.STDOUT)
    assert len(open_files()) == before


async def test_it_has_no_terminal_of_ours() -> None:
    ended = await run(["sh", "-c", "exec 3</dev/tty"], environment=ENVIRONMENT, seconds=5)
    assert ended.code != 0


def test_our_secrets_are_not_in_its_environment() -> None:
    ours = dict.fromkeys(("BUTLR_CLIENT_SECRET", "BUTLR_TOKEN", "BUTLR_PASSWORD"), SECRET)
    assert without_secrets({**ours, "BUTLR_CLIENT_ID": "id", "VAULT_TOKEN": "theirs"}) == {
        "BUTLR_CLIENT_ID": "id",
        "VAULT_TOKEN": "theirs",
    }


async def test_what_stays_behind_and_writes_for_ever_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, ours = os.pipe()
    os.write(ours, b"said; ")
    with Output(theirs) as output:
        assert output.drain() == b"said; "
        reads = 0

        def read(_: int, count: int) -> bytes:
            nonlocal reads
            reads += 1
            return b"y" * count

        monkeypatch.setattr(os, "read", read)
        assert output.drain() == b"said; ".ljust(1 << 20, b"y")
        assert reads < 100
    os.close(ours)


async def test_at_the_terminal_it_keeps_our_session_and_is_stopped_alone() -> None:
    argv = ["sh", "-c", "ps -o sid= -p $$; exec sleep 60"]
    ended = await run(argv, environment=ENVIRONMENT, seconds=0.5, capture=Capture.STDOUT, at_terminal=True)
    assert ended.code is None
    assert int(ended.stdout) == os.getsid(0)
