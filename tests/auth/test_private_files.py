"""Reliability figure 24: files with bad modes, owners, links and FIFOs, none of them accepted."""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from butlr_tui.auth.sources import obtain
from butlr_tui.config.profiles import CredentialFile, Prompt, Source, TokenFile
from butlr_tui.http.errors import CredentialError
from tests.support.figures import figure

MODES = (
    0o700, 0o500, 0o610, 0o620, 0o640, 0o660, 0o670, 0o601, 0o602, 0o604, 0o606, 0o607, 0o644, 0o664, 0o666, 0o755,
    0o777, 0o440, 0o444, 0o404, 0o4600, 0o2600, 0o1600, 0o6600,
)  # fmt: skip
PAIR = json.dumps({"client_id": "a", "client_secret": "canary"})

Bad = Callable[[Path, pytest.MonkeyPatch], Path]
"""Spoils a good file; gives the path to be read."""


def with_mode(mode: int) -> Bad:
    def spoil(good: Path, _: pytest.MonkeyPatch) -> Path:
        good.chmod(mode)
        return good

    return spoil


def of_someone_else(good: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if os.geteuid() != 0:
        return of_another_than_we_are(good, monkeypatch)
    os.chown(good, 12345, 12345)
    return good


def of_another_than_we_are(good: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    owner = good.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    return good


def link(good: Path, _: pytest.MonkeyPatch) -> Path:
    path = good.with_name("link")
    path.symlink_to(good)
    return path


def link_to_a_link(good: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = good.with_name("link-to-link")
    path.symlink_to(link(good, monkeypatch))
    return path


def dangling_link(good: Path, _: pytest.MonkeyPatch) -> Path:
    path = good.with_name("dangling")
    path.symlink_to(good.with_name("nothing"))
    return path


def link_to_itself(good: Path, _: pytest.MonkeyPatch) -> Path:
    path = good.with_name("loop")
    path.symlink_to(path)
    return path


def fifo(good: Path, _: pytest.MonkeyPatch) -> Path:
    path = good.with_name("fifo")
    os.mkfifo(path, 0o600)
    return path


def link_to_a_fifo(good: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = good.with_name("link")
    path.symlink_to(fifo(good, monkeypatch))
    return path


def unix_socket(good: Path, _: pytest.MonkeyPatch) -> Path:
    path = good.with_name("socket")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
    return path


def folder(good: Path, _: pytest.MonkeyPatch) -> Path:
    return good.parent


def device(_good: Path, _: pytest.MonkeyPatch) -> Path:
    return Path("/dev/zero")


def terminal(_good: Path, _: pytest.MonkeyPatch) -> Path:
    return Path("/dev/tty")


def too_long(good: Path, _: pytest.MonkeyPatch) -> Path:
    good.write_text(good.read_text() + " " * (64 << 10))
    return good


def gone(good: Path, _: pytest.MonkeyPatch) -> Path:
    return good.with_name("nothing")


def below_a_file(good: Path, _: pytest.MonkeyPatch) -> Path:
    return good / "below"


OTHERS: tuple[Bad, ...] = (
    of_someone_else, of_another_than_we_are, link, link_to_a_link, dangling_link, link_to_itself, fifo,
    link_to_a_fifo, unix_socket, folder, device, terminal, too_long, gone, below_a_file,
)  # fmt: skip


@pytest.mark.parametrize(
    ("source", "content"), [(TokenFile, "canary.token"), (CredentialFile, PAIR), (Prompt, PAIR)]
)
async def test_no_bad_file_is_accepted(
    source: Callable[[Path], Source], content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted: list[str] = []
    every = [*map(with_mode, MODES), *OTHERS]
    for number, spoil in enumerate(every):
        good = tmp_path / str(number) / "credential"
        good.parent.mkdir()
        good.touch(0o600)
        good.write_text(content)
        assert await obtain(source(good)), "it was good before"
        with monkeypatch.context() as patch:
            bad = spoil(good, patch)
            try:
                await obtain(source(bad))
            except CredentialError as error:
                assert "canary" not in repr(error)
                assert error.message.isprintable()
            else:
                accepted.append(str(bad))
    figure(24, bad_files=len(every), accepted=len(accepted))
    assert len(every) >= 30
    assert accepted == []
