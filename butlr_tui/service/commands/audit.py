"""`serve audit`: prints who did what, from the data folder alone, for whoever may read that."""

import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic_core import to_json

from butlr_tui.service import audit
from butlr_tui.service.audit import AuditEvent, AuditRow
from butlr_tui.service.files import DATABASE
from butlr_tui.service.sqlite import closed_if_it_fails
from butlr_tui.system.private_files import check_private
from butlr_tui.system.streams import flush, put, tell
from butlr_tui.text import describe_path, safe

_LOOKS_EVERY: Final = 0.5
"""Seconds between two looks for new rows."""
_TABLE_CAME: Final = 2
"""The version of the file from which on it has the audit."""


def print_audit(
    data: Path,
    *,
    since: datetime | None = None,
    client: str | None = None,
    as_json: bool = False,
    follow: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Print the rows of the folder `data`, the oldest first, a line each; with `follow` also those to come.

    `since` leaves out what was earlier, `client` what that client neither did nor is about. Returns the process's
    exit code. Raises Unprinted.
    """
    try:
        check_private(data / DATABASE)
        with closing(_open(data / DATABASE)) as db:
            start = 0.0 if since is None else since.timestamp()
            last = _print(audit.read(db, since=start, client=client), 0, as_json)
            while follow:
                flush()
                sleep(_LOOKS_EVERY)
                last = _print(audit.read(db, after=last, since=start, client=client), last, as_json)
    except _NoAudit as none:
        tell(str(none))
        return 1
    except (OSError, sqlite3.Error) as error:
        tell(f"The audit in {describe_path(data)} can't be read: {error}.")
        return 1
    return 0


class _NoAudit(Exception):
    """There is none. The text is for the user."""


def _open(file: Path) -> sqlite3.Connection:
    if not file.exists():
        raise _NoAudit(
            f"There is no audit in {describe_path(file.parent)}: no service on SQLite was started there. Where "
            "the clients are in an Auth0 tenant, its log tells who did what (Monitoring → Logs)."
        )
    db = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    with closed_if_it_fails(db):
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version < _TABLE_CAME:
            raise _NoAudit(
                f"There is no audit in {describe_path(file.parent)} yet: it begins when `butlr-tui serve` is next "
                "started."
            )
    return db


def _print(rows: Iterable[tuple[int, AuditRow]], last: int, as_json: bool) -> int:
    """Print them; the highest id that was seen so far."""
    for number, row in rows:
        put(_as_json(row) if as_json else _line(row) + "\n")
        last = max(last, number)
    return last


def _line(row: AuditRow) -> str:
    outcome = f"{row.outcome} {row.status}" if row.status else row.outcome
    is_about_itself = row.event is AuditEvent.SIGN_IN
    said = (
        safe(row.client or ""),
        safe(row.caller) if row.caller and is_about_itself else "",
        f"by {safe(row.caller)}" if row.caller and not is_about_itself else "",
        f"from {safe(row.address)}" if row.address else "",
        f"{row.times:,} times" if row.times > 1 else "",
    )
    line = f"{datetime.fromtimestamp(row.at, UTC):%Y-%m-%d %H:%M:%S}Z  {row.event:<11}  {outcome:<11}"
    return f"{line}  {' '.join(filter(None, said))}".rstrip()


def _as_json(row: AuditRow) -> bytes:
    at = datetime.fromtimestamp(row.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return to_json({**row._asdict(), "at": at, "address": row.address or None}, ensure_ascii=True) + b"\n"
