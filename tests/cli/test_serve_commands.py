"""The commands that look after a data folder, as an administrator types them while it is served."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_a_folder_is_looked_after_while_it_is_served(
    serving: str, butlr_tui: Run, data: Path, tmp_path: Path
) -> None:
    before = json.loads((data / "root-credential.json").read_bytes())
    made = butlr_tui("create", "--name", "hvac", "--to", "stdout", "--format", "json", "--profile", "local")
    hvac = json.loads(made.stdout)["client_id"]
    tree = butlr_tui("serve", "clients", "--tree")
    assert tree.returncode == 0
    assert tree.stdout.splitlines() == [f"{before['client_id']}  butlr-tui root", f"  {hvac}  hvac"]

    assert butlr_tui("serve", "rotate-key").returncode == 0
    assert butlr_tui("serve", "--data", str(data), "rotate-root").returncode == 0
    after = json.loads((data / "root-credential.json").read_bytes())
    assert after["client_id"] != before["client_id"]
    assert "hvac" in butlr_tui("list", "--profile", "local").stdout

    assert butlr_tui("serve", "backup", str(tmp_path / "b.tar")).returncode == 0
    revoked = butlr_tui("serve", "revoke", hvac, "--with-descendants")
    assert (revoked.returncode, revoked.stdout) == (0, "")
    assert "hvac" not in butlr_tui("list", "--profile", "local").stdout
    assert butlr_tui("serve", "revoke", hvac).returncode == 1

    other = str(tmp_path / "other")
    assert butlr_tui("serve", "restore", str(tmp_path / "b.tar"), "--data", other).returncode == 0
    assert "hvac" in butlr_tui("serve", "clients", "--data", other).stdout
    again = butlr_tui("serve", "restore", str(tmp_path / "b.tar"), "--data", other)
    assert (again.returncode, "already: nothing was restored" in again.stderr) == (1, True)


def test_the_folder_that_systemd_made_comes_before_the_users_own(
    butlr_tui: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", f"{tmp_path / 'state'}:{tmp_path / 'backups'}")
    assert f"There are no clients in {tmp_path / 'state'}:" in butlr_tui("serve", "clients").stderr
    named = butlr_tui("serve", "clients", "--data", str(tmp_path / "named"))
    assert f"There are no clients in {tmp_path / 'named'}:" in named.stderr
    assert named.returncode == 1


@pytest.mark.parametrize(
    "words",
    [
        "--issuer nonsense",
        "--issuer https://",
        "--issuer https://m2m.example.com/?x",
        "--issuer https://m2m.example.com --engine auth0",
        "--forwarded-from nonsense",
        "--forwarded-from 10.0.0.1/8",
        "--log xml",
    ],
)
def test_what_can_not_be_meant_is_a_usage_error(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    from butlr_tui.cli import _run

    assert _run(["serve", *words.split()]) == 2
    assert words.partition(" ")[0] in capsys.readouterr().err
