"""Writes a secret to our own stdout, and makes sure that whoever reads it has taken it."""

import os
import select
import stat
from typing import Final

from pydantic import SecretStr

from butlr_tui.delivery.formats import to_bytes
from butlr_tui.delivery.results import NotStored, Stored
from butlr_tui.system.pipes import wait_until_read
from butlr_tui.text import os_error_reason

READERS_TIME: Final = 10.0
"""Seconds in which the reader of a pipe has to take all of it."""


def check(out: int | None) -> str | None:
    """Why the secret could not be written to the descriptor `out`, or None. To be asked before a create."""
    if out is None:
        return "stdout is closed."
    try:
        status = os.fstat(out)
    except OSError as error:
        return f"stdout can't be written ({os_error_reason(error)})."
    if stat.S_ISCHR(status.st_mode) and os.path.samestat(status, os.stat(os.devnull)):  # noqa: PTH116
        return f"stdout leads to {os.devnull}, where nothing is kept."
    listening = select.poll()
    listening.register(out, 0)
    if any(event & (select.POLLERR | select.POLLNVAL) for _, event in listening.poll(0)):
        return "Nobody reads what is written to stdout."
    return None


async def write(out: int, text: SecretStr, *, end_line: bool) -> Stored | NotStored:
    """Writes `text` to the descriptor `out`; a terminal, or `end_line`, gets a line break after it.

    Stored once a file or a terminal has all of it, and a pipe once its reader has taken all: what lies in a
    pipe that nobody reads is nowhere.
    """
    data = to_bytes(text)
    if end_line or (os.isatty(out) and not data.endswith(b"\n")):
        data += b"\n"
    try:
        left = memoryview(data)  # not sys.stdout: what that could not write it would try again at the end
        while left:
            left = left[os.write(out, left) :]
        unread = await _unread(out)
    except OSError as error:
        return NotStored(f"stdout did not take all of it ({os_error_reason(error)}).")
    if unread:
        return NotStored(f"Nobody read all of it from stdout within {READERS_TIME:g} s.")
    return Stored("written to stdout")


async def _unread(out: int) -> int:
    return await wait_until_read(out, READERS_TIME) if stat.S_ISFIFO(os.fstat(out).st_mode) else 0
