"""Where we are is read from the environment, and tmux knows better."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from butlr_tui.delivery.clipboard.detect import Native, Terminal, detect
from butlr_tui.delivery.clipboard.tmux import Tmux
from butlr_tui.system.processes import Capture, ProcessResult
from tests.support.delivery import SECRET
from tests.support.programs import script

TOOLS = ("xclip", "xsel", "wl-copy", "wl-paste", "pbcopy", "pbpaste", "clip.exe", "powershell.exe")
LOCAL = {"TERM": "xterm-256color"}
SSH = {**LOCAL, "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}
TMUX = {"TERM": "tmux-256color", "TMUX": "/tmp/t,ux/default,123,4", "TMUX_PANE": "%7"}
INFO = (
    "Terminal 0: xterm for /dev/pts/9, flags=0x0:\n 192: Ms: {}\n"
    "Terminal 1: x for /dev/pts/99, flags=0x0:\n 192: Ms: {}\n"
)
MS = r"(string) \033]52;%p1%s;%p2%s\a"


class FakeTmux:
    """Answers as tmux does, and keeps what it was asked."""

    def __init__(self, about: str = "$5|3.3a|external|0|/dev/pts/3", **answers: str) -> None:
        self.answers = {"display-message": about, "list-clients": "100 /dev/pts/9\n", **answers}
        self.answers.setdefault("info", INFO.format(MS, "[missing]"))
        self.asked: list[tuple[str, ...]] = []

    async def __call__(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        seconds: float,
        stdin: bytes = b"",
        capture: Capture = Capture.NOTHING,
    ) -> ProcessResult:
        self.asked.append(tuple(argv))
        assert seconds <= 2
        return ProcessResult(
            0, self.answers.get(argv[3].replace("show-environment", "variables"), "").encode()
        )


@pytest.fixture
def tools(tmp_path: Path) -> str:
    for tool in TOOLS:
        script(tmp_path / "bin", tool, "exit 1")
    return str(tmp_path / "bin")


async def no_run(*_: Any, **__: Any) -> ProcessResult:
    raise AssertionError("nothing is to be run here")


async def seen(environment: Mapping[str, str], **machine: str) -> Terminal:
    return await detect(
        environment, no_run, **{"system": "linux", "kernel": "6.1", "tty": "/dev/pts/3", **machine}
    )


@pytest.mark.parametrize(
    ("variables", "machine", "native"),
    [
        ({}, {}, None),
        ({}, {"system": "darwin"}, Native.MACOS),
        ({"WSL_DISTRO_NAME": "Ubuntu", "WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, {}, Native.WSL),
        ({}, {"kernel": "5.15.90.1-microsoft-standard-WSL2"}, Native.WSL),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, {}, Native.WAYLAND),
        ({"DISPLAY": ":0"}, {}, Native.XCLIP),
    ],
)
async def test_local(
    variables: dict[str, str], machine: dict[str, str], native: Native | None, tools: str
) -> None:
    terminal = await seen({**LOCAL, **variables, "PATH": tools}, **machine)
    assert (terminal.remote, terminal.forwarded, terminal.native) == (False, False, native)


@pytest.mark.parametrize(
    ("variables", "machine", "native"),
    [
        ({"DISPLAY": "localhost:10.0"}, {}, Native.XCLIP),
        ({"DISPLAY": "localhost:10", "WAYLAND_DISPLAY": "w"}, {}, Native.XCLIP),
        ({"DISPLAY": "localhost:10.0"}, {"system": "darwin"}, Native.XCLIP),
        ({"DISPLAY": ":0"}, {}, None),
        ({"DISPLAY": "desk.example:0"}, {}, None),
        ({"WAYLAND_DISPLAY": "wayland-0"}, {}, None),
        ({}, {"system": "darwin"}, None),
        ({"WSL_DISTRO_NAME": "Ubuntu"}, {}, None),
    ],
)
async def test_remote_takes_no_clipboard_of_the_wrong_machine(
    variables: dict[str, str], machine: dict[str, str], native: Native | None, tools: str
) -> None:
    for ssh in (SSH, {**LOCAL, "SSH_TTY": "/dev/pts/3"}):
        terminal = await seen({**ssh, **variables, "PATH": tools}, **machine)
        assert (terminal.remote, terminal.forwarded, terminal.native) == (True, bool(native), native)


@pytest.mark.parametrize(
    ("variables", "machine", "missing"),
    [
        ({}, {"system": "darwin"}, "pbcopy"),
        ({}, {"system": "darwin"}, "pbpaste"),
        ({"WSL_DISTRO_NAME": "Ubuntu"}, {}, "clip.exe"),
        ({"WSL_DISTRO_NAME": "Ubuntu"}, {}, "powershell.exe"),
        ({"WAYLAND_DISPLAY": "w"}, {}, "wl-copy"),
        ({"WAYLAND_DISPLAY": "w"}, {}, "wl-paste"),
    ],
)
async def test_what_can_not_both_copy_and_read_back_is_none(
    variables: dict[str, str], machine: dict[str, str], missing: str, tools: str
) -> None:
    (Path(tools) / missing).unlink()
    assert (await seen({**LOCAL, **variables, "PATH": tools}, **machine)).native is None


async def test_klipper_is_never_used(tmp_path: Path) -> None:
    for tool in ("klipper", "qdbus"):
        script(tmp_path, tool, "exit 0")
    assert (await seen({**LOCAL, "DISPLAY": ":0", "PATH": str(tmp_path)})).native is None


@pytest.mark.parametrize(("term", "mute"), [("", True), ("dumb", True), ("linux", True), ("xterm", False)])
async def test_terminals_without_a_clipboard(term: str, mute: bool) -> None:
    assert (await seen({"TERM": term})).mute is mute


async def test_our_secrets_are_not_kept(tools: str) -> None:
    terminal = await seen({**LOCAL, "BUTLR_CLIENT_SECRET": SECRET, "PATH": tools})
    assert SECRET not in str(dict(terminal.environment))
    assert "PATH" not in repr(terminal)


async def test_tmux_is_asked_about_our_own_pane_and_session() -> None:
    run = FakeTmux()
    terminal = await detect(TMUX, run, tty="/dev/pts/3")
    tmux = terminal.tmux
    assert tmux is not None
    assert (tmux.socket, tmux.session, tmux.version) == ("/tmp/t,ux/default", "$5", (3, 3))
    assert (tmux.set_clipboard, tmux.passes) == ("external", False)
    assert (tmux.client, tmux.has_ms) == ("/dev/pts/9", True)
    assert all(argv[:3] == ("tmux", "-S", "/tmp/t,ux/default") for argv in run.asked)
    assert [argv[5:7] for argv in run.asked if argv[3] == "display-message"] == [("-t", "%7")]
    assert [argv[4:6] for argv in run.asked if argv[3] == "list-clients"] == [("-t", "$5")]
    assert [argv[4:] for argv in run.asked if argv[3] == "show-environment"] == [("-t", "$5")]


@pytest.mark.parametrize(
    ("about", "version", "passes"),
    [
        ("$5|3.2|on||/dev/pts/3", (3, 2), True),
        ("$5|next-3.5|on|all|/dev/pts/3", (3, 5), True),
        ("$5|3.4|on|off|/dev/pts/3", (3, 4), False),
        ("$5|3.3a|on|1|/dev/pts/3", (3, 3), True),
        ("$5|master|on|on|/dev/pts/3", (99, 0), True),
        ("$5||external||/dev/pts/3", (0, 0), True),
    ],
)
async def test_versions(about: str, version: tuple[int, int], passes: bool) -> None:
    tmux = (await detect(TMUX, FakeTmux(about), tty="/dev/pts/3")).tmux
    assert tmux is not None
    assert (tmux.version, tmux.passes) == (version, passes)


async def test_the_most_recently_active_client_and_its_own_ms() -> None:
    run = FakeTmux(**{"list-clients": "100 /dev/pts/9\n101 /dev/pts/99\n99 /dev/pts/1\nnonsense\n"})
    tmux = (await detect(TMUX, run, tty="/dev/pts/3")).tmux
    assert tmux is not None
    assert (tmux.client, tmux.has_ms) == ("/dev/pts/99", False)


async def test_a_client_whose_name_has_spaces_and_one_that_was_never_active() -> None:
    run = FakeTmux(**{"list-clients": "unknown /dev/pts/1\n100 /dev/a b c\n"})
    tmux = (await detect(TMUX, run, tty="/dev/pts/3")).tmux
    assert tmux is not None
    assert (tmux.client, tmux.has_ms) == ("/dev/a b c", False)


@pytest.mark.parametrize(
    "info",
    [f"  192: Ms: {MS}\n", f"Terminal 0: x for /dev/pts/1, flags=0x0:\n 192: Ms: {MS}\n", ""],
    ids=["before any terminal", "of another", "nothing"],
)
async def test_ms_of_no_terminal_is_none_of_ours(info: str) -> None:
    tmux = (await detect(TMUX, FakeTmux(info=info), tty="/dev/pts/3")).tmux
    assert tmux is not None
    assert not tmux.has_ms


async def test_no_client_of_ours() -> None:
    tmux = (await detect(TMUX, FakeTmux(**{"list-clients": ""}), tty="/dev/pts/3")).tmux
    assert tmux is not None
    assert (tmux.client, tmux.has_ms) == (None, False)


@pytest.mark.parametrize(
    ("inherited", "told", "remote", "display"),
    [
        ({"SSH_CONNECTION": "old", "SSH_TTY": "/dev/pts/1"}, "-SSH_CONNECTION\n-DISPLAY\n", False, None),
        ({"DISPLAY": ":0"}, "SSH_CONNECTION=1 2 3 4\nDISPLAY=localhost:10.0\n", True, "localhost:10.0"),
        (
            {"DISPLAY": "localhost:10.0"},
            "SSH_CONNECTION=1 2\nDISPLAY=localhost:11.0\n",
            True,
            "localhost:11.0",
        ),
        ({"SSH_TTY": "/dev/pts/1", "DISPLAY": ":0"}, "", True, ":0"),
        ({"SSH_CONNECTION": "1 2"}, "-DISPLAY\n", True, None),
        ({"DISPLAY": ":0"}, "DISPLAY=a=b:1\nSSH_TTY=x\n", True, "a=b:1"),
        ({"SSH_CONNECTION": "1 2", "DISPLAY": ":0"}, "unknown variable: DISPLAY\n", True, ":0"),
    ],
)
async def test_what_tmux_knows_outdoes_what_was_inherited(
    inherited: dict[str, str], told: str, remote: bool, display: str | None, tools: str
) -> None:
    environment = {**TMUX, **inherited, "PATH": tools}
    terminal = await detect(
        environment, FakeTmux(variables=told), system="linux", kernel="6", tty="/dev/pts/3"
    )
    assert terminal.remote is remote
    assert terminal.environment.get("DISPLAY") == display
    assert terminal.forwarded is (display is not None and display.startswith("localhost") and remote)


async def test_a_tmux_that_does_not_answer() -> None:
    async def silent(*_: Any, **__: Any) -> ProcessResult:
        return ProcessResult(None)

    terminal = await detect(TMUX, silent)
    # Until it answers all is a guess, and the guess is that it lets a passthrough pass.
    assert terminal.tmux == Tmux("/tmp/t,ux/default", "$4", (0, 0), "", True, None, False, answered=False)


async def test_a_tmux_that_fails_has_not_answered() -> None:
    async def fails(*_: Any, **__: Any) -> ProcessResult:
        return ProcessResult(1, b"$5|3.3a|external|0|/dev/pts/3")

    terminal = await detect(TMUX, fails)
    assert terminal.tmux is not None
    assert not terminal.tmux.answered


async def test_without_a_pane_the_session_is_asked() -> None:
    without = FakeTmux()
    await detect({key: TMUX[key] for key in ("TERM", "TMUX")}, without, tty="/dev/pts/3")
    assert [argv[5:7] for argv in without.asked if argv[3] == "display-message"] == [("-t", "$4")]


async def test_screen() -> None:
    terminal = await seen({"TERM": "screen", "STY": "1.x"})
    assert terminal.screen
    assert terminal.tmux is None


@pytest.mark.parametrize(("tty", "in_tmux"), [("/dev/pts/3", True), ("/dev/pts/8", False)])
async def test_tmux_and_screen_in_each_other(tty: str, in_tmux: bool) -> None:
    both = {**TMUX, "STY": "1.x", "TERM": "screen", "DISPLAY": ":0"}
    terminal = await detect(both, FakeTmux(variables="-DISPLAY"), tty=tty)
    assert (terminal.tmux is not None, terminal.screen) == (in_tmux, not in_tmux)
    assert ("DISPLAY" in terminal.environment) is not in_tmux


@pytest.mark.parametrize("stream", [0, 1, 2, None])
async def test_our_terminal_is_that_of_the_first_stream_that_has_one(
    stream: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With stdin or stdout in a pipe too; and where all are, nobody's device is ours."""

    def ttyname(asked: int) -> str:
        if asked != stream:
            raise OSError(25, "")
        return "/dev/pts/3"

    monkeypatch.setattr(os, "ttyname", ttyname)
    terminal = await detect({**TMUX, "STY": "1.x", "TERM": "screen"}, FakeTmux())
    assert (terminal.tmux is not None) is (stream is not None)
    nowhere = await detect({**TMUX, "STY": "1.x", "TERM": "screen"}, FakeTmux("$5|3.3a|external|0|"))
    assert (nowhere.tmux is not None) is (stream is None)


@pytest.mark.parametrize(("term", "in_tmux"), [("xterm-256color", False), ("tmux-256color", True)])
async def test_a_terminal_that_only_inherited_tmux(term: str, in_tmux: bool) -> None:
    terminal = await detect({**TMUX, "TERM": term}, FakeTmux(), tty="/dev/pts/8")
    assert (terminal.tmux is not None) is in_tmux
