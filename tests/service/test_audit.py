"""Who did what: what is recorded, when, how often, and what never is."""

import gc
import json
import logging
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from butlr_tui.contract import CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.service import audit
from butlr_tui.service.audit import AuditEvent, AuditOutcome, AuditRow
from butlr_tui.service.commands.audit import print_audit
from butlr_tui.service.local import DATABASE, LocalService, open_service
from butlr_tui.service.trail import Trail
from tests.support.proc import open_files
from tests.support.waiting import until

from .conftest import Caller, Clock, login

SOMEBODY = "client_2mA7CiVpUluJ4rz5MxhfxNAH3PT"


def rows(data: Path) -> list[AuditRow]:
    """What another process reads."""
    db = sqlite3.connect(data / DATABASE)
    found = [row for _, row in audit.read(db)]
    db.close()
    return found


async def test_each_step_is_recorded_with_who_it_was_and_from_where(
    root: Caller, service: LocalService, data: Path, clock: Clock
) -> None:
    pair = await root.create()
    await root.request("DELETE", f"{CLIENTS_PATH}/{pair['client_id']}")
    await root.request("DELETE", f"{CLIENTS_PATH}/{pair['client_id']}")
    await root.request("GET", CLIENTS_PATH)
    await service.start()
    service.trail.write()
    us, new, here, now = root.client_id, pair["client_id"], "127.0.0.1", clock()
    assert sorted(rows(data)) == sorted(
        [
            AuditRow(now, AuditEvent.ROTATE_ROOT, client=us),
            AuditRow(now, AuditEvent.SIGN_IN, caller=us, address=here),
            AuditRow(now, AuditEvent.CREATE, caller=us, client=new, address=here),
            AuditRow(now, AuditEvent.DELETE, caller=us, client=new, address=here),
            AuditRow(now, AuditEvent.DELETE, AuditOutcome.REFUSED, 404, us, new, here),
            AuditRow(now, AuditEvent.START),
        ],
    )


async def test_what_is_acknowledged_is_recorded_before(
    root: Caller, service: LocalService, data: Path
) -> None:
    pair = await root.create()
    assert rows(data)[-1].client == pair["client_id"]
    with service.store.exclusively() as db:
        db.execute("CREATE TRIGGER refused BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")
    answer = await root.request("POST", CLIENTS_PATH, json={"name": "unrecorded"})
    assert (answer.status_code, answer.json()["code"]) == (500, "CLIENT_CREATE_FAILED")
    answer = await root.request("DELETE", f"{CLIENTS_PATH}/{pair['client_id']}")
    assert (answer.status_code, answer.json()["code"]) == (500, "CLIENT_DELETE_FAILED")
    assert "unrecorded" not in await root.names()
    assert "hvac-sync" in await root.names()
    with service.store.exclusively() as db:
        db.execute("DROP TRIGGER refused")


@pytest.mark.parametrize(
    ("method", "path", "more", "event", "status"),
    [
        ("POST", CLIENT_LOGIN_PATH, {"json": {"client_id": SOMEBODY}}, AuditEvent.SIGN_IN, 400),
        ("POST", CLIENTS_PATH, {"json": {"name": ""}}, AuditEvent.CREATE, 400),
        ("GET", CLIENTS_PATH, {"headers": {"Authorization": "Bearer a.b.c"}}, AuditEvent.READ, 401),
        ("GET", f"{CLIENTS_PATH}/{SOMEBODY}", {}, AuditEvent.READ, 404),
    ],
)
async def test_what_is_refused_is_recorded(
    root: Caller,
    service: LocalService,
    data: Path,
    method: str,
    path: str,
    more: dict[str, Any],
    event: AuditEvent,
    status: int,
) -> None:
    assert (await root.request(method, path, **more)).status_code == status
    service.trail.write()
    refused = [row for row in rows(data) if row.outcome is AuditOutcome.REFUSED]
    caller = SOMEBODY if event is AuditEvent.SIGN_IN else None if status == 401 else root.client_id
    assert [(row.event, row.status, row.caller) for row in refused] == [(event, status, caller)]


