"""Databases that can't be used are not left open."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from butlr_tui.service.auth0.engine import ORPHANS, SIGN_INS, open_tenant_service
from butlr_tui.service.auth0.orphans import Orphans
from butlr_tui.service.auth0.sign_in_record import SignInRecord
from butlr_tui.service.files import DataFolderError
from butlr_tui.service.local import DATABASE, open_service
from tests.support.proc import open_files

TENANT = {"AUTH0_DOMAIN": "x.auth0.com", "AUTH0_CLIENT_ID": "id", "AUTH0_CLIENT_SECRET": "secret"}


def of_another_make(file: Path) -> None:
    """Something else has the names of our tables."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE other (a, b, c)")
        for column, name in zip("abc", ("unfinished", "place", "client"), strict=True):
            db.execute(f"CREATE INDEX {name} ON other ({column})")
    file.chmod(0o600)


@pytest.mark.parametrize(
    ("opens", "name"),
    [
        (lambda data: Orphans(data / ORPHANS), ORPHANS),
        (lambda data: SignInRecord(data / SIGN_INS), SIGN_INS),
        (lambda data: open_tenant_service(data, TENANT), SIGN_INS),
        (open_service, DATABASE),
    ],
)
def test_what_can_not_be_used_is_closed_again(
    tmp_path: Path, opens: Callable[[Path], object], name: str
) -> None:
    tmp_path.chmod(0o700)
    of_another_make(tmp_path / name)
    with pytest.raises(DataFolderError, match="can't be used"):
        opens(tmp_path)
    assert not [file for file in open_files() if file.parent == tmp_path]
