"""The child process that touches this machine's clipboard. Run by path, imports nothing of ours.

Why a child: pyperclip returns normally with a dead DISPLAY, blocks for ever on a stalled X server, and lets
its tool's stderr reach the terminal. The secret comes on stdin and never goes back: what is in the clipboard
is compared here, and only the exit code tells.
"""

import hashlib
import hmac
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final

if __name__ == "__main__":
    sys.path.append(sys.argv.pop())  # where it was found by whoever started this

import pyperclip

# The values of detect.Native; klipper (the secret in argv) and Qt (ends with this process) can't be had.
_TOOLS: Final[dict[str, Callable[[], tuple[Callable[[str], None], Callable[[], str]]]]] = {
    "pbcopy": pyperclip.init_osx_pbcopy_clipboard,
    "wsl": pyperclip.init_wsl_clipboard,
    "wl-clipboard": pyperclip.init_wl_clipboard,
    "xclip": pyperclip.init_xclip_clipboard,
    "xsel": pyperclip.init_xsel_clipboard,
}
_READERS: Final = {
    "wl-clipboard": ("wl-paste", "-n", "-t", "text"),
    "xclip": ("xclip", "-selection", "c", "-o"),
    "xsel": ("xsel", "-b", "-o"),
}
_NOBODY: Final = (b"open display", b"connect to a Wayland server")
"""In what they say where there is no display. Their exit codes are those of an empty clipboard."""
YES, NO, UNREACHABLE = 0, 3, 4
"""Exit codes; anything but the first two means that the clipboard could not be used."""

_KEY_BYTES: Final = 32
_PAUSES: Final = (0.0, 0.02, 0.1, 0.2)
"""Seconds before each look: a tool may end before the clipboard is its own."""


def _copy(tool: str, text: bytes) -> int:
    copy, _ = _TOOLS[tool]()
    copy(text.decode("utf-8", "surrogatepass"))
    return YES


def _holds(tool: str, held: bytes, *, hoped: bool = True) -> int:
    """Whether the clipboard holds what `held` (a key and a digest) is of; looks again while not as hoped.

    UNREACHABLE where there is none.
    """
    _, paste = _TOOLS[tool]()
    holds = not hoped
    for pause in _PAUSES:
        time.sleep(pause)
        text = paste().encode("utf-8", "surrogatepass")
        if not text and not _is_reached(tool):
            return UNREACHABLE
        digest = hmac.digest(held[:_KEY_BYTES], text, hashlib.sha256)
        holds = hmac.compare_digest(digest, held[_KEY_BYTES:])
        if holds is hoped:
            break
    return YES if holds else NO


def _is_reached(tool: str) -> bool:
    """Whether nothing was read because nothing is there: pyperclip gives "" also for a dead display."""
    if tool not in _READERS:  # it fails, or has no display that could be dead
        return True
    said = subprocess.run(_READERS[tool], stdin=subprocess.DEVNULL, capture_output=True, check=False).stderr
    return not any(words in said for words in _NOBODY)


def _lost(tool: str, held: bytes) -> int:
    try:
        holds = _holds(tool, held, hoped=False)
        return {YES: NO, NO: YES}.get(holds, holds)
    except Exception:  # PowerShell fails on an empty clipboard, which is what was wanted
        return YES


def main(job: str, tool: str, given: bytes) -> int:
    """Does one of the three jobs with what came on stdin. Returns the exit code."""
    jobs: dict[str, Callable[[str, bytes], int]] = {"copy": _copy, "holds": _holds, "lost": _lost}
    return jobs[job](tool, given)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.stdin.buffer.read()))
