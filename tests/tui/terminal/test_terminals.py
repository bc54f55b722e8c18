"""What terminals make of our driver's bytes: tmux, GNU screen and xterm each read them in their own way."""

import os
import pty
import re
import select
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

import pytest

from tests.support.looks import Picture
from tests.support.observed import Observed
from tests.support.observed_app import WRITTEN
from tests.support.programs import needs
from tests.support.pty import Pty
from tests.support.tmux import TmuxServer

pytestmark = pytest.mark.slow

_SIZE: Final = (80, 24)
_ROOT: Final = Path(__file__).parents[3]
_PATIENCE: Final = 20.0
_ESCAPE: Final = "\x1b[27u"
_VISIT: Final = (
    ("", "1 of 41"),
    ("j", "2 of 41"),
    ("\x1b[6~s", "CREATED ↓"),
    ("/k", "Enter keep"),
    (_ESCAPE, "n new"),
    ("?", "Keys"),
    (_ESCAPE, "n new"),
    ("n", "New client on demo"),
    ("né", "né"),
    (_ESCAPE, "Leave the form?"),
    (_ESCAPE, "Its secret goes to"),
    ("\r\r", "is created"),
    ("v", ""),
)
"""Keys, and what shows that what they open is there."""
# What a Linux console knows, also one before 5.9, which writes on the screen what it does not know of the rest:
# the states of drivers/tty/vt/vt.c.
_OF_A_CONSOLE: Final = re.compile(
    r"\x1b\[\??[0-9;]*[@ABCDEFGHJKLMPXacdefghlmnqrsu`]|\x1b[c78DEHMZ>=]|\x1b[()][0BUK]|[\b\v\r\n]"
)


class Terminal(Protocol):
    """A terminal with the app in it."""

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
        try:
            self._run("-X", "hardcopy", str(copy))
        except subprocess.CalledProcessError:  # a screen that is busy gives up on who asks: it is asked again
            return ""
        end = time.monotonic() + 1
        while not (copy.exists() and copy.stat().st_size) and time.monotonic() < end:
            time.sleep(0.01)
        return copy.read_text(errors="replace") if copy.exists() else ""

    def close(self) -> None:
        """End it."""
        self._run("-X", "quit")


class Xterm:
    """xterm on a display of its own, which prints what it shows. The terminal's end that it reads is ours, too."""

    def __init__(self, folder: Path, command: str) -> None:
        needs("Xvfb", "xterm")
        self._print = folder / "print"
        told, tells = os.pipe()
        self._display = subprocess.Popen(
            ["Xvfb", "-displayfd", str(tells), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
            pass_fds=[tells],
            stderr=subprocess.DEVNULL,
        )
        os.close(tells)
        assert select.select([told], [], [], _PATIENCE)[0], "Xvfb did not start"
        with os.fdopen(told) as lines:  # all of the line: it ends where it can't write that
            display = f":{int(lines.readline())}"
        self._ours, self._theirs = pty.openpty()
        width, height = _SIZE
        prints = f"cat > {self._print}.part; mv {self._print}.part {self._print}"
        resources = (f"*printerCommand: {prints}", "*printerAutoClose: true", "*printAttributes: 0")
        self._xterm = subprocess.Popen(
            [
                *("xterm", "-u8", "-geometry", f"{width}x{height}"),
                *(word for resource in resources for word in ("-xrm", resource)),
                f"-S{Path(os.ttyname(self._theirs)).name}/{self._ours}",
            ],
            env={**os.environ, "DISPLAY": display, "LC_ALL": "C.UTF-8"},
            pass_fds=[self._ours],
            stderr=subprocess.DEVNULL,
        )
        assert select.select([self._theirs], [], [], _PATIENCE)[0], "xterm did not start"
        os.read(self._theirs, 64)  # the number of its window
        environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        self._app = subprocess.Popen(
            [*Pty.launcher, "sh", "-c", command],
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            env={**environment, "TERM": "xterm-256color", "XDG_DATA_HOME": str(folder)},
            start_new_session=True,
        )

    def types(self, keys: str) -> None:
        """As a terminal sends them."""
        os.write(self._ours, keys.encode())

    def screen(self) -> str:
        """What it shows: asked for by another program in it."""
        self._print.unlink(missing_ok=True)
        os.write(self._theirs, b"\x1b[i")
        end = time.monotonic() + 1
        while not self._print.exists() and time.monotonic() < end:
            time.sleep(0.01)
        return self._print.read_text() if self._print.exists() else ""

    def close(self) -> None:
        """End it, the app first."""
        for process in (self._app, self._xterm, self._display):
            process.kill()
            process.wait()
        os.close(self._ours)
        os.close(self._theirs)


@pytest.fixture(params=[Tmux, Screen, Xterm], ids=["tmux", "screen", "xterm"])
def folder_and_app(request: pytest.FixtureRequest) -> Iterator[tuple[Path, Terminal]]:
    # In a folder with a short name: a socket's path may have no more than some 100 characters.
    # What hangs up does not wait for the app, which may still write there.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        app = f"{sys.executable} -m tests.support.observed_app {folder} 30 demo --fresh"
        made = request.param(folder, f"cd {_ROOT} && exec {app}")
        yield folder, made
        made.close()


def _lines(text: str) -> list[str]:
    """Comparable: `hardcopy` of screen gives the low byte of each character."""
    composed = unicodedata.normalize("NFC", text)
    low = "".join(char if ord(char) < 0x80 else chr(ord(char) & 0xFF) for char in composed)
    return [line.rstrip() for line in re.sub(r"[^\n\x20-\x7e]", "?", low).strip().split("\n")]


def test_it_shows_what_textual_means(folder_and_app: tuple[Path, Terminal]) -> None:
    folder, app = folder_and_app
    picture, drawn = Picture(*_SIZE), 0
    for keys, text in _VISIT:
        if keys:
            app.types(keys)
        end = time.monotonic() + _PATIENCE
        while True:
            written = (folder / WRITTEN).read_bytes() if (folder / WRITTEN).exists() else b""
            picture.receive(written[drawn:])
            drawn = len(written)
            meant, shown = _lines("\n".join(picture.lines)), _lines(app.screen())
            if meant == shown and any(text in line for line in picture.lines):
                break
            different = [pair for pair in zip(meant, shown, strict=False) if pair[0] != pair[1]]
            assert time.monotonic() < end, (keys, text, different)
            time.sleep(0.02)


def test_a_linux_console_gets_nothing_that_it_does_not_know(tmp_path: Path) -> None:
    with Observed(tmp_path, size=_SIZE, term="linux") as app:
        for keys, text in _VISIT:
            app.types(keys)
            app.shows(text)
            app.agrees()
        app.types(f"{_ESCAPE}{_ESCAPE}q")
        unknown = _OF_A_CONSOLE.sub("", app.output.decode())
        assert [char for char in unknown if not char.isprintable()] == []
