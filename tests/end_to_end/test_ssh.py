"""A real login over OpenSSH to this machine, without a DISPLAY: a client is made with keys, and its secret sent.

What is asserted is what really arrives at the terminal that ssh runs in, and that the words on screen are true.
"""

import getpass
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from butlr_tui.journal.journal import Journal
from butlr_tui.service.local import DATABASE
from butlr_tui.service.minting import digest
from butlr_tui.service.sqlite import SqliteStore
from tests.support.programs import needs
from tests.support.pty import Pty, sshd_may_give_terminals

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
_OSC_52 = re.compile(rb"\x1b\]52;c?;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)")


@dataclass
class Login:
    """Logs in to this machine as the current user, into a terminal."""

    folder: Path
    port: int

    def __call__(self, *words: str) -> Pty:
        """A terminal with `ssh -tt` in it, which runs `words` there."""
        argv = [
            "ssh", "-tt", "-F", "/dev/null", "-p", str(self.port), "-i", str(self.folder / "key"),
            "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes",
            "-o", f"UserKnownHostsFile={self.folder / 'known_hosts'}",
            f"{getpass.getuser()}@127.0.0.1", shlex.join(words),
        ]  # fmt: skip
        return Pty(argv, {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TERM": "xterm-256color"})

    @contextmanager
    def in_tmux(self, *environment: str) -> Iterator[Pty]:
        """A terminal in which the app runs in a tmux of our own, with more of an environment."""
        needs("tmux")
        tmux = ("tmux", "-S", str(self.folder / "s"), "-f", "/dev/null")
        inside = (*tmux, "new-session", shlex.join(("env", *environment, *self.app)))
        with self("env", f"PATH={os.environ['PATH']}", "LC_ALL=C.UTF-8", *inside) as terminal:
            try:
                yield terminal
            finally:
                subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)

    @property
    def app(self) -> tuple[str, ...]:
        """The demo, on a data folder of this test."""
        setting = (f"XDG_{kind}_HOME={self.folder / kind.lower()}" for kind in ("DATA", "STATE", "CONFIG"))
        return (
            "env", *setting, f"HOME={self.folder}", f"PATH={os.environ['PATH']}", f"PYTHONPATH={ROOT}",
            sys.executable, "-m", "butlr_tui", "demo",
        )  # fmt: skip

    @property
    def data(self) -> Path:
        """The folder of the demo's data."""
        return self.folder / "data" / "butlr-tui" / "demo"

    def is_the_secret(self, text: str) -> bool:
        """Whether the service knows this as the secret of the one client called kiosk."""
        data = self.data
        (entry,) = Journal(data).entries()
        assert (entry.name, entry.is_open) == ("kiosk", True)
        assert entry.client_id
        store = SqliteStore(data / DATABASE)
        try:
            return store.secret_hash(entry.client_id) == digest(text)
        finally:
            store.close()


def key_pair(path: Path) -> str:
    """Make a key; its public half."""
    argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path)]
    subprocess.run(argv, check=True, timeout=30)
    return path.with_suffix(".pub").read_text()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def login() -> Iterator[Login]:
    needs("ssh", "ssh-keygen")
    sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if sshd is None:
        pytest.skip("needs sshd")
    if not sshd_may_give_terminals():
        pytest.skip("needs sshd as root: here it may give nobody a terminal")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(
            mode=0o755, exist_ok=True
        )  # as its service makes it; it does not start without
    # A socket of tmux may have no long path. And an app that is hung up on may still write when the test is over.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free_port()
        (folder / "authorized_keys").write_text(key_pair(folder / "key"))
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {key_pair(folder / 'host_key')}")
        (folder / "sshd_config").write_text(
            f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder}/host_key\nPidFile none\n"
            f"AuthorizedKeysFile {folder}/authorized_keys\nStrictModes no\nUsePAM no\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\n"
            "X11Forwarding no\nPrintMotd no\n"
        )
        argv = [sshd, "-D", "-e", "-f", str(folder / "sshd_config")]
        with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) as server:
            assert server.stderr is not None
            said = server.stderr.readline()
            assert "Server listening" in said, said
            yield Login(folder, port)
            server.terminate()


