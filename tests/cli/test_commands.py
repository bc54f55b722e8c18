"""The commands around the service: settings, doctor, and what the process forbids itself."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from butlr_tui import cli
from tests.cli.conftest import Run


def test_config_init_writes_a_file_that_config_then_reads(butlr_tui: Run) -> None:
    before = butlr_tui("config")
    assert before.returncode == 0
    assert "not there" in before.stdout
    made = butlr_tui("config", "init")
    assert made.returncode == 0
    path = Path(made.stderr.split("Wrote ")[1].split(":")[0])
    assert path.stat().st_mode & 0o777 == 0o600
    assert butlr_tui("config", "init").returncode == 1
    assert "profile local" in butlr_tui("config").stdout


def test_config_tells_what_is_wrong_with_its_line(butlr_tui: Run) -> None:
    path = Path(butlr_tui("config", "init").stderr.split("Wrote ")[1].split(":")[0])
    path.write_text('[profiles.prod]\nbase_url = "https://m2m.example.org"\ncolur = "red"\n')
    told = butlr_tui("config")
    assert told.returncode == 1
    assert f"{path}:3:" in told.stdout
    assert "colour" in told.stdout


def test_an_address_that_can_not_be_one_is_told(butlr_tui: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name can be encoded, and not decoded again: that was a traceback."""
    monkeypatch.setenv("BUTLR_BASE_URL", "https://xn--/")
    monkeypatch.setenv("BUTLR_TOKEN", "a.b.c")
    ended = butlr_tui("list")
    assert ended.stderr == "The host of this address is not a host's name.\n"
    assert ended.returncode == 1


def test_doctor_says_what_fails_and_what_to_do(butlr_tui: Run) -> None:
    ended = butlr_tui("doctor", "--profile", "local", "--json")
    assert ended.returncode == 1
    report = json.loads(ended.stdout)
    assert report["ok"] is False
    failed = [check for check in report["checks"] if check["status"] == "fail"]
    assert "connection refused" in failed[0]["found"]
    assert "butlr-tui serve" in failed[0]["todo"]


def test_doctor_is_content_with_a_service_that_runs(serving: str, butlr_tui: Run) -> None:
    ended = butlr_tui("doctor", "--profile", "local")
    assert ended.returncode == 0, ended.stdout
    assert "fail" not in ended.stdout
    assert "1 client" in ended.stdout


def test_the_auth0_engine_names_what_it_lacks(butlr_tui: Run) -> None:
    for words in (("serve", "--engine", "auth0"), ("serve", "check")):
        ended = butlr_tui(*words)
        assert ended.returncode == 1
        assert "AUTH0_DOMAIN" in ended.stderr


@pytest.mark.parametrize(
    "words",
    [
        "serve check",
        "serve --engine auth0 check",
        "serve check --engine auth0",
        "--profile local serve check",
        "serve --profile local check",
        "serve check --profile local",
        "serve --port 1 --data d check --host h",
    ],
)
def test_check_takes_what_serve_takes_before_it_and_after(butlr_tui: Run, words: str) -> None:
    ended = butlr_tui(*words.split())
    assert ended.returncode == 1
    assert "AUTH0_DOMAIN" in ended.stderr


@pytest.mark.parametrize(
    "words", ["--profile local config init", "config --profile local init", "config init --profile local"]
)
def test_init_takes_a_profile_before_it_and_after(butlr_tui: Run, words: str) -> None:
    assert "Wrote " in butlr_tui(*words.split()).stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("serve", "Run the M2M client service on this machine."),
        ("serve check", "Only verify that the Auth0 tenant can serve; changes nothing without --write."),
        ("serve audit", "Print who did what at the service of this machine."),
        ("config", "Print the settings in force, and where each comes from."),
        ("config init", "Write a commented file to start with."),
    ],
)
def test_each_command_has_help_of_its_own(butlr_tui: Run, words: str, sentence: str) -> None:
    ended = butlr_tui(*words.split(), "--help")
    assert ended.returncode == 0
    assert ended.stdout.startswith(f"usage: butlr-tui {words} ")
    assert sentence in ended.stdout


def test_the_audit_is_read_in_the_folder_that_is_named_beside_a_service_that_runs(
    serving: str, data: Path, butlr_tui: Run, tmp_path: Path
) -> None:
    assert butlr_tui("list", "--profile", "local").returncode == 0
    rows = butlr_tui("serve", "audit", "--since", "1d", "--json").stdout.splitlines()
    assert [json.loads(row)["event"] for row in rows][:2] == ["rotate-root", "start"]
    elsewhere = butlr_tui("serve", "--data", str(tmp_path / "nothing"), "audit")
    assert (elsewhere.returncode, elsewhere.stdout) == (1, "")
    assert "There is no audit in" in elsewhere.stderr


@pytest.mark.parametrize(
    "words", ["serve audit --since soon", "serve --audit-days 0", "serve audit --since 99999y"]
)
def test_what_is_no_time_is_a_usage_error(butlr_tui: Run, words: str) -> None:
    ended = butlr_tui(*words.split())
    assert ended.returncode == 2
    assert "is no " in ended.stderr


@pytest.mark.parametrize("words", ["serve nothing", "serve check check", "config nothing"])
def test_what_is_no_command_is_a_usage_error(butlr_tui: Run, words: str) -> None:
    assert butlr_tui(*words.split()).returncode == 2


@pytest.mark.parametrize(
    ("words", "lacking"),
    [
        (["serve"], "service.run"),
        (["serve", "check"], "service.auth0.check"),
        (["serve", "clients"], "service.commands.clients"),
        (["serve", "audit"], "service.commands.audit"),
        (["demo"], None),
    ],
)
def test_without_the_extra_it_says_how_to_get_it(
    words: list[str],
    lacking: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # It would hold for the whole of this process.
    monkeypatch.setattr(cli, "keep_memory_to_ourselves", lambda: None)
    monkeypatch.setattr(cli, "has_service", lambda: False)
    if lacking is not None:
        monkeypatch.setitem(sys.modules, f"butlr_tui.{lacking}", None)
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert "needs the extra “service”" in told
    assert ".venv/bin/pip install -e '.[service]'" in told


def test_no_core_dump_holds_a_secret_and_no_process_of_others_reads_it() -> None:
    script = (
        "import resource, butlr_tui.cli\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, resource.getrlimit(resource.RLIMIT_CORE)[1]))\n"
        "try: butlr_tui.cli.main(['config'])\n"
        "except SystemExit: pass\n"
        "assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)\n"
        "import ctypes, sys\n"
        "assert sys.platform != 'linux' or ctypes.CDLL(None).prctl(3) == 0\n"  # PR_GET_DUMPABLE
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
