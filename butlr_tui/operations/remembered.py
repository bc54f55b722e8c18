"""What an operator chose last at each profile, for the next time: a small file beside the journal, no secret in it.

Losing it costs a key or two, so nothing in here fails: what can't be read is empty, what can't be written is
not remembered. Everything in here blocks.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from butlr_tui.system.private_files import make_private_folder, read_private, replace_private

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST: Final = 1 << 20
"""Bytes that are read; more was not written by us."""


def remembered(profile: str) -> dict[str, str]:
    """What was chosen last at the profile of that name."""
    return _all().get(profile, {})


def remember(profile: str, key: str, value: str) -> None:
    """Keep what was chosen, in place of what was there under `key`."""
    everything = _all()
    mine = everything.setdefault(profile, {})
    if mine.get(key) == value:
        return
    mine[key] = value
    file = _file()
    with suppress(OSError):
        make_private_folder(file.parent)
        replace_private(file, json.dumps(everything, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _all() -> dict[str, dict[str, str]]:
    """What holds for each profile, without whatever else a damaged file has in it."""
    try:
        found = json.loads(read_private(_file(), _LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        profile: {key: value for key, value in choices.items() if isinstance(value, str)}
        for profile, choices in found.items()
        if isinstance(choices, dict)
    }


def _file() -> Path:
    from butlr_tui.journal.journal import state_folder  # not on top: it brings what the first paint does not need

    return state_folder() / "remembered.json"
