"""`serve rotate-key`: another key signs from now on."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from butlr_tui.service import audit
from butlr_tui.service.commands.folder import Say, opened
from butlr_tui.service.files import SIGNING_KEY
from butlr_tui.service.keys import rotate_keys
from butlr_tui.service.tokens import LEEWAY, TOKEN_LIFETIME

_KEPT: Final = TOKEN_LIFETIME + LEEWAY + 60
"""Seconds that the old key verifies: a service that runs may sign with it for a moment yet."""


def rotate_key(data: Path, say: Say, *, now: Callable[[], float] = time.time) -> int:
    """Make a new key; the one before verifies until the last of its tokens has ended. The exit code.

    Raises DataFolderError.
    """
    file = data / SIGNING_KEY
    until = now() + _KEPT
    with opened(data) as store, store.exclusively() as db:
        is_lost = not file.exists()
        audit.record(db, [audit.AuditRow(now(), audit.AuditEvent.ROTATE_KEY)])
        rotate_keys(file, now(), until)
    if is_lost:
        say(f"Made a signing key in {file}, where there was none. Tokens that are out hold no longer.")
    else:
        at = datetime.fromtimestamp(until, UTC)
        say(
            f"Another key signs from now on, also where the service runs. The one before verifies what it signed "
            f"until {at:%H:%M} UTC."
        )
    return 0
