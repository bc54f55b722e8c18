"""What is written a moment later, many rows at once: sign-ins, refusals, and when each client last signed in.

A sign-in must not wait for the disk. A crash may lose what came in the last second.
"""

import asyncio
import logging
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from butlr_tui.service import activity, audit
from butlr_tui.service.audit import AuditRow
from butlr_tui.service.log import where_it_failed
from butlr_tui.service.sqlite import SqliteStore
from butlr_tui.service.store import LastSignIns

KEPT_DAYS: Final = 365
"""Days after which a row is deleted."""
_log = logging.getLogger(__name__)

_DELAY: Final = 0.5
"""Seconds until what came is written; with the writing it is less than one."""
_MOST: Final = 10_000
"""Rows that wait to be written, while a disk takes none."""
_WINDOW: Final = 60.0
"""Seconds in which a refusal that comes again is counted on."""
_REFUSALS: Final = 20
"""Different refusals in that time; beyond them they are counted in one row for each kind, without a name."""
_FORGOTTEN: Final = 5_000
"""Rows that are deleted at once, at most."""
_DAY: Final = 86_400.0

_Rows = dict[AuditRow, AuditRow]
"""By what is the same of those that come again: the first one, with how often it came."""


@dataclass(slots=True, eq=False)
class _Batch:
    """What came since the last writing."""

    sign_ins: _Rows = field(default_factory=dict)
    refusals: _Rows = field(default_factory=dict)
    stamps: dict[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.sign_ins or self.refusals or self.stamps)

    def take_in(self, earlier: "_Batch") -> None:
        """Have what could not be written before written with this."""
        self.sign_ins = dict(list((earlier.sign_ins | self.sign_ins).items())[:_MOST])
        for row in earlier.refusals.values():
            _count(self.refusals, row, _REFUSALS)
        self.stamps = earlier.stamps | self.stamps


class Trail:
    """`Audit` and `Activity` of the embedded engine."""

    knows = True

    def __init__(self, store: SqliteStore, now: Callable[[], float], kept_days: float = KEPT_DAYS) -> None:
        """`now` gives seconds since 1970. Rows are deleted after `kept_days`."""
        self._store = store
        self._now = now
        self._kept = kept_days * _DAY
        self._lock = Lock()
        self._batch = _Batch()
        self._being_written = _Batch()
        self._writing = Lock()
        self._counted: dict[AuditRow, int] = {}
        """The rows of the refusals of this window, by what is the same of them."""
        self._window_ends = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._run = secrets.token_hex(4)
        self._sign_ins = 0

    def signed_in(self, row: AuditRow) -> None:
        """A client, the caller, has signed in. To be called in the event loop."""
        assert row.caller is not None
        with self._lock:
            if len(self._batch.sign_ins) < _MOST:
                _count(self._batch.sign_ins, row)
            self._batch.stamps[row.caller] = int(row.at)
            self._sign_ins += 1
        self._write_soon()

    def refused(self, row: AuditRow) -> None:
        """Something was refused, or failed. To be called in the event loop."""
        with self._lock:
            _count(self._batch.refusals, row, _REFUSALS)
        self._write_soon()

    async def edition(self, owner: str) -> str:
        """Which edition the last sign-ins of the clients of `owner` are in. Raises sqlite3.Error.

        What is not written yet may be of any owner: until then each sign-in makes another edition for all.
        """
        with self._lock:
            is_unwritten = self._being_written.stamps or self._batch.stamps
            more = f"-{self._run}-{self._sign_ins}" if is_unwritten else ""
        return self._store.activity_edition(owner) + more

    async def last_sign_ins(self, client_ids: Sequence[str]) -> LastSignIns:
        """When these clients last signed in. Raises sqlite3.Error."""
        with self._lock:  # before the file: what is written meanwhile is in one of the two
            unwritten = self._being_written.stamps | self._batch.stamps
        # In the event loop, as all that the engine reads (see `embedded`).
        with self._store.reading() as db:
            since, stamps = activity.since(db), activity.last_sign_ins(db, client_ids)
        for one in unwritten.keys() & set(client_ids):
            stamps[one] = max(unwritten[one], stamps.get(one, 0))
        return LastSignIns(since, stamps)

    def write(self) -> None:
        """Write what came until now, and delete what was kept for long enough. Blocks. What fails is logged."""
        with self._writing:
            with self._lock:
                if not self._batch:
                    return
                self._being_written, self._batch = self._batch, _Batch()
            try:
                self._write(self._being_written)
            except sqlite3.Error as error:
                _log.error("sign-ins could not be recorded: %s", where_it_failed(error))
                with self._lock:
                    self._batch.take_in(self._being_written)
            with self._lock:
                self._being_written = _Batch()

    def _write(self, batch: _Batch) -> None:
        now = self._now()
        if now >= self._window_ends:
            self._counted, self._window_ends = {}, now + _WINDOW
        counted = dict(self._counted)
        with self._store.exclusively() as db:
            audit.record(db, batch.sign_ins.values())
            for key, row in batch.refusals.items():
                of_kind = key if key in counted or len(counted) < _REFUSALS else _of_its_kind(key)
                counted[of_kind] = audit.count_on(
                    db, row if of_kind is key else _of_its_kind(row), counted.get(of_kind)
                )
            activity.stamp(db, batch.stamps)
            audit.forget(db, now - self._kept, _FORGOTTEN)
        self._counted = counted

    def close(self) -> None:
        """Write the rest. Blocks."""
        if self._timer is not None:
            self._timer.cancel()
        self.write()

    def _write_soon(self) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is None or self._loop is not loop:
            self._loop, self._timer = loop, loop.call_later(_DELAY, self._begin, loop)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        loop.run_in_executor(None, self.write)


def _count(rows: _Rows, row: AuditRow, most: int = _MOST) -> None:
    """Count `row` among those that came; beyond `most` different ones among those of its kind."""
    key = row._replace(at=0.0, times=0)
    if key not in rows and len(rows) >= most:
        key, row = _of_its_kind(key), _of_its_kind(row)
    first = rows.get(key)
    rows[key] = row if first is None else first._replace(times=first.times + row.times)


def _of_its_kind(row: AuditRow) -> AuditRow:
    """The row without whom and what it is about, for those that are too many to be told one by one."""
    return row._replace(caller=None, client=None, address="")
