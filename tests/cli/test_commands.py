"""The commands around the service: settings, doctor, and what the process forbids itself."""

import json
import subprocess
import sys
from pathlib import Path

from butlr_tui import cli
from butlr_tui.config.model import LOCAL_URL
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


def test_doctor_says_what_fails_and_what_to_do(nobody: str, butlr_tui: Run) -> None:
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


def test_serve_listens_where_the_built_in_profile_looks_for_it() -> None:
    options = cli._parsed(["serve"])
    assert f"http://{options.host}:{options.port}" == LOCAL_URL


def test_the_auth0_engine_names_what_it_lacks(butlr_tui: Run) -> None:
    for words in (("serve", "--engine", "auth0", "--port", "0"), ("serve", "check")):
        ended = butlr_tui(*words)
        assert ended.returncode == 1
        assert "AUTH0_DOMAIN" in ended.stderr


def test_no_core_dump_holds_a_secret() -> None:
    script = (
        "import resource, butlr_tui.cli\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, resource.getrlimit(resource.RLIMIT_CORE)[1]))\n"
        "try: butlr_tui.cli.main(['config'])\n"
        "except SystemExit: pass\n"
        "assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
