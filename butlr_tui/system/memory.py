"""Keeps what is in this process's memory from the disk and from other processes."""

import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4
"""Source: prctl(2)."""


def keep_memory_to_ourselves() -> None:
    """Forbids core dumps. On Linux no other process but root's may trace this one or read its /proc either.

    Programs that are started from here have their own memory, and are as they always are.
    """
    try:
        import resource
    except ImportError:  # Windows has none
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
