"""What the exit code of a command says."""

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    """Refused or failed."""
    USAGE = 2
    """The command line can't be meant so."""
    UNKNOWN = 3
    """It may or may not have happened."""
    NOBODY_ANSWERS = 4
    SIGN_IN = 5
    """The credentials are not, or no longer, accepted."""
    ONLY_IN_A_CLIPBOARD = 6
    """Created, and its secret is copied or sent to a clipboard, which is no storage."""
    SECRET_NOWHERE = 7
    """Created, but its secret is stored nowhere, or not everywhere, or never came."""
    INTERRUPTED = 130
    """Ctrl+C, as shells number it."""
