"""A real X server with xclip and with xsel, a dead one and a stalled one."""

import os
import select
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest
from pydantic import SecretStr

from butlr_tui.delivery.clipboard.copy import ClipboardDigest, Outcome, Route, clear_if_ours, copy
from butlr_tui.delivery.clipboard.detect import Native, Terminal, detect
from butlr_tui.delivery.clipboard.native import can_be_read
from butlr_tui.delivery.clipboard.sequences import osc52
from butlr_tui.system.processes import run
from tests.support.delivery import SECRET, refuse_to_write
from tests.support.proc import proc, processes_with
from tests.support.programs import folder_with, needs, script
from tests.support.waiting import until

pytestmark = pytest.mark.slow

READERS = {"xclip": ["xclip", "-selection", "c", "-o"], "xsel": ["xsel", "-b", "-o"]}


@pytest.fixture(scope="module")
def x_server() -> Iterator[int]:
    """The number of a display that only these tests use; it takes TCP too, as a forwarded one does."""
    needs("Xvfb")
    told, tells = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(tells), "-screen", "0", "64x64x8", "-listen", "tcp", "-ac", "-noreset"],
        pass_fds=[tells],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(tells)
    try:
        assert select.select([told], [], [], 15)[0], "Xvfb did not start"
        yield int(os.read(told, 16))
    finally:
        os.close(told)
        server.terminate()
        server.wait(10)


