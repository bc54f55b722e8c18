"""What the tests of this folder share: waiting for conditions, and terminals that can be watched."""

import asyncio
import os
import shutil
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.models import Credentials

SECRET = "s3cr3t-Zq8_tYw0-pVn4kXhB7mRj2LcD9fGa5uEo1iTs6QyWx"
CREDENTIALS = Credentials("client_32hZs4xGQv9eKpJtN6fLrcWbU1D", SecretStr(SECRET))


def needs(*programs: str) -> None:
    """Skips the test, naming the program that is missing."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}")


async def until(condition: Callable[[], object], seconds: float = 8.0) -> None:
    """Waits for `condition`; fails when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        await asyncio.sleep(0.01)


def base64(text: str) -> bytes:
    """As an escape sequence carries it."""
    return b64encode(text.encode())


def folder_with(folder: Path, *programs: str) -> str:
    """A PATH in which there are only these programs."""
    folder.mkdir(exist_ok=True, parents=True)
    for program in programs:
        found = shutil.which(program)
        assert found
        (folder / program).symlink_to(found)
    return str(folder)


def script(folder: Path, name: str, text: str) -> Path:
    """An executable shell script."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def processes_with(part: str, of: str = "environ") -> list[int]:
    """The running processes in whose environment (or cmdline) `part` occurs."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if part.encode() in (folder / of).read_bytes() and " Z " not in (folder / "stat").read_text():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def names_in(folder: Path | str) -> list[str]:
    """What is in a folder."""
    return [path.name for path in Path(folder).iterdir()]


class OuterTerminal:
    """A terminal that a program runs in; what the program sends to it is kept."""

    def __init__(self, argv: Sequence[str] = (), environment: Mapping[str, str] | None = None) -> None:
        self._ours, its = os.openpty()
        self.received = bytearray()
        self._process: subprocess.Popen[bytes] | None = None
        self._its: int | None = None
        os.set_blocking(self._ours, False)
        asyncio.get_running_loop().add_reader(self._ours, self._read)
        if argv:
            self._process = subprocess.Popen(
                argv, stdin=its, stdout=its, stderr=its, env=environment, start_new_session=True
            )
            os.close(its)
        else:
            self._its = its

    def write(self, text: str) -> None:
        """What a program in this terminal writes."""
        assert self._its is not None
        os.write(self._its, text.encode())

    def type(self, keys: bytes) -> None:
        """Presses keys."""
        os.write(self._ours, keys)

    def _read(self) -> None:
        try:
            self.received += os.read(self._ours, 65536)
        except BlockingIOError:
            pass
        except OSError:  # the program ended
            asyncio.get_running_loop().remove_reader(self._ours)

    def close(self) -> None:
        """Hangs up."""
        asyncio.get_running_loop().remove_reader(self._ours)
        os.close(self._ours)
        if self._its is not None:
            os.close(self._its)
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)


def write_to(device: str) -> Callable[[str], None]:
    """A `write` as a program in the terminal `device` has it."""

    def write(text: str) -> None:
        with Path(device).open("wb", buffering=0) as opened:
            opened.write(text.encode())

    return write


def refuse_to_write(_: str) -> None:
    """A `write` for where nothing may be written."""
    raise AssertionError("something was written to the terminal")
