"""What the administrator does to a data folder is in its audit, too."""

import sqlite3
from pathlib import Path

from butlr_tui.service.audit import AuditEvent, AuditRow, read
from butlr_tui.service.commands.backup import backup
from butlr_tui.service.commands.restore import restore
from butlr_tui.service.commands.revoke import revoke
from butlr_tui.service.commands.rotate_key import rotate_key
from butlr_tui.service.commands.rotate_root import rotate_root
from butlr_tui.service.files import DATABASE
from butlr_tui.service.local import LocalService

NOW = 1_795_521_840.0


def _rows(data: Path) -> list[AuditRow]:
    db = sqlite3.connect(data / DATABASE)
    found = [row for _, row in read(db)]
    db.close()
    return found


def test_each_rotation_and_each_client_that_is_revoked(
    service: LocalService, data: Path, said: list[str]
) -> None:
    before = len(_rows(data))
    assert rotate_key(data, said.append, now=lambda: NOW) == 0
    assert revoke(data, "client_d", said.append, now=lambda: NOW) == 0
    assert revoke(data, "client_a", said.append, with_descendants=True, now=lambda: NOW) == 0
    assert revoke(data, "client_gone", said.append, now=lambda: NOW) == 1
    assert rotate_root(data, said.append, now=lambda: NOW) == 0
    rows = [row for row in _rows(data) if row.at == NOW]
    assert len(_rows(data)) - before == len(rows) == 6
    assert sorted((row.event, row.client or "") for row in rows[:5]) == [
        (AuditEvent.DELETE, "client_a"),
        (AuditEvent.DELETE, "client_b"),
        (AuditEvent.DELETE, "client_c"),
        (AuditEvent.DELETE, "client_d"),
        (AuditEvent.ROTATE_KEY, ""),
    ]
    assert rows[5].event is AuditEvent.ROTATE_ROOT


def test_after_a_restore_the_sign_ins_since_the_backup_are_not_known_of(
    service: LocalService, data: Path, tmp_path: Path, said: list[str]
) -> None:
    assert backup(data, tmp_path / "kept", said.append) == 0
    assert restore(tmp_path / "kept", tmp_path / "new", said.append, now=lambda: NOW) == 0
    db = sqlite3.connect(tmp_path / "new" / DATABASE)
    assert db.execute("SELECT since FROM activity").fetchall() == [(NOW,)]
    db.close()
