"""A file of an earlier version knows from its first start with this one on who did what, and who signed in."""

import sqlite3
from pathlib import Path

import pytest

from butlr_tui.service.audit import read
from butlr_tui.service.commands.audit import print_audit
from butlr_tui.service.files import DATABASE
from butlr_tui.service.sqlite import SqliteStore

WRITTEN = Path(__file__).with_name("written")


@pytest.fixture
def file(data: Path) -> Path:
    """Of the last version that knew neither."""
    data.mkdir(mode=0o700)
    (data / DATABASE).touch(0o600)
    with sqlite3.connect(data / DATABASE) as db:
        db.executescript((WRITTEN / "schema-1.sql").read_text())
    db.close()
    return data / DATABASE


def test_it_is_known_from_the_first_start_on(file: Path) -> None:
    for at in (1_795_521_840.9, 1_795_608_240.0):  # the second start finds it as the first one left it
        store = SqliteStore(file, lambda at=at: at)  # type: ignore[misc]
        assert len(store.list("client_root")) == 2
        with store.reading() as db:
            assert db.execute("SELECT since FROM activity").fetchall() == [(1_795_521_840,)]
            assert db.execute("SELECT count(last_sign_in) FROM client").fetchone() == (0,)
            assert read(db) == []
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        store.close()


def test_its_audit_begins_with_the_next_start(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = file.read_bytes()
    assert print_audit(file.parent) == 1
    assert "it begins when" in capsys.readouterr().err
    assert file.read_bytes() == before
