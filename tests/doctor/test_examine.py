"""`doctor`: what works is ok, what does not says what to do, nothing is changed and no secret is told."""

import json
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from butlr_tui.config.load import load
from butlr_tui.doctor import account, network
from butlr_tui.doctor.check import Check, Status
from butlr_tui.doctor.examine import examine
from butlr_tui.doctor.settings import settings_checks
from butlr_tui.doctor.terminal import TerminalWindow
from butlr_tui.journal.journal import Journal
from butlr_tui.system.user_folders import state_folder
from tests.auth.test_token_claims import jwt
from tests.support.faults import SECRET, TOKEN, Behaviour, FaultServer, hang_up, reply, stall

GOOD_WINDOW = TerminalWindow(is_terminal=True, size=(120, 40), encoding="utf-8")
CLIENT = {"id": "client_1", "client_id": "client_1", "name": "n", "description": ""}
UNAUTHORISED = reply(401, {"message": "missing or malformed jwt"})


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def write(settings: Path, url: str, more: str = "", *, begin: str = "", mode: int = 0o600) -> None:
    credentials = settings.with_name("pair.json")
    credentials.touch(0o600)
    credentials.write_text(json.dumps({"client_id": "client_me", "client_secret": SECRET}))
    text = f'[profiles.prod]\nbase_url = "{url}"\n' + (more or 'credential_file = "pair.json"\n')
    settings.touch()
    settings.chmod(mode)
    settings.write_text(begin + text)


async def examined(settings: Path, name: str | None = None, **variables: str) -> dict[str, Check]:
    """The checks by their names."""
    environment = {"BUTLR_TUI_CONFIG": str(settings), "TERM": "xterm-256color", "PATH": "/usr/bin:/bin"}
    checks = await examine(name, environment={**environment, **variables}, window=GOOD_WINDOW)
    for check in checks:
        assert check.found.isprintable() and check.todo.isprintable()
        assert check.status is not Status.FAIL or check.todo
        assert SECRET not in repr(check) and TOKEN not in repr(check)
    return {check.name: check for check in checks}


def failed(checks: dict[str, Check]) -> list[str]:
    return [name for name, check in checks.items() if check.status is Status.FAIL]


