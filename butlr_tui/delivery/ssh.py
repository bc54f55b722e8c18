"""Asks another machine about a file by the user's own `ssh`: its configuration, its agent, its known hosts."""

import os
import re
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import SecretStr

from butlr_tui.delivery.far_file import FarFile
from butlr_tui.delivery.far_side import COMMAND, Request, Task
from butlr_tui.delivery.file import ROOM
from butlr_tui.delivery.ssh_failures import fault_in
from butlr_tui.system.processes import Capture, ProcessResult, run

SECONDS: Final = 30.0
"""That another machine may take to an answer."""
LONGEST: Final = 65_536
"""Bytes of a file that is read back."""
_SSH: Final = (
    "ssh", "-a", "-T", "-x",
    "-o", "BatchMode=yes",
    "-o", "ClearAllForwardings=yes",
    "-o", "RemoteCommand=none",
    "-o", "ServerAliveInterval=10",
    "--",
)  # fmt: skip
"""Asks nobody anything, opens nothing besides, runs our command where the configuration names another, and keeps a
connection alive that waits, or finds in half a minute that it is not any more."""


class UnreadableFarFile(Exception):
    """A file on another machine could not be read. The text is for the user."""


def argv(file: FarFile) -> Sequence[str]:
    """What asks the machine of `file`. Nothing of the path is in it."""
    return (*_SSH, re.sub(r"[\[\]]", "", file.host), COMMAND)


async def check(file: FarFile, environment: Mapping[str, str] = os.environ) -> str | None:
    """Why a secret could not be put to `file`, as a sentence, or None. To be asked before a create.

    It is held there, and let go at once.
    """
    request = Request.of(Task.HOLD, file.path, ROOM)
    ended = await _ask(file, request, environment)
    return None if request.is_held(ended.stdout) else fault_in(file, request, ended, SECONDS)


async def read(file: FarFile, environment: Mapping[str, str] = os.environ) -> SecretStr:
    """What is in `file`, in memory alone.

    Raises UnreadableFarFile, also where it is longer than LONGEST or no text.
    """
    request = Request.of(Task.READ, file.path, LONGEST)
    ended = await _ask(file, request, environment)
    content = request.content(ended.stdout)
    if content is None:
        raise UnreadableFarFile(fault_in(file, request, ended, SECONDS))
    try:
        return SecretStr(content.decode())
    except UnicodeDecodeError:
        raise UnreadableFarFile(f"{file.shown} holds no text.") from None


async def _ask(file: FarFile, request: Request, environment: Mapping[str, str]) -> ProcessResult:
    return await run(
        argv(file), environment=environment, seconds=SECONDS, stdin=request.head, capture=Capture.BOTH
    )
