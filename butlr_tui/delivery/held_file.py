"""Holds a new file on another machine until there is a secret for it: over a connection that is open meanwhile.

Stored is only what that machine has synced and read back, and whose SHA-256 it answers.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from butlr_tui.delivery import ssh
from butlr_tui.delivery.far_file import FarFile
from butlr_tui.delivery.far_side import Request, Task, pair_for
from butlr_tui.delivery.file import ROOM
from butlr_tui.delivery.formats import CannotRender, Format, render, to_bytes
from butlr_tui.delivery.results import NotStored, Stored
from butlr_tui.delivery.ssh_failures import fault_in, fault_in_connection
from butlr_tui.models import Credentials
from butlr_tui.system.processes import Capture, Child, ProcessResult, not_started, start
from butlr_tui.text import safe

_LETS_GO: Final = 5.0
"""Seconds in which the other machine may take away what it held."""
_BEFORE_ITS_NAME: Final = frozenset({"exists", "directory", "written", "linked", "short"})
"""Answers to a pair of a machine on which nothing has the name of the file through us."""


@dataclass(frozen=True, slots=True)
class _Connection:
    """One over which a file is held."""

    child: Child
    request: Request


class HeldFile:
    """A new file on another machine, for its owner alone, that waits for its secret under a passing name."""

    def __init__(self, file: FarFile, environment: Mapping[str, str] = os.environ) -> None:
        self._file = file
        self._environment = environment
        self._connection: _Connection | None = None

    async def hold(self) -> str | None:
        """Makes the file there, with room for a pair. Why that can't be, as a sentence, or None.

        Nothing is left of a failure.
        """
        request = Request.of(Task.HOLD, self._file.path, ROOM)
        try:
            child = await start(ssh.argv(self._file), environment=self._environment, capture=Capture.BOTH)
        except (OSError, ValueError) as error:
            return fault_in_connection(self._file, not_started(error), ssh.SECONDS)
        printed = await child.answer(
            request.head, lambda printed: request.answer(printed) is not None, ssh.SECONDS
        )
        if request.is_held(printed):
            self._connection = _Connection(child, request)
            return None
        ended = await child.end(b"", _LETS_GO)
        if request.is_held(ended.stdout):  # it was let go, but it came too late
            return fault_in_connection(self._file, ProcessResult(None), ssh.SECONDS)
        return fault_in(self._file, request, ended, ssh.SECONDS)

    async def write(self, credentials: Credentials, format: Format, file: FarFile) -> Stored | NotStored:
        """Puts the credentials into what is held, synced with its folder and read back, and names it `file`.

        Never overwrites; what arrives in part never has the file's name. Where no answer comes it is not told as
        stored, though it may be there.
        """
        try:
            data = to_bytes(render(credentials, format))
        except CannotRender as refused:
            await self.release()
            return NotStored(str(refused))
        told = await self._put(data, credentials, file)
        if told is None:
            if (fault := await self.hold()) is not None:
                return NotStored(f"{fault} Nothing was put there.")
            told = await self._put(data, credentials, file)
        return told or NotStored(f"The connection to {safe(file.host)} is lost. Nothing was put there.")

    async def _put(self, data: bytes, credentials: Credentials, file: FarFile) -> Stored | NotStored | None:
        """None where the connection was lost before any of it was on its way, so that another may be tried."""
        connection, self._connection = self._connection, None
        if connection is None:
            return None
        given = pair_for(file.path, data)
        ended = await connection.child.end(given, ssh.SECONDS)
        answer = connection.request.answer(ended.stdout)
        if ended.unread == len(given) or (answer is not None and answer.word == "gone"):
            return None
        return _told(file, connection.request, ended, data, credentials)

    async def release(self) -> str:
        """Lets go what is held. What may be left, as a sentence; "" where nothing is."""
        connection, self._connection = self._connection, None
        if connection is None:
            return ""
        ended = await connection.child.end(b"", _LETS_GO)
        answer = connection.request.answer(ended.stdout)
        if answer is not None and answer.word == "gone":
            return ""
        return f"Whether what was held for {self._file.shown} is taken away is not known; no secret is in it."


def _told(
    file: FarFile, request: Request, ended: ProcessResult, data: bytes, credentials: Credentials
) -> Stored | NotStored:
    answer = request.answer(ended.stdout)
    if answer is not None and answer.tells("kept", data):
        return Stored(f"put on {file.shown} (only its owner there can read it), read back and equal")
    if answer is None or answer.word == "held":
        fault = fault_in_connection(file, ended, ssh.SECONDS, credentials.client_secret)
    else:
        fault = fault_in(file, request, ended, ssh.SECONDS, credentials.client_secret)
        if answer.word in _BEFORE_ITS_NAME:
            return NotStored(fault)
    return NotStored(
        f"{fault} Whether {file.shown} is there is not known: look before you put it there again."
    )
