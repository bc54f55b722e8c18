"""A pair that lies in a file or comes on stdin."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from butlr_tui.delivery.pair import NotAPair
from butlr_tui.operations.pair_source import CannotRead, content_of, described, machine_of, name_at, pair_at
from tests.support.programs import near_ssh

ENV = "BUTLR_CLIENT_ID=client_x\nBUTLR_CLIENT_SECRET=s3cr3t\n"


async def test_a_file(tmp_path: Path) -> None:
    (Path.home() / "x").write_text(ENV)
    assert (await pair_at("~/x")).client_id == "client_x"
    (tmp_path / "y").write_text("s3cr3t")
    assert (await pair_at(str(tmp_path / "y"), "client_y")).client_secret.get_secret_value() == "s3cr3t"


async def test_stdin_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, its = os.pipe()
    with os.fdopen(ours) as stdin, os.fdopen(its, "wb", buffering=0) as writer:
        monkeypatch.setattr(sys, "stdin", stdin)
        reading = asyncio.create_task(pair_at("-"))
        for piece in (ENV[:20], ENV[20:]):
            writer.write(piece.encode())
            await asyncio.sleep(0)
        writer.close()
        assert (await asyncio.wait_for(reading, 20)).client_id == "client_x"


async def test_a_stdin_that_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_text(ENV)
    with (tmp_path / "x").open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert (await pair_at("-")).client_id == "client_x"


async def test_a_stdin_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_bytes(b"x" * (2 << 20))
    with (tmp_path / "x").open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        with pytest.raises(CannotRead, match=r"stdin is too long to hold a pair\."):
            await content_of("-")


async def test_a_stdin_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(NotAPair):
        await pair_at("-")
    assert described("-") == "stdin"


@pytest.mark.parametrize("place", ["none", ".", "a\0b", "~nobody-of-that-name/x"])
async def test_what_can_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CannotRead, match="can't be read"):
        await content_of(place)


async def test_what_is_no_pair(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"x" * ((1 << 20) + 1))
    with pytest.raises(CannotRead, match="too long to hold a pair"):
        await pair_at(str(path))
    path.write_bytes(b"\xff")
    with pytest.raises(NotAPair, match="It is no text"):
        await pair_at(str(path))
    path.write_text("-----BEGIN AGE ENCRYPTED FILE-----\n")
    with pytest.raises(NotAPair, match=r"It is sealed: `butlr-tui open .*/x --to WHERE` opens it"):
        await pair_at(str(path))


async def test_a_file_on_another_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, home = near_ssh(tmp_path)
    monkeypatch.setenv("PATH", path)
    (home / "kiosk.env").write_text(ENV)
    place = "ssh:ada@web1:kiosk.env"
    assert (await pair_at(place)).client_id == "client_x"
    assert (described(place), machine_of(place), name_at(place)) == (place, "ada@web1", "kiosk")
    with pytest.raises(CannotRead, match=r"There is no none\.env on web1\."):
        await pair_at("ssh:web1:none.env")
    with pytest.raises(CannotRead, match="names no host: ssh would take what begins with - for an option"):
        await pair_at("ssh:-oProxyCommand=x:y")


def test_what_lies_here_names_no_machine() -> None:
    assert (machine_of("-"), machine_of("web1:x"), name_at("-"), name_at("a/kiosk.client_x.age")) == (
        "",
        "",
        "client",
        "kiosk",
    )
