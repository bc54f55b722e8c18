"""The commands that look after a data folder, as an administrator types them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from butlr_tui.cli import _run
from butlr_tui.service.local import open_service
from butlr_tui.service.store import StoredClient

Type = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Type:
    """Runs a command: its code, and what it wrote to stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        code = _run(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_folder_is_looked_after_while_it_is_open(data: Path, tmp_path: Path, typed: Type) -> None:
    service = open_service(data)
    root = service.root.client_id
    service.store.add([StoredClient("client_a", root, "hvac", "", bytes(32))])
    assert typed("serve", "clients", "--tree") == (0, f"{root}  butlr-tui root\n  client_a  hvac\n", "")
    assert typed("serve", "rotate-key")[0] == 0
    assert typed("serve", "--data", str(data), "rotate-root")[0] == 0
    assert service.store.secret_hash(root) is None

    archive, other = str(tmp_path / "b.tar"), str(tmp_path / "other")
    assert typed("serve", "backup", archive)[0] == 0
    code, out, told = typed("serve", "revoke", "client_a", "--with-descendants")
    assert (code, out, told.startswith("Deleted “hvac”, client_a.")) == (0, "", True)
    assert service.store.secret_hash("client_a") is None
    assert typed("serve", "revoke", "client_a")[0] == 1
    assert typed("serve", "restore", archive, "--data", other)[0] == 0
    assert "hvac" in typed("serve", "clients", "--data", other)[1]
    code, _, told = typed("serve", "restore", archive, "--data", other)
    assert (code, "already: nothing was restored" in told) == (1, True)
    service.close()


def test_the_folder_that_systemd_made_comes_before_the_users_own(
    tmp_path: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", f"{tmp_path / 'state'}:{tmp_path / 'backups'}")
    assert f"There are no clients in {tmp_path / 'state'}:" in typed("serve", "clients")[2]
    named = str(tmp_path / "named")
    code, _, told = typed("serve", "clients", "--data", named)
    assert (code, f"There are no clients in {named}:" in told) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        "--issuer nonsense",
        "--issuer https://",
        "--issuer https://[",
        "--issuer https://m2m.example.com/?x",
        "--issuer https://m2m.example.com --engine auth0",
        "--forwarded-from nonsense",
        "--forwarded-from 10.0.0.1/8",
        "--log xml",
    ],
)
def test_what_can_not_be_meant_is_a_usage_error(words: str, typed: Type) -> None:
    code, _, told = typed("serve", *words.split())
    assert (code, words.partition(" ")[0] in told) == (2, True)
