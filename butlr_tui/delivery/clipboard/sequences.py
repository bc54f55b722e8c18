"""The escape sequences that set a terminal's clipboard. Nothing here ever asks for its contents: the answer
to an OSC 52 query is typed into whatever has the focus."""

from base64 import b64encode
from typing import Final

OSC52_LIMIT: Final = 74_994
"""Bytes of plaintext: hterm, and tools after it, take a sequence of 100,000 bytes, base64 and all."""
SCREEN_LIMIT: Final = 700
"""Bytes of a whole sequence: GNU screen 4 drops a longer string (its buffer has 768)."""

_ESC, _BEL, _ST = "\x1b", "\x07", "\x1b\\"


def osc52(secret: bytes) -> str | None:
    """The sequence that sets the clipboard to `secret`; None where it is too long for a terminal to take."""
    if len(secret) > OSC52_LIMIT:
        return None
    return f"{_ESC}]52;c;{b64encode(secret).decode()}{_BEL}"


def through_tmux(secret: bytes) -> str | None:
    """The sequence of `osc52`, wrapped so that tmux passes it on as it is; None where that is too long."""
    sequence = osc52(secret)
    if sequence is None:
        return None
    return f"{_ESC}Ptmux;{sequence.replace(_ESC, _ESC + _ESC)}{_ST}"


def through_screen(secret: bytes) -> str | None:
    """The sequence of `osc52`, wrapped so that GNU screen passes it on as it is; None where that is too long."""
    sequence = osc52(secret)
    if sequence is None:
        return None
    wrapped = f"{_ESC}P{sequence}{_ST}"
    return wrapped if len(wrapped) < SCREEN_LIMIT else None