async def test_a_path_that_there_is_not_is_nobodys_doing(
    root: Caller, service: LocalService, data: Path
) -> None:
    await root.request("GET", "/wp-login.php")
    await root.request("PUT", CLIENTS_PATH)
    service.trail.write()
    assert not [row for row in rows(data) if row.outcome is not AuditOutcome.DONE]


async def test_a_flood_of_refused_sign_ins_is_counted(
    root: Caller, http: httpx.AsyncClient, service: LocalService, data: Path, clock: Clock
) -> None:
    wrong = login({"client_id": root.client_id, "client_secret": "wrong"})
    for number in range(150):
        ksuid = f"{number:027}"
        asked = wrong if number % 3 == 0 else wrong | {"client_id": f"client_{ksuid}"}
        assert (await http.post(CLIENT_LOGIN_PATH, json=asked)).status_code == 401
        if number % 50 == 49:
            service.trail.write()
    refused = [row for row in rows(data) if row.status == 401]
    assert sum(row.times for row in refused) == 150
    assert len(refused) <= 21
    assert max(row.times for row in refused if row.caller == root.client_id) == 50
    clock.ahead(61)  # then it is told anew
    await http.post(CLIENT_LOGIN_PATH, json=wrong)
    service.trail.write()
    assert rows(data)[-1][:6] == (
        clock(),
        AuditEvent.SIGN_IN,
        AuditOutcome.REFUSED,
        401,
        root.client_id,
        None,
    )


async def test_no_secret_and_no_token_is_in_it(
    root: Caller, http: httpx.AsyncClient, service: LocalService, data: Path
) -> None:
    """Not even one that was given in an id's place."""
    pair = await root.create()
    secret, token = pair["client_secret"], root._headers["Authorization"].split()[1]
    assert (await http.post(CLIENT_LOGIN_PATH, json=login(pair) | {"client_id": secret})).status_code == 401
    for wrong in (secret, token):
        await http.post(CLIENT_LOGIN_PATH, json=login(pair) | {"client_secret": wrong + "x"})
        assert (await root.request("GET", f"{CLIENTS_PATH}/{wrong}")).status_code == 404
    service.trail.write()
    assert len([row for row in rows(data) if row.outcome is AuditOutcome.REFUSED]) == 3
    written = b"".join(file.read_bytes() for file in data.glob(f"{DATABASE}*"))
    assert secret.encode() not in written
    assert token.encode() not in written


async def test_sign_ins_are_written_soon_without_being_told_to(
    root: Caller, service: LocalService, data: Path
) -> None:
    """With no disk in their way: the answer came before."""
    assert AuditEvent.SIGN_IN not in [row.event for row in rows(data)]
    await until(lambda: AuditEvent.SIGN_IN in [row.event for row in rows(data)])


async def test_the_last_ones_are_written_at_the_end(root: Caller, service: LocalService, data: Path) -> None:
    await service.stop()
    assert rows(data)[-1].event is AuditEvent.SIGN_IN


