"""What tmux and GNU screen make of our driver's bytes: they read them as terminals of their own."""

import os
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.support.looks import Picture
from tests.support.observed_app import WRITTEN
from tests.support.programs import needs
from tests.support.tmux import TmuxServer

_SIZE = (80, 24)
_ROOT = Path(__file__).parents[3]
_PATIENCE = 20.0
_VISIT = (
    "j",
    "\r",
    "\x1b[6~",
    "s",
    "/k",
    "\x1b",
    "?",
    "\x1b",
    "n",
    "né",
    "\x1b",
    "\x1b",
    "\r",
    "\r",
    "v",
)


class Multiplexer(Protocol):
    """A terminal within the terminal."""

    def types(self, keys: str) -> None: ...

    def screen(self) -> str: ...


class Tmux:
    """tmux, with nobody attached."""

    def __init__(self, folder: Path, command: str) -> None:
        needs("tmux")
        self._server = TmuxServer(folder / "s")
        self._server.environment["XDG_DATA_HOME"] = str(folder)
        self._server.start("ours", command, _SIZE)

    def types(self, keys: str) -> None:
        """As a terminal sends them."""
        self._server("send-keys", "-t", "ours", "-l", keys)

    def screen(self) -> str:
        """What it shows."""
        return self._server.screen("ours")

    def close(self) -> None:
        """End it."""
        self._server.close()


class Screen:
    """GNU screen, detached."""

    def __init__(self, folder: Path, command: str) -> None:
        needs("screen")
        self._folder = folder
        (folder / "run").mkdir(mode=0o700)
        (folder / "rc").write_text("defutf8 on\n")
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color",
            "SCREENDIR": str(folder / "run"),
            "XDG_DATA_HOME": str(folder),
        }
        self._run("-U", "-c", str(folder / "rc"), "-d", "-m", "sh", "-c", command)

    def _run(self, *words: str) -> None:
        subprocess.run(["screen", "-S", "ours", *words], env=self._environment, check=True, timeout=10)

    def types(self, keys: str) -> None:
        """As a terminal sends them."""
        self._run("-X", "stuff", keys)

    def screen(self) -> str:
        """What it shows."""
        copy = self._folder / "hardcopy"
        copy.unlink(missing_ok=True)
        self._run("-X", "hardcopy", str(copy))
        end = time.monotonic() + 1
        while not (copy.exists() and copy.stat().st_size) and time.monotonic() < end:
            time.sleep(0.01)
        return copy.read_text(errors="replace") if copy.exists() else ""

    def close(self) -> None:
        """End it."""
        self._run("-X", "quit")


@pytest.fixture(params=[Tmux, Screen], ids=["tmux", "screen"])
def folder_and_app(request: pytest.FixtureRequest) -> Iterator[tuple[Path, Multiplexer]]:
    with (
        tempfile.TemporaryDirectory() as temporary
    ):  # a socket's path may have no more than some 100 characters
        folder = Path(temporary)
        app = f"{sys.executable} -m tests.support.observed_app {folder} 30 demo --fresh"
        made = request.param(folder, f"cd {_ROOT} && exec {app}")
        yield folder, made
        made.close()


def _lines(text: str) -> list[str]:
    """Comparable: `hardcopy` gives the low byte of each character."""
    composed = unicodedata.normalize("NFC", text)
    low = "".join(char if ord(char) < 0x80 else chr(ord(char) & 0xFF) for char in composed)
    return [line.rstrip() for line in re.sub(r"[^\n\x20-\x7e]", "?", low).strip().split("\n")]


def test_it_shows_what_textual_means(folder_and_app: tuple[Path, Multiplexer]) -> None:
    folder, app = folder_and_app
    picture, drawn = Picture(*_SIZE), 0
    for keys in ("", *_VISIT):
        if keys:
            app.types(keys)
            time.sleep(0.5)
        end = time.monotonic() + _PATIENCE
        while True:
            written = (folder / WRITTEN).read_bytes() if (folder / WRITTEN).exists() else b""
            picture.receive(written[drawn:])
            drawn = len(written)
            meant, shown = _lines("\n".join(picture.lines)), _lines(app.screen())
            if drawn and meant == shown and (keys or any("1 of 41" in line for line in meant)):
                break
            different = [pair for pair in zip(meant, shown, strict=False) if pair[0] != pair[1]]
            assert time.monotonic() < end, (keys, different)
            time.sleep(0.1)
