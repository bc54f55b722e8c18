"""Runs other programs: never a shell, never blocking, never for longer than said.

Each gets a session of its own, so that all that it started is stopped with it when its time is over, and none of
it can reach our terminal. What it leaves running after an end of its own stays: xclip, gpg-agent, an ssh master.

Pipes are made here rather than by asyncio, for two measured reasons: a program that stays behind (xclip owns the
selection that way) keeps its pipes open, and waiting for their end would hang; and asyncio's own stdin is a socket
before Python 3.12, which a program can't open as /dev/stdin.
"""

import asyncio
import fcntl
import os
import signal
import termios
import time
from array import array
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from io import FileIO
from typing import Final, Protocol

_OURS: Final = "BUTLR_"
_SECRET_WORDS: Final = ("SECRET", "TOKEN", "PASSWORD")
_LATE_READERS: Final = 1.0
"""Seconds in which what a program left running may still read what the program was given."""
_LOOK_EVERY: Final = 0.02


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


def unread_bytes(pipe: int) -> int:
    """How many bytes are in a pipe that nobody has read yet. Either of its ends will do."""
    count = array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return count[0]


async def wait_until_read(pipe: int, seconds: float) -> int:
    """How many bytes nobody has read within `seconds`; 0 as soon as all are."""
    ends = time.monotonic() + seconds
    while (unread := unread_bytes(pipe)) and time.monotonic() < ends:  # noqa: ASYNC110 (no event tells it)
        await asyncio.sleep(_LOOK_EVERY)
    return unread


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
    stdin_end, stdin_pipe = os.pipe()
    kept = os.dup(stdin_end)  # a program that ends well may never have read what it was given
    (out_pipe, out_end), (err_pipe, err_end) = os.pipe(), os.pipe()
    with (
        FileIO(kept, "r"),
        FileIO(stdin_pipe, "w") as our_stdin,
        _Output(out_pipe) as out,
        _Output(err_pipe) as err,
    ):
        try:
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=stdin_end,
                stdout=out_end if capture in (Capture.STDOUT, Capture.BOTH) else DEVNULL,
                stderr=err_end if capture in (Capture.STDERR, Capture.BOTH) else DEVNULL,
                env=without_secrets(environment),
                start_new_session=not at_terminal,
            )
        except (OSError, ValueError) as error:  # not there, not a program, too long, a NUL in it
            return ProcessResult(None, started=False, error=error if isinstance(error, OSError) else None)
        finally:
            for end in (stdin_end, out_end, err_end):
                os.close(end)
        feed = _Feed(our_stdin, stdin)
        stop = process.kill if at_terminal else partial(os.killpg, process.pid, signal.SIGKILL)
        code = await _wait(process, feed, seconds, stop)
        unread = len(feed.left) + await wait_until_read(kept, _LATE_READERS if code == 0 else 0)
        return ProcessResult(code, out.drain(), err.drain(), unread)


async def _wait(process: Process, feed: "_Feed", seconds: float, stop: Callable[[], None]) -> int | None:
    feeding = asyncio.create_task(feed.write())
    try:
        async with asyncio.timeout(seconds):
            return await process.wait()
    except TimeoutError:
        return None
    finally:  # also when our caller is cancelled
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)
        if process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                stop()
            await process.wait()


class _Feed:
    """Writes data into a pipe as fast as there is room, and closes it. `left` is what had none yet."""

    def __init__(self, pipe: FileIO, data: bytes) -> None:
        self._pipe = pipe
        self.left = memoryview(data)
        os.set_blocking(pipe.fileno(), False)

    async def write(self) -> None:
        """Until all is in the pipe. That nobody reads it is no error here."""
        loop = asyncio.get_running_loop()
        with self._pipe as pipe:
            while self.left:
                written = pipe.write(self.left)
                if written is not None:
                    self.left = self.left[written:]
                    continue
                room = asyncio.Event()
                loop.add_writer(pipe, room.set)
                try:
                    await room.wait()
                finally:
                    loop.remove_writer(pipe)


class _Output:
    """Keeps the beginning of what comes out of a pipe, and reads on, so that the writer never stalls."""

    _LIMIT: Final = 1 << 20

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._beginning = bytearray()
        os.set_blocking(pipe, False)

    def __enter__(self) -> "_Output":
        asyncio.get_running_loop().add_reader(self._pipe, self._read)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._pipe)
        os.close(self._pipe)

    def _read(self) -> bool:
        try:
            chunk = os.read(self._pipe, 65536)
        except BlockingIOError:
            return False
        if not chunk:
            asyncio.get_running_loop().remove_reader(self._pipe)
        self._beginning += chunk[: self._LIMIT - len(self._beginning)]
        return bool(chunk)

    def drain(self) -> bytes:
        """The beginning of what has come so far, without waiting for more."""
        for _ in range(64):  # a program left behind may write for ever
            if not self._read():
                break
        return bytes(self._beginning)
