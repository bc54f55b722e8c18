"""Credentials from a file that is ours alone, or from the environment."""

import json
import os
import socket
from pathlib import Path

import pytest

from butlr_tui.auth.sources import read_credentials
from butlr_tui.config.profiles import CredentialFile, CredentialVariables
from butlr_tui.contract import ROOT_CREDENTIAL
from butlr_tui.http.errors import CredentialError

PAIR = {"client_id": "client_me", "client_secret": "canary"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "credential.json"
    file.write_text(json.dumps(PAIR))
    file.chmod(0o600)
    return file


def open_files() -> int:
    """Where /proc tells them; else a constant."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def refused(path: Path) -> str:
    before = open_files()
    with pytest.raises(CredentialError) as caught:
        read_credentials(CredentialFile(path))
    assert "canary" not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert open_files() == before
    return caught.value.message


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_private_file_is_read(path: Path, mode: int) -> None:
    path.chmod(mode)
    credentials = read_credentials(CredentialFile(path))
    assert credentials.client_id == "client_me"
    assert credentials.client_secret.get_secret_value() == "canary"
    assert "canary" not in repr(credentials)


@pytest.mark.parametrize(
    "mode",
    [0o700, 0o500, 0o610, 0o620, 0o640, 0o660, 0o670, 0o601, 0o602, 0o604, 0o606, 0o607, 0o644, 0o664, 0o666,
     0o755, 0o777, 0o440, 0o444, 0o404, 0o4600, 0o2600, 0o1600],
)  # fmt: skip
def test_other_modes_are_refused(path: Path, mode: int) -> None:
    path.chmod(mode)
    assert f"(mode {mode:04o}): `chmod 600` it." in refused(path)


def test_what_is_no_file_of_ours_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = path.parent
    link, dangling, fifo, unix = (folder / name for name in ("link", "dangling", "fifo", "socket"))
    link.symlink_to(path)
    dangling.symlink_to(folder / "nothing")
    os.mkfifo(fifo, 0o600)
    assert "symbolic link" in refused(link)
    assert "symbolic link" in refused(dangling)
    assert "not a regular file" in refused(fifo)
    assert "not a regular file" in refused(folder)
    assert "not a regular file" in refused(Path("/dev/null"))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(unix))
        assert "can't be opened" in refused(unix)
    assert "can't be opened (not a directory)" in refused(path / "below")
    assert "no such name" in refused(Path("a\0b"))
    someone = os.getuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: someone)
    assert "belongs to someone else" in refused(path)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    root = tmp_path / ROOT_CREDENTIAL
    assert refused(root) == f"No root credential at {root}: start `butlr-tui serve` once on this machine."
    assert refused(tmp_path / "other") == f"No credentials at {tmp_path / 'other'}: there is no such file."
    assert "␛" in refused(tmp_path / "a\x1b[2Jb")


@pytest.mark.parametrize(
    "content",
    [b"", b"canary", b"[]", b"null", b"\xff", b'{"client_id":"a"}', b'{"client_secret":"canary"}',
     b'{"client_id":"","client_secret":"canary"}', b'{"client_id":"a","client_secret":""}',
     b'{"client_id":1,"client_secret":"canary"}', b'{"client_id":"a","client_secret":1}'],
)  # fmt: skip
def test_other_contents_are_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert refused(path) == f'{path} does not hold {{"client_id": …, "client_secret": …}}.'


def test_a_long_file_is_refused(path: Path) -> None:
    path.write_bytes(b" " * (65 << 10))
    assert "too long" in refused(path)


def test_variables() -> None:
    full = {"BUTLR_CLIENT_ID": "a", "BUTLR_CLIENT_SECRET": "canary"}
    assert read_credentials(CredentialVariables(), full).client_id == "a"
    for missing in full:
        with pytest.raises(CredentialError, match="must both be set"):
            read_credentials(CredentialVariables(), {**full, missing: ""})
        with pytest.raises(CredentialError):
            read_credentials(CredentialVariables(), {missing: "x"})
        for odd in ("a\udcff", "a\r\nb", "a\n"):
            with pytest.raises(CredentialError):
                read_credentials(CredentialVariables(), {**full, missing: odd})