def make_a_client(terminal: Pty) -> None:
    """With keys only."""
    terminal.shows("1 of 41")
    terminal.types("n")
    terminal.shows("New client")
    terminal.types("kiosk\r\r")
    terminal.shows("“kiosk” is created: store its secret now")
    terminal.types("c")


def what_arrived(terminal: Pty) -> str:
    """What the terminal was told to put in its clipboard."""
    terminal.waits_for(lambda: _OSC_52.search(terminal.output), "a sequence for the clipboard")
    found = _OSC_52.findall(terminal.output)
    assert len(set(found)) == 1
    return b64decode(found[0]).decode()


def test_in_a_plain_login(login: Login) -> None:
    with login(*login.app) as terminal:
        make_a_client(terminal)
        terminal.shows("Sent to your terminal; many terminals ignore this: paste to check.")
        assert login.is_the_secret(what_arrived(terminal))
        assert "opied" not in terminal.text


def test_in_tmux(login: Login) -> None:
    with login.in_tmux() as terminal:
        make_a_client(terminal)
        terminal.shows("Sent to your terminal through tmux; it can't be verified: paste to check.")
        assert login.is_the_secret(what_arrived(terminal))
        assert "opied" not in terminal.text
        argv = ["tmux", "-S", str(login.folder / "s"), "list-buffers"]
        assert subprocess.run(argv, check=True, capture_output=True, text=True).stdout == ""


def test_the_prompts_in_tmux(login: Login) -> None:
    """They send no control sequence, and tmux is handed what it is to copy by a program."""
    with login.in_tmux("ACCESSIBLE=1") as terminal:
        terminal.shows("Number or command?")
        terminal.types("new\rkiosk\r\r")
        terminal.shows("1 clipboard: sent through tmux, can't be verified")
        terminal.types("clipboard\r1\r")
        assert login.is_the_secret(what_arrived(terminal))


def test_a_replacement_in_tmux_is_three_keys_and_later_eight(login: Login) -> None:
    """From a client in a file to its successor, on two days, with the keys that the pages name."""
    pressed = ""

    def types(keys: str) -> None:
        nonlocal pressed
        pressed += keys
        terminal.types(keys)

    with login.in_tmux() as terminal:
        terminal.shows("1 of 41")
        terminal.types("nkiosk\r\r")
        terminal.shows("store its secret now")
        terminal.types("f")
        terminal.shows("Save to a file")
        terminal.types("\r")
        terminal.shows("its secret is stored")
        terminal.types("\x1b")
        terminal.shows("✓ “kiosk” is created; its secret is saved")
        types("R")
        terminal.shows("Replace “kiosk” on demo")
        terminal.shows("~/kiosk.{client_id}.env")
        types("\r")
        terminal.shows("its secret is stored")
        types("\x1b")
        terminal.shows("✓ “kiosk” is created; its secret is saved")
        terminal.shows("old, replaced today")
        assert pressed == "R\r\x1b"
        terminal.types("q")
    old, new = (entry.client_id or "" for entry in Journal(login.data).entries())
    assert f"BUTLR_CLIENT_ID={new}\n" in (login.folder / f"kiosk.{new}.env").read_text()
    with login.in_tmux() as terminal:
        terminal.shows("1 of 43")
        terminal.types("/replacing:\r")
        terminal.shows("of 2")
        types("R")
        terminal.shows(f"Type the last six characters of its id, {old[-6:]}")
        types(f"{old[-6:]}\r")
        terminal.shows("42 clients")
        terminal.shows("has replaced it.")
    assert len(pressed) == 11


def test_in_a_tmux_that_keeps_the_clipboard_to_itself(login: Login) -> None:
    needs("tmux")
    tmux = ("tmux", "-S", str(login.folder / "s"), "-f", "/dev/null")
    inside = (*tmux, "set-option", "-s", "set-clipboard", "off", ";", "new-session", shlex.join(login.app))
    with login("env", f"PATH={os.environ['PATH']}", "LC_ALL=C.UTF-8", *inside) as terminal:
        try:
            terminal.shows("1 of 41")
            terminal.types("y")
            terminal.shows("tmux is set to keep the clipboard to itself (set-clipboard off)")
            assert not _OSC_52.search(terminal.output)
        finally:
            subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)
