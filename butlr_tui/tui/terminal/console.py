"""The Linux console: it knows less than others, and before Linux 5.9 it draws the end of what it does not know."""

import os
import re
from typing import Final

# Sequences with another sign than ? before their parameters, or one after these; strings for the terminal.
# Source: drivers/tty/vt/vt.c, and its commit "vt: ignore csi sequences containing certain initial characters".
_UNKNOWN: Final = re.compile(
    r"\x1b\[(?:[<=>][0-?]*[ -/]*|[0-?]*[ -/]+)[@-~]|\x1b\].*?(?:\x07|\x1b\\)|\x1b[PX^_].*?\x1b\\", re.DOTALL
)


def is_console() -> bool:
    """Whether the app runs in one."""
    return os.environ.get("TERM", "").startswith("linux")


def without_unknown(sequences: str) -> str:
    """What of these a console knows."""
    return _UNKNOWN.sub("", sequences)
