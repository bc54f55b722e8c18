"""This machine's clipboard (or the user's own, over forwarded X): the only one that can be read back."""

import hashlib
import hmac
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from butlr_tui.delivery.clipboard.detect import Native, Terminal
from butlr_tui.delivery.formats import to_bytes
from butlr_tui.system.processes import run

_CHILD: Final = Path(__file__).with_name("child.py")
_YES, _NO = 0, 3
"""The child's exit codes."""
_SECONDS: Final = 2.0
_LOOKS: Final = (0.5, 1.5)
"""Seconds for each try to read back. Measured: xsel ends before the clipboard is its own, and the owner
before it may then go without answering whoever asked, who waits for ever."""
_SECONDS_FOR_POWERSHELL: Final = 8.0
"""It needs seconds for its own start, and without it there is no reading back on WSL."""


@dataclass(frozen=True, slots=True)
class ClipboardDigest:
    """What is kept of a copied secret: it can be recognised in the clipboard, but not had from here."""

    key: bytes = field(repr=False)
    digest: bytes = field(repr=False)

    @classmethod
    def of(cls, value: SecretStr | str) -> "ClipboardDigest":
        """A keyed digest of `value`."""
        key = secrets.token_bytes(32)
        return cls(key, hmac.digest(key, to_bytes(value), hashlib.sha256))


async def copy_and_verify(tool: Native, value: SecretStr | str, environment: Mapping[str, str]) -> bool:
    """Fills the clipboard with `value` and reads it back. True when it gave back the same bytes."""
    if await _child("copy", tool, to_bytes(value), environment, _SECONDS) != _YES:
        return False
    return await _look("holds", tool, ClipboardDigest.of(value), environment) is True


async def clear_if_ours(held: ClipboardDigest, terminal: Terminal) -> bool | None:
    """Empties the clipboard if it still holds the secret.

    True: it did, and does no more. False: it holds something else, which stays. None: that can't be told
    here, so that the user must clear it.
    """
    tool, environment = terminal.native, terminal.environment
    if tool is None:
        return None
    ours = await _look("holds", tool, held, environment)
    if not ours:
        return ours
    await _child("copy", tool, b"", environment, _SECONDS)
    is_gone = await _look("lost", tool, held, environment)
    return True if is_gone else None


async def can_be_read(terminal: Terminal) -> bool:
    """Whether a copy from `terminal` could be verified: what it is read back with starts, and reads.

    What the clipboard holds stays in it, and is told to nobody. Takes up to 2 s, 8 s on WSL.
    """
    nothing_of_ours = ClipboardDigest.of(secrets.token_hex(16))
    tool, environment = terminal.native, terminal.environment
    return tool is not None and await _look("holds", tool, nothing_of_ours, environment) is not None


async def _look(job: str, tool: Native, held: ClipboardDigest, environment: Mapping[str, str]) -> bool | None:
    """Reads the clipboard back: whether it is as the job's name says, None where it can't be read."""
    for seconds in (_SECONDS_FOR_POWERSHELL,) if tool is Native.WSL else _LOOKS:
        code = await _child(job, tool, held.key + held.digest, environment, seconds)
        if code in (_YES, _NO):
            return code == _YES
    return None


async def _child(
    job: str, tool: Native, stdin: bytes, environment: Mapping[str, str], seconds: float
) -> int | None:
    argv = (sys.executable, "-I", str(_CHILD), job, tool.value, _folder_of_pyperclip())
    ended = await run(argv, environment=environment, seconds=seconds, stdin=stdin)
    return ended.code


def _folder_of_pyperclip() -> str:
    """Where the child finds it: a program in a single file has folders that no other Python searches."""
    spec = find_spec("pyperclip")
    assert spec is not None and spec.origin is not None  # it is no extra
    return str(Path(spec.origin).parents[1])
