"""Keeps what is in this process's memory from the disk and from other processes."""

import resource
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4
"""Source: prctl(2)."""


def keep_memory_to_ourselves() -> None:
    """Forbids core dumps. On Linux no other process but root's may trace this one or read its /proc either.

    Programs that are started from here dump no core either; they may be traced as ever.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
