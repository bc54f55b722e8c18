"""What the app remembers of each profile from one start to the next, such as the order of the list.

For comfort alone, and never a secret: a file that can't be read or written is as good as none. Everything in
here blocks.
"""

import json
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

from butlr_tui.system.private_files import read_private, replace_private
from butlr_tui.system.private_folders import make_private_folder
from butlr_tui.system.user_folders import state_folder

_LIMIT: Final = 1 << 20
"""Bytes; a longer file is not ours."""
_one_at_a_time: Final = Lock()


def remembered(profile: str) -> dict[str, str]:
    """What is remembered of `profile`, by its keys."""
    return _read().get(profile, {})


def remember(profile: str, key: str, value: str) -> None:
    """Remember `value` of `profile` under `key`, in place of what was there."""
    with _one_at_a_time, suppress(OSError):
        known = _read()
        known.setdefault(profile, {})[key] = value
        make_private_folder(_file().parent)
        replace_private(_file(), json.dumps(known, indent=1).encode())


def _file() -> Path:
    return state_folder() / "remembered.json"


def _read() -> dict[str, dict[str, str]]:
    """What is in the file, but for what nobody could have written there."""
    try:
        known = json.loads(read_private(_file(), _LIMIT))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {
        profile: {key: value for key, value in values.items() if isinstance(value, str)}
        for profile, values in known.items()
        if isinstance(values, dict)
    }
