"""Whether there is room for files, before the first of them is made."""

import asyncio
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from butlr_tui.delivery.file import ROOM
from butlr_tui.text import counted, describe_path, os_error_reason


async def fault_in_room(files: Iterable[Path]) -> str | None:
    """Why not all of these files could hold a secret, for want of room, or None.

    A quota is not seen here: whoever makes a file finds it.
    """
    return await asyncio.to_thread(_fault, Counter(file.parent for file in files))


def _fault(wanted: Counter[Path]) -> str | None:
    for folder, count in wanted.items():
        try:
            there = os.statvfs(folder)
        except OSError as error:
            return f"{describe_path(folder)} can't be looked at: {os_error_reason(error)}."
        blocks = -(-ROOM // there.f_frsize) * count
        has_names = (
            not there.f_files or there.f_favail >= count
        )  # some make them as they are needed, and say 0
        if there.f_bavail < blocks or not has_names:
            return f"There is no room for {counted(count, 'file')} in {describe_path(folder)}."
    return None