async def test_what_a_full_disk_did_not_take_is_written_later(
    root: Caller, service: LocalService, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with service.store.exclusively() as db:
        db.execute("ALTER TABLE audit RENAME TO elsewhere")
    await root.sign_in()
    with caplog.at_level(logging.ERROR):
        service.trail.write()
        await service.start()
    assert "sign-ins could not be recorded: OperationalError" in caplog.text
    assert "the start could not be recorded: OperationalError" in caplog.text
    with service.store.exclusively() as db:
        db.execute("ALTER TABLE elsewhere RENAME TO audit")
    service.trail.write()
    assert rows(data)[-1][1::6] == (AuditEvent.SIGN_IN, 2)


async def test_rows_go_after_a_year_or_when_it_is_told(
    root: Caller, service: LocalService, data: Path, clock: Clock
) -> None:
    service.trail.write()
    assert len(rows(data)) == 2
    clock.ahead(364 * 86_400)
    await root.sign_in()
    service.trail.write()
    assert len(rows(data)) == 3
    shorter = Trail(service.store, clock, kept_days=30)
    shorter.signed_in(AuditRow(clock(), AuditEvent.SIGN_IN, caller=root.client_id))
    shorter.close()
    assert [row.at for row in rows(data)] == [clock()] * 2


# serve audit


@pytest.fixture
def recorded(service: LocalService, data: Path, clock: Clock) -> Path:
    """A folder with a few rows, some of them of yesterday."""
    at = 1_795_521_840.0  # 2026-11-24 12:04 UTC
    new = "client_32hZs4xGQv9eKpJtN6fLrcWbU1D"
    with service.store.exclusively() as db:
        db.execute("DELETE FROM audit")
        audit.record(
            db,
            [
                AuditRow(at - 86_400, AuditEvent.START),
                AuditRow(at, AuditEvent.SIGN_IN, caller=SOMEBODY, address="127.0.0.1"),
                AuditRow(at + 1.25, AuditEvent.CREATE, caller=SOMEBODY, client=new, address="local socket"),
                AuditRow(
                    at + 2, AuditEvent.SIGN_IN, AuditOutcome.REFUSED, 401, new, address="::1", times=1200
                ),
            ],
        )
    return data


def test_serve_audit_prints_a_line_each(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert print_audit(recorded) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2026-11-23 12:04:00Z  start        done",
        f"2026-11-24 12:04:00Z  sign-in      done         {SOMEBODY} from 127.0.0.1",
        "2026-11-24 12:04:01Z  create       done         client_32hZs4xGQv9eKpJtN6fLrcWbU1D "
        f"by {SOMEBODY} from local socket",
        "2026-11-24 12:04:02Z  sign-in      refused 401  client_32hZs4xGQv9eKpJtN6fLrcWbU1D from ::1 1,200 times",
    ]


def test_as_json_each_line_has_every_field(
    recorded: Path, clock: Clock, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    from datetime import UTC, datetime

    since = datetime(2026, 11, 24, tzinfo=UTC)
    assert print_audit(recorded, since=since, client="client_32hZs4xGQv9eKpJtN6fLrcWbU1D", as_json=True) == 0
    first, second = map(json.loads, capsysbinary.readouterr().out.splitlines())
    assert first == {
        "at": "2026-11-24T12:04:01.250Z",
        "event": "create",
        "outcome": "done",
        "status": None,
        "caller": SOMEBODY,
        "client": "client_32hZs4xGQv9eKpJtN6fLrcWbU1D",
        "address": "local socket",
        "times": 1,
    }
    assert (second["outcome"], second["status"], second["times"]) == ("refused", 401, 1200)


def test_following_prints_what_comes(
    recorded: Path, service: LocalService, capsys: pytest.CaptureFixture[str]
) -> None:
    turns = iter([True, False])

    def sleep(_seconds: float) -> None:
        if not next(turns):
            raise KeyboardInterrupt
        capsys.readouterr()
        service.record(AuditEvent.ROTATE_KEY)

    with pytest.raises(KeyboardInterrupt):
        print_audit(recorded, follow=True, sleep=sleep)
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()] == ["rotate-key"]


def test_where_there_is_none_it_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert print_audit(tmp_path) == 1
    assert "There is no audit in" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []
    (tmp_path / DATABASE).write_bytes(b"nonsense" * 200)
    (tmp_path / DATABASE).chmod(0o600)
    assert print_audit(tmp_path) == 1
    assert "can't be read" in capsys.readouterr().err


def test_what_can_not_be_read_is_closed_again(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"nonsense" * 200)
    (tmp_path / DATABASE).chmod(0o600)
    gc.disable()  # which would close it too, whenever it comes by
    try:
        assert print_audit(tmp_path) == 1
        assert tmp_path / DATABASE not in open_files()
    finally:
        gc.enable()


async def test_a_demo_that_is_never_started_records_too(data: Path, clock: Clock) -> None:
    opened = open_service(data, now=clock)
    opened.close()
    assert [row.event for row in rows(data)] == [AuditEvent.ROTATE_ROOT]
