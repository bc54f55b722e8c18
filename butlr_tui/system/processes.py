"""Runs other programs: never a shell, never blocking, never for longer than said.

Each gets a session of its own, so that all that it started is stopped with it when its time is over, and none of
it can reach our terminal. What it leaves running after an end of its own stays: xclip, gpg-agent, an ssh master.

Pipes are made here rather than by asyncio, for two measured reasons: a program that stays behind (xclip owns the
selection that way) keeps its pipes open, and waiting for their end would hang; and asyncio's own stdin is a socket
before Python 3.12, which a program can't open as /dev/stdin.
"""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from io import FileIO
from typing import Final, Protocol

from butlr_tui.system.pipes import Feed, Output, wait_until_read

_OURS: Final = "BUTLR_"
_SECRET_WORDS: Final = ("SECRET", "TOKEN", "PASSWORD")
_LATE_READERS: Final = 1.0
"""Seconds in which what a program left running may still read what the program was given."""


class Capture(Enum):
    """Which of a program's outputs is kept; the other goes to /dev/null."""

    NOTHING = "nothing"
    STDOUT = "stdout"
    STDERR = "stderr"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class ProcessResult:
    """How a program ended, and what was kept of its output."""

    code: int | None
    """Its exit code, negative for a signal; None where it could not be started or was stopped by us."""
    stdout: bytes = field(default=b"", repr=False)
    """The beginning of its stdout, if that was asked for."""
    stderr: bytes = field(default=b"", repr=False)
    """The beginning of its stderr, if that was asked for."""
    unread: int = 0
    """Bytes of its stdin that nobody has read."""
    started: bool = True
    """False where it was not there, or could not be run."""
    error: OSError | None = None
    """Why it could not be started, where the system said."""


class Run(Protocol):
    """`run`, or a test's stand-in for it."""

    def __call__(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        seconds: float,
        stdin: bytes = b"",
        capture: Capture = Capture.NOTHING,
    ) -> Awaitable[ProcessResult]: ...


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` as other programs may see it: without BUTLR_CLIENT_SECRET, BUTLR_TOKEN and their like."""
    return {
        name: value
        for name, value in environment.items()
        if not (name.startswith(_OURS) and any(word in name for word in _SECRET_WORDS))
    }


async def run(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    seconds: float,
    stdin: bytes = b"",
    capture: Capture = Capture.NOTHING,
    at_terminal: bool = False,
) -> ProcessResult:
    """Runs the program `argv` with `stdin` for at most `seconds`, then stops its whole process group.

    Waits for the program itself, not for what it leaves running behind it. Never raises for what the
    program does. With `at_terminal` it keeps our terminal, where it may ask for a passphrase; it alone is stopped.
    """
    try:
        child = await start(argv, environment=environment, capture=capture, at_terminal=at_terminal)
    except (OSError, ValueError) as error:
        return not_started(error)
    return await child.end(stdin, seconds)


def not_started(error: OSError | ValueError) -> ProcessResult:
    """What became of a program that `start` could not start."""
    return ProcessResult(None, started=False, error=error if isinstance(error, OSError) else None)


async def start(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    capture: Capture = Capture.NOTHING,
    at_terminal: bool = False,
) -> "Child":
    """Starts the program `argv`: see `run`. Whoever gets the child has to end it.

    Raises OSError and ValueError where that can't be: not there, not a program, too long, a NUL in it.
    """
    stdin_end, stdin_pipe = os.pipe()
    (out_pipe, out_end), (err_pipe, err_end) = os.pipe(), os.pipe()
    with ExitStack() as pipes:
        # A program that ends well may never have read what it was given.
        kept = pipes.enter_context(FileIO(os.dup(stdin_end), "r"))
        stdin = pipes.enter_context(FileIO(stdin_pipe, "w"))
        out, err = pipes.enter_context(Output(out_pipe)), pipes.enter_context(Output(err_pipe))
        try:
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=stdin_end,
                stdout=out_end if capture in (Capture.STDOUT, Capture.BOTH) else DEVNULL,
                stderr=err_end if capture in (Capture.STDERR, Capture.BOTH) else DEVNULL,
                env=without_secrets(environment),
                start_new_session=not at_terminal,
            )
        finally:
            for end in (stdin_end, out_end, err_end):
                os.close(end)
        stop = process.kill if at_terminal else partial(os.killpg, process.pid, signal.SIGKILL)
        return Child(process, Feed(stdin), kept, out, err, pipes.pop_all(), stop)


class Child:
    """A program that runs, and whose stdin is open until `end`."""

    def __init__(
        self,
        process: Process,
        feed: Feed,
        kept: FileIO,
        out: Output,
        err: Output,
        pipes: ExitStack,
        stop: Callable[[], None],
    ) -> None:
        self._process = process
        self._feed = feed
        self._kept = kept
        self._out = out
        self._err = err
        self._pipes = pipes
        self._stop = stop

    async def answer(self, given: bytes, is_answer: Callable[[bytes], bool], seconds: float) -> bytes:
        """Gives it more of its stdin, and waits until what it has printed `is_answer`: all of that.

        Waits for at most `seconds`, and no longer than it runs. Where the caller is cancelled, it is stopped.
        """
        self._feed.add(given)
        feeding, ending = asyncio.create_task(self._feed.write()), asyncio.create_task(self._process.wait())
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while not (is_answer(self._out.drain()) or ending.done()):
                        await self._out.comes(ending)
        except asyncio.CancelledError:
            await self._stopped()
            self._pipes.close()
            raise
        finally:
            for task in (feeding, ending):
                task.cancel()
            await asyncio.gather(feeding, ending, return_exceptions=True)
        return self._out.drain()

    async def end(self, given: bytes, seconds: float) -> ProcessResult:
        """Gives it the last of its stdin, and waits for its end for at most `seconds`: then it is stopped."""
        with self._pipes:
            self._feed.add(given)
            code = await self._wait(seconds)
            unread = len(self._feed.left) + await wait_until_read(
                self._kept.fileno(), _LATE_READERS if code == 0 else 0
            )
            return ProcessResult(code, self._out.drain(), self._err.drain(), unread)

    async def _wait(self, seconds: float) -> int | None:
        feeding = asyncio.create_task(self._feed.write_and_close())
        try:
            async with asyncio.timeout(seconds):
                return await self._process.wait()
        except TimeoutError:
            return None
        finally:  # also when our caller is cancelled
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)
            await self._stopped()

    async def _stopped(self) -> None:
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                self._stop()
            await self._process.wait()
