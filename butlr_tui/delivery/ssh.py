"""Puts a secret on another machine, through the user's own `ssh`: its configuration, its agent, its known hosts.

Stored is only what that machine has synced and read back, and whose SHA-256 it answers.
"""

import hmac
import os
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from pydantic import SecretStr

from butlr_tui.delivery.far_file import FarFile
from butlr_tui.delivery.far_side import COMMAND, Request, Task
from butlr_tui.delivery.file import ROOM
from butlr_tui.delivery.formats import CannotRender, Format, render, to_bytes
from butlr_tui.delivery.results import NotStored, Stored
from butlr_tui.delivery.ssh_failures import fault_in_connection, fault_in_file
from butlr_tui.masking import without_secret
from butlr_tui.models import Credentials
from butlr_tui.system.processes import Capture, ProcessResult, run
from butlr_tui.text import safe

SECONDS: Final = 30.0
"""That one connection may take."""
LONGEST: Final = 65_536
"""Bytes of a file that is read back."""
_BEFORE_ITS_NAME: Final = frozenset(
    {"tool", "folder", "directory", "exists", "made", "written", "linked", "short"}
)
"""Answers of a machine on which nothing has the name of the file through us."""
_SSH: Final = (
    "ssh", "-a", "-T", "-x",
    "-o", "BatchMode=yes",
    "-o", "ClearAllForwardings=yes",
    "-o", "RemoteCommand=none",
    "--",
)  # fmt: skip
"""Asks nobody anything, opens nothing besides, and runs our command where the configuration names another."""


class UnreadableFarFile(Exception):
    """A file on another machine could not be read. The text is for the user."""


async def check(file: FarFile, environment: Mapping[str, str] = os.environ) -> str | None:
    """Why a secret could not be put to `file`, as a sentence, or None. To be asked before a create.

    All is tried there with zeros, under a passing name that is taken away again.
    """
    zeros = bytes(ROOM)
    request = Request.of(Task.REHEARSE, file.path, ROOM)
    ended = await _ask(file, request, environment, zeros)
    answer = request.answer(ended.stdout)
    if answer is None:
        return fault_in_connection(safe(file.host), ended, SECONDS, _words(ended))
    if answer.word == "kept" and _is_digest_of(answer.said, zeros):
        return None
    return fault_in_file(file, answer)


async def save(
    file: FarFile, credentials: Credentials, format: Format, environment: Mapping[str, str] = os.environ
) -> Stored | NotStored:
    """Puts the credentials to the new `file`, for its owner alone, synced with its folder and read back there.

    Never overwrites; what arrives in part never has the file's name. Where no answer comes it is not told as
    stored, though it may be there.
    """
    try:
        data = to_bytes(render(credentials, format))
    except CannotRender as refused:
        return NotStored(str(refused))
    request = Request.of(Task.STORE, file.path, len(data))
    ended = await _ask(file, request, environment, data)
    answer = request.answer(ended.stdout)
    if answer is None:
        words = without_secret(_words(ended), credentials.client_secret.get_secret_value())
        fault = fault_in_connection(safe(file.host), ended, SECONDS, words)
        return NotStored(f"{fault} {_look_at(file)}" if ended.started else fault)
    if answer.word == "kept" and _is_digest_of(answer.said, data):
        return Stored(f"put on {file.shown} (only its owner there can read it), read back and equal")
    fault = fault_in_file(file, answer)
    return NotStored(fault if answer.word in _BEFORE_ITS_NAME else f"{fault} {_look_at(file)}")


async def read(file: FarFile, environment: Mapping[str, str] = os.environ) -> SecretStr:
    """What is in `file`, in memory alone.

    Raises UnreadableFarFile, also where it is longer than LONGEST or no text.
    """
    request = Request.of(Task.READ, file.path, LONGEST)
    ended = await _ask(file, request, environment)
    content = request.content(ended.stdout)
    if content is not None:
        try:
            return SecretStr(content.decode())
        except UnicodeDecodeError:
            raise UnreadableFarFile(f"{file.shown} holds no text.") from None
    answer = request.answer(ended.stdout)
    if answer is None or answer.word == "content":
        raise UnreadableFarFile(fault_in_connection(safe(file.host), ended, SECONDS, _words(ended)))
    raise UnreadableFarFile(fault_in_file(file, answer))


async def _ask(
    file: FarFile, request: Request, environment: Mapping[str, str], data: bytes = b""
) -> ProcessResult:
    return await run(
        (*_SSH, re.sub(r"[\[\]]", "", file.host), COMMAND),
        environment=environment,
        seconds=SECONDS,
        stdin=request.head + data,
        capture=Capture.BOTH,
    )


def _is_digest_of(answered: str, data: bytes) -> bool:
    return hmac.compare_digest(answered.encode(), sha256(data).hexdigest().encode())


def _words(ended: ProcessResult) -> str:
    return ended.stderr.decode(errors="replace")


def _look_at(file: FarFile) -> str:
    return f"Whether {file.shown} is there is not known: look before you put it there again."