async def test_who_a_secret_can_be_sealed_for(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN"
    write(
        settings, "http://127.0.0.1:1", begin=f'[recipients]\nanna = "{anna}"\nben = "/nonexistent/ben.pub"\n'
    )
    checks = await examined(settings)
    assert checks["recipient anna"].found == "SHA256:PYX4o9UfGwCwG76hFcLAEkmMS0PtIBtV9MNmVgW16Oc."
    assert checks["recipient ben"].status is Status.FAIL
    assert checks["recipient ben"].found.startswith("/nonexistent/ben.pub can't be read")
    monkeypatch.setattr("butlr_tui.delivery.sealing.has_library", lambda: False)
    checks = await examined(settings, PATH="/nonexistent")
    assert "install one of them" in checks["recipient anna"].found


async def test_a_journal_that_others_may_look_into(settings: Path) -> None:
    folder = state_folder()
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    check = (await examined(settings))["journal"]
    assert check.status is Status.FAIL
    assert "Others may look into" in check.found and "`chmod 700` it" in check.found


async def test_creates_that_were_left_unfinished_are_counted(settings: Path) -> None:
    journal = Journal()
    journal.create("http://localhost", "prod", "kiosk", None)
    check = (await examined(settings))["journal"]
    assert check.status is Status.OK
    assert check.found.endswith("can be used; 1 create in it left unfinished.")


async def test_all_is_well(settings: Path) -> None:
    async with FaultServer(UNAUTHORISED, reply(200, [CLIENT])) as server:
        write(settings, server.url)
        checks = await examined(settings)
        assert server.lines == ["GET /api/v1/client"] * 2
        assert "authorization" not in server.seen[0].headers
        assert len(server.sign_ins) == 1
    tried = "settings, profile, journal, service answer, sign-in, list, terminal, colours, clipboard"
    assert {name: check.status for name, check in checks.items()} == dict.fromkeys(
        tried.split(", "), Status.OK
    )
    assert checks["list"].found == "The service lists 1 client."
    assert checks["list"].seconds is not None and checks["sign-in"].seconds is not None
    assert "asks for a token as it should" in checks["service answer"].found
    assert "the token holds for 61 min" in checks["sign-in"].found


@pytest.mark.parametrize(
    ("behaviour", "status", "words"),
    [
        (reply(404, {"message": "Not Found"}), Status.FAIL, "There is no M2M service"),
        (reply(403, "<html>"), Status.WARN, "A gateway in front of"),
        (reply(200, "[]"), Status.WARN, "answers 200 to a call without a token"),
        (hang_up, Status.FAIL, "gave no answer"),
        (stall, Status.FAIL, "took too long"),
    ],
)
async def test_what_answers(
    settings: Path, behaviour: Behaviour, status: Status, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "LIMIT", 1.5)
    async with FaultServer(behaviour, reply(200, [])) as server:
        write(settings, server.url)
        checks = await examined(settings)
    assert checks["service answer"].status is status
    assert words in checks["service answer"].found
    assert ("sign-in" in checks) == (status is not Status.FAIL)


async def test_nobody_answers(settings: Path) -> None:
    async with FaultServer(hang_up) as server:
        url = server.url
    write(settings, url)
    checks = await examined(settings)
    assert failed(checks) == ["service answer"]
    assert "connection refused" in checks["service answer"].found
    assert "butlr-tui serve" in checks["service answer"].todo


async def test_another_address_signs_in(settings: Path) -> None:
    async with FaultServer(UNAUTHORISED, reply(200, [])) as server, FaultServer(reply(404, {})) as door:
        write(settings, server.url, f'auth_url = "{door.url}"\ncredential_file = "pair.json"')
        checks = await examined(settings)
        assert failed(checks) == []
        assert checks["sign-in answer"].found == f"127.0.0.1:{door.port} answers."
        assert (len(door.sign_ins), server.sign_ins) == (1, [])


@pytest.mark.parametrize(
    ("sign_in", "listing", "name", "words"),
    [
        (
            reply(401, {"message": SECRET}),
            reply(200, []),
            "sign-in",
            "does not accept this client id and secret",
        ),
        (reply(500), reply(200, []), "sign-in", "answered 500"),
        (reply(404), reply(200, []), "sign-in", "Nobody signs in at"),
        (None, reply(401, {"message": "invalid or expired jwt"}), "list", "no longer accepts your token"),
        (None, reply(200, "{}"), "list", "not a list"),
        (None, reply(404, {}), "list", "There is no M2M service"),
    ],
)
async def test_the_account(
    settings: Path, sign_in: Behaviour | None, listing: Behaviour, name: str, words: str
) -> None:
    async with FaultServer(UNAUTHORISED, listing, sign_in=sign_in) as server:
        write(settings, server.url)
        checks = await examined(settings)
    assert failed(checks) == [name]
    assert words in checks[name].found


async def test_what_takes_for_ever(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "PATIENCE", 1.5)
    async with FaultServer(UNAUTHORISED, stall) as server:
        write(settings, server.url)
        assert "No list came within 1.5 s" in (await examined(settings))["list"].found
    async with FaultServer(UNAUTHORISED, sign_in=stall) as server:
        write(settings, server.url)
        assert "No token came within 1.5 s" in (await examined(settings))["sign-in"].found


async def test_each_kind_of_missing_credentials(settings: Path) -> None:
    async with FaultServer(UNAUTHORISED) as server:
        write(settings, server.url, "prompt = true")
        asks = (await examined(settings))["sign-in"]
        assert (asks.status, asks.todo) == (Status.WARN, "Start `butlr-tui` and sign in; doctor can't ask.")
        write(settings, server.url, 'credential_file = "none.json"')
        missing = (await examined(settings))["sign-in"]
        assert (missing.status, missing.todo) == (
            Status.FAIL,
            "Put the profile's source right (`butlr-tui config` shows it).",
        )
        write(settings, server.url, 'token_command = ["false"]')
        assert "false gave no credentials" in (await examined(settings))["sign-in"].found


async def test_a_token_without_client_id_or_past_its_end(settings: Path) -> None:
    async with FaultServer(UNAUTHORISED, reply(200, [])) as server:
        variables = {"BUTLR_BASE_URL": server.url, "BUTLR_TOKEN": jwt({"azp": "me", "exp": 4e9})}
        check = (await examined(settings, **variables))["sign-in"]
        assert check.status is Status.WARN
        assert "missing client_id" in check.found
        variables["BUTLR_TOKEN"] = jwt({"client_id": "me", "exp": 1})
        check = (await examined(settings, **variables))["sign-in"]
        assert (check.status, check.todo) == (
            Status.WARN,
            "By this machine's clock it has ended: get a new one.",
        )


async def test_a_clock_that_is_off(settings: Path) -> None:
    theirs = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)
    async with FaultServer(reply(401, {}, Date=theirs), reply(200, [])) as server:
        write(settings, server.url)
        check = (await examined(settings))["clock"]
    assert check.status is Status.WARN
    assert "s ahead of the service's" in check.found