@pytest.fixture(params=["xclip", "xsel"])
def tool(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    needs(name)
    return name


async def at(display: str, tool: str, folder: Path, **more: str) -> Terminal:
    path = folder_with(folder / "bin", tool)
    # xsel does not start without a HOME
    return await detect({"TERM": "xterm", "DISPLAY": display, "PATH": path, "HOME": str(folder), **more})


def held_by(display: int, tool: str) -> str:
    """What the clipboard holds, asked in our own way."""
    environment = {**os.environ, "DISPLAY": f":{display}"}
    try:
        done = subprocess.run(READERS[tool], env=environment, capture_output=True, timeout=1, check=False)
    except subprocess.TimeoutExpired:  # the owner changed while it asked
        return ""
    return done.stdout.decode()


async def put(display: int, tool: str, text: str) -> None:
    """Another program takes the clipboard."""
    argv = {"xclip": ["xclip", "-selection", "c"], "xsel": ["xsel", "-b", "-i"]}[tool]
    await run(argv, environment={**os.environ, "DISPLAY": f":{display}"}, seconds=5, stdin=text.encode())
    await until(lambda: held_by(display, tool) == text)


# No longer ones: xsel hands over 4,000 bytes at a time and now and then loses them on a busy machine.
@pytest.mark.parametrize(
    "value",
    [SECRET, "two\nlines\n", "é漢🔑", "-n", "x" * 3_000],
    ids=["secret", "lines", "wide", "dash", "long"],
)
async def test_verified_and_really_there(
    value: str, x_server: int, tool: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    terminal = await at(f":{x_server}", tool, tmp_path)
    report = await copy(SecretStr(value), terminal, refuse_to_write)
    assert (report.outcome, report.route) == (Outcome.VERIFIED, Route.NATIVE)
    assert report.said == "Copied, and verified by reading it back."
    assert held_by(x_server, tool) == value
    assert capfd.readouterr() == ("", "")


async def test_whether_it_could_be_verified_is_known_without_a_copy(
    x_server: int, tool: str, tmp_path: Path
) -> None:
    terminal = await at(f":{x_server}", tool, tmp_path)
    await put(x_server, tool, "the user's")
    assert await can_be_read(terminal)
    assert held_by(x_server, tool) == "the user's"
    await put(x_server, tool, "")
    assert await can_be_read(terminal), "an empty one can be read, too"
    assert not await can_be_read(Terminal("xterm")), "this machine has none"


async def test_forwarded(x_server: int, tool: str, tmp_path: Path) -> None:
    terminal = await at(f"localhost:{x_server}", tool, tmp_path, SSH_CONNECTION="1 2 3 4")
    report = await copy(SECRET, terminal, refuse_to_write)
    assert (report.outcome, report.said) == (
        Outcome.VERIFIED,
        "Copied, and verified on your forwarded X display.",
    )
    assert held_by(x_server, tool) == SECRET


async def test_a_remote_machines_own_display_is_left_alone(x_server: int, tool: str, tmp_path: Path) -> None:
    await put(x_server, tool, "before")
    terminal = await at(f":{x_server}", tool, tmp_path, SSH_CONNECTION="1 2 3 4")
    sent: list[str] = []
    report = await copy(SECRET, terminal, sent.append)
    assert (report.outcome, report.route, sent) == (Outcome.SENT, Route.OSC52, [osc52(SECRET.encode())])
    assert held_by(x_server, tool) == "before"


async def test_a_dead_display(tool: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as free:  # nobody listens on a port that is only bound
        free.bind(("127.0.0.1", 0))
        dead = f"localhost:{free.getsockname()[1] - 6000}"
        sent: list[str] = []
        ssh = await at(dead, tool, tmp_path / "a", SSH_CONNECTION="1 2 3 4")
        report = await copy(SECRET, ssh, sent.append)
        assert (report.outcome, report.route, sent) == (Outcome.SENT, Route.OSC52, [osc52(SECRET.encode())])
        console = await at(dead, tool, tmp_path / "b", TERM="linux")
        report = await copy(SECRET, console, refuse_to_write)
        assert (report.outcome, report.route) == (Outcome.FAILED, Route.NONE)
        assert report.said.startswith(f"NOT copied: the clipboard did not give it back ({tool}).")
        assert not await can_be_read(console)
        assert await clear_if_ours(ClipboardDigest.of(SECRET), console) is None, "nobody can tell"
    assert capfd.readouterr() == ("", "")


async def test_a_stalled_display(tool: str, tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        display = f"localhost:{silent.getsockname()[1] - 6000}"
        terminal = await at(display, tool, tmp_path, SSH_CONNECTION="1 2 3 4")
        sent: list[str] = []
        before = time.monotonic()
        report = await copy(SECRET, terminal, sent.append)
        assert 1.9 < time.monotonic() - before < 6
        assert (report.outcome, report.route, sent) == (Outcome.SENT, Route.OSC52, [osc52(SECRET.encode())])
        assert await clear_if_ours(ClipboardDigest.of(SECRET), terminal) is None
        await until(lambda: not processes_with(f"DISPLAY={display}\0"))


async def test_cleared_only_while_it_is_ours(x_server: int, tool: str, tmp_path: Path) -> None:
    terminal = await at(f":{x_server}", tool, tmp_path)
    report = await copy(SECRET, terminal, refuse_to_write)
    assert report.digest is not None
    await put(x_server, tool, "something else")
    assert await clear_if_ours(report.digest, terminal) is False
    assert held_by(x_server, tool) == "something else"
    await put(x_server, tool, SECRET)
    assert await clear_if_ours(report.digest, terminal) is True
    assert held_by(x_server, tool) == ""
    assert await clear_if_ours(report.digest, terminal) is False


async def test_a_reader_that_hangs_once(x_server: int, tmp_path: Path) -> None:
    """As xsel does now and then when the clipboard changes hands."""
    needs("xclip")
    hung = tmp_path / "hung"
    hang = f"{{ : > {hung}; exec /bin/sleep 20; }}"
    once = f'case "$*" in *-o*) [ -e {hung} ] || {hang};; esac; exec {which("xclip")} "$@"'
    script(tmp_path / "bin", "xclip", once)
    environment = {"TERM": "linux", "DISPLAY": f":{x_server}", "PATH": str(tmp_path / "bin")}
    report = await copy(SECRET, await detect(environment), refuse_to_write)
    assert report.outcome is Outcome.VERIFIED
    assert hung.exists()


async def test_nothing_to_clear_where_nothing_can_be_read() -> None:
    assert await clear_if_ours(ClipboardDigest.of(SECRET), Terminal("xterm")) is None


async def test_the_secret_is_in_no_argument_and_no_environment(tmp_path: Path) -> None:
    """A false xclip, which looks at every process of the machine."""
    proc()
    secret = f"{SECRET}-of-this-test"
    seen = tmp_path / "seen"
    script(tmp_path / "bin", "xclip", f"/bin/cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ >> {seen}")
    environment = {"TERM": "linux", "DISPLAY": ":0", "PATH": str(tmp_path / "bin"), "BUTLR_TOKEN": "ours-1"}
    report = await copy(secret, await detect(environment), refuse_to_write)
    assert report.outcome is Outcome.FAILED
    looked = seen.read_bytes()
    assert b"child.py\0copy\0xclip" in looked
    assert secret.encode() not in looked
    assert b"ours-1" not in looked


@pytest.mark.parametrize("given", ["nothing", "another", "more"])
async def test_a_tool_that_lies(given: str, tmp_path: Path) -> None:
    """It ends well, but gives back something else."""
    told = {"nothing": "", "another": "x", "more": f"{SECRET}x"}[given]
    script(tmp_path / "bin", "xsel", f"printf %s '{told}'")
    terminal = Terminal(
        "linux", native=Native.XSEL, environment={"DISPLAY": ":0", "PATH": str(tmp_path / "bin")}
    )
    assert (await copy(SECRET, terminal, refuse_to_write)).outcome is Outcome.FAILED
