"""Where a user's files are (`XDG_DATA_HOME` and its like)."""

from pathlib import Path
from typing import Final, Literal

_PROGRAM: Final = "butlr-tui"


class NoHome(Exception):
    """This user has no home. The text is for the user."""


def user_folder(kind: Literal["data", "config", "state", "cache"]) -> Path:
    """Our folder for this user's data, configuration, state or cache. Raises NoHome."""
    from platformdirs import PlatformDirs  # it is read when the first one is wanted

    folders = PlatformDirs(_PROGRAM, appauthor=False)
    try:
        return Path(getattr(folders, f"user_{kind}_dir"))
    except RuntimeError:
        raise NoHome(
            f"This user has no home folder: set HOME, or XDG_{kind.upper()}_HOME alone. "
            "`butlr-tui serve` and its commands take --data instead."
        ) from None


def state_folder() -> Path:
    """The folder of the journal (in `XDG_STATE_HOME`, or its like on another system). Raises NoHome."""
    return user_folder("state")
