"""What was typed, where Textual's parser takes two keys for one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from textual._xterm_parser import XTermParser

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.message import Message

# Not what begins a sequence, nor what Textual knows of terminals that send Esc for Option.
_BEFORE_A_KEY: Final = re.compile("\x1b(?=[^\x1b\\[OP\\]_^X\t\x7ffb§0-9=-])")
_ESCAPE: Final = "\x1b[27u"
"""As terminals send it that tell it from the beginning of a sequence."""


class KeyParser(XTermParser):
    """Esc and the key that comes with it over a slow link are two keys.

    Textual's own takes them for Alt and that key, and where more than 32 characters follow, Esc for a ^.
    """

    def feed(self, data: str) -> Iterable[Message]:
        """The keys, and what else the terminal says."""
        return super().feed(_BEFORE_A_KEY.sub(_ESCAPE, data))
