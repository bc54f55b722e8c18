"""A secret on our stdout is stored once its reader has taken it: in a pipe that nobody reads it is nowhere."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.delivery import stdout
from butlr_tui.delivery.results import NotStored, Stored

SECRET = SecretStr("s3cr3t-Zq8_tYw0")


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    for end in (reading, writing):
        try:
            os.close(end)
        except OSError:
            continue


async def test_a_reader_that_takes_all_of_it(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    writes = asyncio.create_task(stdout.write(writing, SECRET, end_line=True))
    assert await asyncio.to_thread(os.read, reading, 4096) == b"s3cr3t-Zq8_tYw0\n"
    assert isinstance(await writes, Stored)


@pytest.mark.parametrize("taken", [0, 1, 14])
async def test_a_reader_that_does_not(
    pipe: tuple[int, int], taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stdout, "READERS_TIME", 0.2)
    reading, writing = pipe
    writes = asyncio.create_task(stdout.write(writing, SECRET, end_line=False))
    if taken:
        await asyncio.to_thread(os.read, reading, taken)
    result = await writes
    assert isinstance(result, NotStored)
    assert result.said == "Nobody read all of it from stdout within 0.2 s."


async def test_a_reader_that_leaves_without_it(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stdout, "READERS_TIME", 0.5)
    reading, writing = pipe
    writes = asyncio.create_task(stdout.write(writing, SECRET, end_line=False))
    await asyncio.sleep(0)
    os.close(reading)
    assert isinstance(await writes, NotStored)


async def test_a_file_has_it_as_soon_as_it_is_written(tmp_path: Path) -> None:
    out = os.open(tmp_path / "out", os.O_WRONLY | os.O_CREAT)
    try:
        assert stdout.check(out) is None
        assert isinstance(await stdout.write(out, SECRET, end_line=False), Stored)
    finally:
        os.close(out)
    assert (tmp_path / "out").read_bytes() == b"s3cr3t-Zq8_tYw0"


@pytest.mark.parametrize("name", ["/dev/null", "/dev/../dev/null"])
def test_where_nothing_is_kept_is_refused_first(name: str) -> None:
    out = os.open(name, os.O_WRONLY)
    try:
        assert stdout.check(out) == "stdout leads to /dev/null, where nothing is kept."
    finally:
        os.close(out)


def test_a_stdout_that_nothing_can_come_out_of_is_refused_first(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    assert stdout.check(writing) is None
    os.close(reading)
    assert stdout.check(writing) == "Nobody reads what is written to stdout."
    os.close(writing)
    assert stdout.check(writing) == "stdout can't be written (bad file descriptor)."
    assert stdout.check(None) == "stdout is closed."


async def test_a_full_disk_is_told() -> None:
    out = os.open("/dev/full", os.O_WRONLY)
    try:
        result = await stdout.write(out, SECRET, end_line=False)
    finally:
        os.close(out)
    assert result == NotStored("stdout did not take all of it (no space left on device).")
