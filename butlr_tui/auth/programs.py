"""Asks a program for a token or for credentials: never a shell, never for longer than said.

Like delivery's children, with both outputs kept: one holds the answer, the other says why there is none.
"""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from typing import Final

from butlr_tui.delivery.children import without_secrets
from butlr_tui.http.errors import CredentialError
from butlr_tui.text import cut, safe

LIMIT: Final = 30.0
"""Seconds. With the sign-in after it, it has to fit into the 45 that a request may take."""
_CAP: Final = 64 << 10
_SHOWN: Final = 300
"""Cells of a program's own words that are shown."""
_HIDDEN: Final = "••••"


async def output_of(
    argv: Sequence[str], environment: Mapping[str, str], seconds: float | None = None
) -> bytes:
    """What the program prints on its stdout, if it ends with 0 within `seconds` (LIMIT unless given).

    It sees neither our terminal nor our own secrets. At the limit, and where we are cancelled, all that it
    started is ended with it. Raises CredentialError.
    """
    seconds = LIMIT if seconds is None else seconds
    told = cut(safe(argv[0]), 200)
    with ExitStack() as stack:
        out, err = stack.enter_context(_Output()), stack.enter_context(_Output())
        try:
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=DEVNULL,
                stdout=out.their_end,
                stderr=err.their_end,
                env=without_secrets(environment),
                start_new_session=True,
            )
        except FileNotFoundError:
            process = None
        except (OSError, ValueError) as error:
            why = (
                os.strerror(error.errno).lower()
                if isinstance(error, OSError) and error.errno
                else "its words"
            )
            raise CredentialError(f"{told} could not be started ({why}).") from None
        if process is None:
            raise CredentialError(f"{told}, which knows the credentials, is not installed here.")
        out.close_their_end()
        err.close_their_end()
        code = await _end(process, seconds)
        said = err.all().decode(errors="replace")
        answer = out.all()
    if code is None:
        raise CredentialError(
            f"{told} did not answer within {seconds:g} s and was stopped{_words(said, answer)}"
        )
    if code != 0:
        raise CredentialError(f"{told} gave no credentials ({_how(code)}){_words(said, answer)}")
    if len(answer) > _CAP:
        raise CredentialError(f"{told} printed too much to be a credential.")
    return answer


async def _end(process: Process, seconds: float) -> int | None:
    try:
        async with asyncio.timeout(seconds):
            return await process.wait()
    except TimeoutError:
        return None
    finally:
        # Also what it left running behind it, where it was not done.
        if process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def _how(code: int) -> str:
    if code > 0:
        return f"exit code {code}"
    try:
        return f"ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"ended by signal {-code}"


def _words(said: str, answer: bytes) -> str:
    """What it said on stderr, in one line, safe and cut, without what it printed if it repeats that."""
    printed = answer.decode(errors="replace").strip()
    if printed:
        said = said.replace(printed, _HIDDEN)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return f": {cut(safe(' / '.join(lines)[: 4 * _SHOWN]), _SHOWN)}" if lines else "."


class _Output:
    """One of a child's outputs: a pipe of our own, since asyncio's would wait for whoever inherited it."""

    def __init__(self) -> None:
        self._pipe, self.their_end = os.pipe()
        self._kept = bytearray()
        os.set_blocking(self._pipe, False)

    def __enter__(self) -> "_Output":
        asyncio.get_running_loop().add_reader(self._pipe, self._read)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._pipe)
        os.close(self._pipe)
        self.close_their_end()

    def close_their_end(self) -> None:
        """Once the child has it."""
        if self.their_end >= 0:
            os.close(self.their_end)
            self.their_end = -1

    def _read(self) -> bool:
        try:
            chunk = os.read(self._pipe, 65536)
        except BlockingIOError:
            return False
        if not chunk:
            asyncio.get_running_loop().remove_reader(self._pipe)
        self._kept += chunk[: _CAP + 1 - len(self._kept)]
        return bool(chunk)

    def all(self) -> bytes:
        """All that has come, without waiting for more."""
        for _ in range(64):  # a program left behind may write for ever
            if not self._read():
                break
        return bytes(self._kept)
