"""`serve revoke`: ends a client, whoever owns it."""

import time
from collections.abc import Callable
from pathlib import Path

from butlr_tui.service.audit import AuditEvent, AuditRow, record
from butlr_tui.service.commands.folder import Say, opened
from butlr_tui.service.lineage import delete_with_descendants, find
from butlr_tui.text import counted, quoted, safe


def revoke(
    data: Path,
    client_id: str,
    say: Say,
    *,
    with_descendants: bool = False,
    now: Callable[[], float] = time.time,
) -> int:
    """Delete a client, and with it those that it made, those that they made, and so on; else its owner gets them.

    The exit code. Raises DataFolderError.
    """
    with opened(data) as store, store.exclusively() as db:
        found = find(store, client_id)
        if found is None:
            say(f"There is no client {safe(client_id)}. `butlr-tui serve clients` lists them all.")
            return 1
        if found.owner == client_id:
            say("That is the root client: `butlr-tui serve rotate-root` puts another in its place.")
            return 1
        if with_descendants:
            gone = delete_with_descendants(store, client_id)
            record(db, [AuditRow(now(), AuditEvent.DELETE, client=one) for one in gone])
            below = len(gone) - 1
            more = f" and {counted(below, 'client')} below it" if below else ""
        else:
            passed_on = len(store.list(client_id))
            store.delete(found.owner, client_id, [AuditRow(now(), AuditEvent.DELETE, client=client_id)])
            more = f"; {safe(found.owner)} has its {counted(passed_on, 'client')} now" if passed_on else ""
    say(f"Deleted {quoted(found.name)}, {safe(client_id)}{more}. No token of theirs is taken any more.")
    return 0