@pytest.mark.parametrize("url", ["http://api.butlr.io", "https://h?x"])
async def test_an_address_that_can_not_be_used(settings: Path, url: str) -> None:
    write(settings, url)
    assert failed(await examined(settings)) == ["service address"]


async def test_dns_and_proxy(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(settings, "https://no-such-host.invalid")
    checks = await examined(settings)
    assert failed(checks) == ["service DNS"]
    async with FaultServer(reply(407)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:{SECRET}@127.0.0.1:{proxy.port}")
        checks = await examined(settings)
        assert proxy.lines == ["CONNECT no-such-host.invalid:443"]
    assert f"through 127.0.0.1:{proxy.port}" in checks["service proxy"].found
    assert failed(checks) == ["service answer"]
    assert "NO_PROXY" in checks["service answer"].todo


async def test_a_name_that_has_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FaultServer(UNAUTHORISED) as server:
        url = f"http://localhost:{server.port}"
        checks = [check async for check in network.network_checks("service", url)]
    assert checks[0].found.startswith("localhost is ")
    assert checks[0].status is Status.OK
    assert socket.gethostbyname("localhost")


async def test_certificates(settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    write(settings, "https://127.0.0.1:1")
    check = (await examined(settings))["service TLS"]
    assert check.status is Status.FAIL
    assert "SSL_CERT_FILE" in check.found


async def test_settings_with_mistakes(settings: Path) -> None:
    async with FaultServer(UNAUTHORISED, reply(200, [])) as server:
        write(settings, server.url, begin="mouze = 1\n")
        checks = await examined(settings)
    assert checks["settings"].status is Status.WARN
    assert "config.toml:1: There is no setting “mouze” here." in checks["settings"].found
    assert failed(checks) == []


def test_a_filter_whose_words_can_not_be_meant(settings: Path) -> None:
    settings.write_text('[filters]\nred = "hvac colour:red"\nfine = "age:>2y"\nother = "@fine"\n')
    *wrong, last = settings_checks(load({"BUTLR_TUI_CONFIG": str(settings)}))
    assert [check.status for check in wrong] == [Status.WARN] * 2
    assert wrong[0].found.startswith("The filter other can't be meant so: @fine is no filter's name")
    assert wrong[1].found.startswith("The filter red can't be meant so: colour:red: the filter knows")
    assert last.status is Status.OK


async def test_settings_that_others_may_write(settings: Path) -> None:
    async with FaultServer(UNAUTHORISED, reply(200, [])) as server:
        write(settings, server.url, mode=0o666)
        environment = {"BUTLR_TUI_CONFIG": str(settings), "TERM": "xterm"}
        checks = await examine(environment=environment, window=GOOD_WINDOW)
    assert [check.status for check in checks if check.name == "settings"] == [Status.WARN, Status.OK]
    assert checks[0].todo == f"`chmod go-w {settings}`."


async def test_no_profile(settings: Path) -> None:
    checks = await examined(settings)
    assert failed(checks) == ["profile"]
    assert "service answer" not in checks
    assert failed(await examined(settings, "prdo")) == ["profile"]


async def test_commands_that_keep_secrets(settings: Path) -> None:
    async with FaultServer(UNAUTHORISED, reply(200, [])) as server:
        write(
            settings,
            server.url,
            'credential_file = "pair.json"\ncommands.a.argv = ["no-such-program-x"]\ncommands.b.argv = ["cat"]',
        )
        checks = await examined(settings)
    assert failed(checks) == ["command a"]
    assert checks["command b"].status is Status.OK
