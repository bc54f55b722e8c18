"""The service as systemd runs it: its protocol by a stand-in, and the page's units under a user without a home."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest

from butlr_tui.service.systemd import notify
from tests.service.blocks import block
from tests.support.programs import needs, script
from tests.support.server import ROOM

from .conftest import login

SERVICE = "/etc/systemd/system/butlr-tui.service"
BACKUP = "/etc/systemd/system/butlr-tui-backup.service"
TIMER = "/etc/systemd/system/butlr-tui-backup.timer"
PROGRAM = "/opt/butlr-tui/bin/butlr-tui"
DYNAMIC_USER = 61184
"""The first of those that systemd gives away: it has no name here, and no home."""

_STRICT: Final = 'mount --bind "$1" "$1"; mount -o remount,ro,bind /; shift; exec "$@"'
"""What `ProtectSystem=strict` makes of the file system: only a folder that is named can be written."""
_STRICTLY: Final = ("unshare", "--mount", "sh", "-ec", _STRICT, "sh")

needs_a_second_user = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be a second user")


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """The socket on which systemd listens for what a service says of itself."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        (tmp_path / "notify").chmod(0o666)
        listener.settimeout(30)
        yield listener


def hears(manager: socket.socket, word: bytes) -> None:
    """Waits until it is said; what comes before it only says that all is well."""
    while (said := manager.recv(4096)) != word:
        assert said == b"WATCHDOG=1"


def test_a_socket_in_the_abstract_namespace_is_reached() -> None:
    name = f"butlr-tui-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{name}")
        notify("READY=1", {"NOTIFY_SOCKET": f"@{name}"})
        listener.settimeout(10)
        assert listener.recv(100) == b"READY=1"


@pytest.mark.parametrize("name", ["", "nonsense", "/no/such/socket", "@nobody-listens-here"])
def test_where_nobody_listens_nothing_changes(name: str) -> None:
    notify("READY=1", {"NOTIFY_SOCKET": name})
    notify("READY=1", {})


def settings(unit: str) -> dict[str, str]:
    """What a unit of the page says, by its keys."""
    return dict(re.findall(r"^(\w+)=(.*)$", block(unit).replace("\\\n", ""), re.MULTILINE))


def command(unit: str, folder: Path) -> list[str]:
    """What a unit runs, with a program that runs this room's, and `folder` for what is kept."""
    program = script(folder, "butlr-tui-program", f'exec {sys.executable} -m butlr_tui "$@"')
    line = settings(unit)["ExecStart"]
    for written, meant in ((PROGRAM, str(program)), ("%S", str(folder)), ("%%", "%"), ("$$", "$")):
        line = line.replace(written, meant)
    return shlex.split(line)


def as_a_dynamic_user(state: Path, words: list[str], **variables: str) -> "subprocess.Popen[str]":
    """`words` as systemd runs a unit with DynamicUser: of another user, without a home, in a bare environment."""
    powers = "-all,+dac_override"  # to read Python, which may lie in a home
    return subprocess.Popen(
        [
            *_STRICTLY, str(state.parent),
            "setpriv", f"--reuid={DYNAMIC_USER}", f"--regid={DYNAMIC_USER}", "--clear-groups",
            f"--inh-caps={powers}", f"--ambient-caps={powers}", *words,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        env={
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "STATE_DIRECTORY": str(state),
            "PYTHONDONTWRITEBYTECODE": "1",  # they would be another user's, in this room
            **variables,
        },
    )  # fmt: skip


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """What `StateDirectory=` makes."""
    return _made(tmp_path / "butlr-tui")


def _made(folder: Path) -> Path:
    folder.mkdir(0o700)
    os.chown(folder, DYNAMIC_USER, DYNAMIC_USER)
    return folder


@contextmanager
def started(state: Path, manager: socket.socket) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The page's unit, on a port of its own: its address, and the process."""
    words = [*command(SERVICE, state.parent), "--port", "0"]
    with as_a_dynamic_user(state, words, NOTIFY_SOCKET=str(state.parent / "notify")) as process:
        try:
            hears(manager, b"READY=1")
            assert process.stderr
            yield process.stderr.readline().split()[2].rstrip("."), process
        finally:
            process.terminate()
            assert process.wait(30) == 0
        hears(manager, b"STOPPING=1")


@needs_a_second_user
@pytest.mark.slow
def test_the_units_of_the_page_serve_and_back_up(state: Path, manager: socket.socket, tmp_path: Path) -> None:
    needs("setpriv", "unshare")
    if subprocess.run([*_STRICTLY, str(tmp_path), "true"], check=False, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("needs the right to mount")
    with started(state, manager) as (url, process):
        hears(manager, b"WATCHDOG=1")
        root = (state / "root-credential.json").stat()
        assert (root.st_uid, root.st_mode & 0o777) == (DYNAMIC_USER, 0o600)
        pair = json.loads((state / "root-credential.json").read_bytes())
        reply = httpx.post(f"{url}/api/v2/clients/login", json=login(pair), trust_env=False)
        assert reply.status_code == 200
        backups = _made(tmp_path / "butlr-tui-backups")
        old = backups / "2020-01-01.tar"
        old.touch()
        os.utime(old, (0, 0))
        with as_a_dynamic_user(state, command(BACKUP, tmp_path)) as backup:
            _, told = backup.communicate(timeout=60)
        assert backup.returncode == 0, told
        (archive,) = backups.iterdir()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d{4}\.tar", archive.name)
        assert archive.stat().st_mode & 0o777 == 0o600
        assert process.stdout
        process.terminate()
        line = json.loads(process.stdout.readline())
        assert (line["route"], line["caller"]) == ("/api/v2/clients/login", pair["client_id"])


def test_the_units_are_what_systemd_understands(tmp_path: Path) -> None:
    needs("systemd-analyze")
    for unit in (SERVICE, BACKUP, TIMER):
        text = block(unit).replace(PROGRAM, sys.executable)
        (tmp_path / Path(unit).name).write_text(text)
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(str(path) for path in tmp_path.glob("butlr*"))],
        check=False,
        capture_output=True,
        text=True,
    )
    ours = [line for line in verified.stderr.splitlines() if "butlr-tui" in line]
    assert ours == []


def test_the_service_is_locked_in() -> None:
    said = settings(SERVICE)
    assert said["Type"] == "notify"
    assert said["DynamicUser"] == "yes"
    assert said["ProtectSystem"] == "strict"
    assert said["StateDirectory"] == "butlr-tui"


def test_without_a_home_and_a_folder_it_says_what_to_set() -> None:
    program = (
        "import pwd\n"
        "def unknown(_): raise KeyError\n"
        "pwd.getpwuid = unknown\n"
        "from butlr_tui import cli\n"
        "for words in ('serve --port 0', 'config', 'journal', 'serve clients'):\n"
        "    try: cli.main(words.split())\n"
        "    except SystemExit as ended: assert ended.code == 1, words\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOM,
        env={"PATH": os.defpath},
    )
    lines = ended.stderr.splitlines()
    assert len(lines) == 4, ended.stderr
    assert all(line.startswith("This user has no home folder: set HOME") for line in lines)
