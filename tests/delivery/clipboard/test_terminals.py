"""tmux, GNU screen and a bare terminal, each with an outer terminal that shows what really arrives."""

import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from butlr_tui.delivery.clipboard.copy import Outcome, Report, Route, copy
from butlr_tui.delivery.clipboard.detect import detect
from tests.support.delivery import SECRET, base64, refuse_to_write, write_to
from tests.support.programs import needs
from tests.support.pty import Pty
from tests.support.tmux import TmuxServer
from tests.support.waiting import until

pytestmark = pytest.mark.slow

ENCODED = base64(SECRET)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A socket's path may have no more than some 100 characters."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
async def tmux(short_folder: Path) -> AsyncIterator[TmuxServer]:
    needs("tmux")
    server = TmuxServer(short_folder / "s")
    server.start("ours")
    yield server
    server.close()


class TestTmux:
    """A real server, asked and told as from a pane of session `ours`."""

    @pytest.mark.parametrize("set_clipboard", ["on", "external"])
    async def test_sent_to_the_terminal_of_our_client(self, tmux: TmuxServer, set_clipboard: str) -> None:
        tmux("set-option", "-s", "set-clipboard", set_clipboard)
        outer = await tmux.attach("ours")
        report = await copy(SECRET, await tmux.terminal("ours"), refuse_to_write)
        assert (report.outcome, report.route) == (Outcome.SENT, Route.TMUX)
        assert report.said == "Sent to your terminal through tmux; it can't be verified: paste to check."
        await until(lambda: b";" + ENCODED + b"\x07" in outer.output)
        assert tmux("list-buffers") == ""

    async def test_set_clipboard_off_is_the_users_wish(self, tmux: TmuxServer) -> None:
        tmux("set-option", "-s", "set-clipboard", "off")
        tmux("set-option", "-g", "allow-passthrough", "on")
        outer = await tmux.attach("ours")
        report = await copy(SECRET, await tmux.terminal("ours"), refuse_to_write)
        assert report.outcome is Outcome.FAILED
        assert "tmux is set to keep the clipboard to itself" in report.said
        await tmux.settled()
        assert ENCODED not in outer.output

    async def test_passthrough_where_tmux_does_not_know_the_terminal(self, tmux: TmuxServer) -> None:
        tmux("set-option", "-g", "allow-passthrough", "on")
        outer = await tmux.attach("ours", "vt100")
        report = await copy(SECRET, await tmux.terminal("ours"), write_to(tmux.pane("ours")))
        assert (report.outcome, report.route) == (Outcome.SENT, Route.TMUX_PASSTHROUGH)
        await until(lambda: b"\x1b]52;c;" + ENCODED + b"\x07" in outer.output)

    async def test_a_passthrough_that_tmux_does_not_pass(self, tmux: TmuxServer) -> None:
        outer = await tmux.attach("ours", "vt100")
        terminal = await tmux.terminal("ours")
        report = await copy(SECRET, terminal, refuse_to_write)
        assert report.outcome is Outcome.FAILED
        assert "set -g allow-passthrough on" in report.said
        # And rightly so: it would not have arrived.
        await copy(SECRET, terminal, write_to(tmux.pane("ours")), force=Route.TMUX_PASSTHROUGH)
        await tmux.settled()
        assert ENCODED not in outer.output

    @pytest.mark.parametrize("force", [None, Route.TMUX])
    async def test_another_sessions_client_never_gets_it(self, tmux: TmuxServer, force: Route | None) -> None:
        tmux.start("theirs")
        theirs = await tmux.attach("theirs")
        report = await copy(SECRET, await tmux.terminal("ours"), refuse_to_write, force=force)
        assert report.outcome is Outcome.FAILED
        assert "no terminal is attached to this tmux session" in report.said
        await tmux.settled()
        assert ENCODED not in theirs.output

    async def test_the_client_that_was_used_last_gets_it(self, tmux: TmuxServer) -> None:
        tmux.start("theirs")
        first, second = await tmux.attach("ours"), await tmux.attach("ours")
        theirs = await tmux.attach("theirs")

        def activities() -> dict[str, int]:
            lines = tmux("list-clients", "-t", "ours", "-F", "#{client_name} #{client_activity}").splitlines()
            return {name: int(second) for name, second in (line.split() for line in lines)}

        for used, idle in ((first, second), (second, first)):
            before = max(activities().values())

            def has_used(used: Pty = used, before: int = before) -> bool:
                used.types("x")
                return max(activities().values()) > before

            await until(has_used)
            theirs.types("x")
            until_now = len(used.output), len(idle.output)
            report = await copy(SECRET, await tmux.terminal("ours"), refuse_to_write)
            assert report.route is Route.TMUX
            await until(lambda: ENCODED in used.output[until_now[0] :])  # noqa: B023
            await tmux.settled()
            assert ENCODED not in idle.output[until_now[1] :]
            assert ENCODED not in theirs.output

    async def test_a_pane_that_moved_to_another_session(self, tmux: TmuxServer) -> None:
        """TMUX still names the session that it was started in."""
        tmux.start("theirs")
        tmux("split-window", "-t", "ours", "exec sleep 600")
        inherited, pane = tmux.place_of("ours")
        tmux("join-pane", "-s", pane, "-t", "theirs")
        outer = await tmux.attach("theirs")
        environment = {"TMUX": inherited, "TMUX_PANE": pane, "TERM": "screen", "PATH": os.environ["PATH"]}
        report = await copy(SECRET, await detect(environment), refuse_to_write)
        assert report.outcome is Outcome.SENT
        await until(lambda: ENCODED in outer.output)

    async def test_what_the_session_knows_of_ssh(self, tmux: TmuxServer) -> None:
        stale = {"SSH_CONNECTION": "old", "SSH_TTY": "/dev/pts/0"}
        assert not (await tmux.terminal("ours", **stale)).remote
        tmux("set-environment", "-t", "ours", "SSH_CONNECTION", "1 2 3 4")
        assert (await tmux.terminal("ours")).remote

    async def test_a_server_that_is_gone(self, tmux: TmuxServer) -> None:
        terminal = await tmux.terminal("ours")
        assert terminal.tmux is not None
        tmux("kill-server")
        report = await copy(SECRET, terminal, refuse_to_write)
        assert report.outcome is Outcome.FAILED


class TestScreen:
    """A real GNU screen."""

    @pytest.fixture
    async def screen(self, short_folder: Path) -> AsyncIterator[tuple[Pty, str]]:
        needs("screen")
        tty = short_folder / "tty"
        sockets = short_folder / "sockets"
        sockets.mkdir(0o700)
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(short_folder), "TERM": "xterm-256color",
            "SCREENDIR": str(sockets), "SHELL": "/bin/sh",
        }  # fmt: skip
        inside = f"tty > {tty}.new && mv {tty}.new {tty}; exec sleep 600"
        argv = ["screen", "-c", "/dev/null", "-S", "t", "sh", "-c", inside]
        outer = Pty(argv, environment)
        try:
            await until(tty.exists)
            yield outer, tty.read_text().strip()
        finally:
            self.quit(environment)
            outer.close()

    def quit(self, environment: dict[str, str]) -> None:
        argv = ["screen", "-S", "t", "-X", "quit"]
        subprocess.run(argv, env=environment, capture_output=True, check=False)

    async def send(self, value: str, tty: str) -> Report:
        return await copy(value, await detect({"STY": "1.t", "TERM": "screen", "PATH": ""}), write_to(tty))

    async def test_sent(self, screen: tuple[Pty, str]) -> None:
        outer, tty = screen
        report = await self.send(SECRET, tty)
        assert (report.outcome, report.route) == (Outcome.SENT, Route.SCREEN)
        assert report.said == "Sent through screen; it can't be verified: paste to check."
        await until(lambda: b"\x1b]52;c;" + ENCODED + b"\x07" in outer.output)

    async def test_up_to_the_length_that_screen_takes(self, screen: tuple[Pty, str]) -> None:
        outer, tty = screen
        longest = "x" * 513
        assert (await self.send(longest, tty)).outcome is Outcome.SENT
        await until(lambda: base64(longest) in outer.output)
        until_now = len(outer.output)
        report = await self.send("y" * 600, tty)
        assert report.outcome is Outcome.FAILED
        assert "too long for screen" in report.said
        write_to(tty)("\r\nMARK\r\n")
        await until(lambda: b"MARK" in outer.output)
        assert b"eXl5" not in outer.output[until_now:]


async def test_a_bare_terminal_gets_osc_52() -> None:
    with Pty(["sleep", "600"]) as outer:
        terminal = await detect({"TERM": "xterm-256color", "PATH": ""})
        report = await copy(SECRET, terminal, write_to(outer.device))
        assert (report.outcome, report.route) == (Outcome.SENT, Route.OSC52)
        assert report.said == "Sent to your terminal; many terminals ignore this: paste to check."
        await until(lambda: outer.output)
        assert outer.output == b"\x1b]52;c;" + ENCODED + b"\x07"


@pytest.mark.parametrize("term", ["dumb", "linux"])
async def test_a_terminal_without_a_clipboard_gets_nothing(term: str) -> None:
    report = await copy(SECRET, await detect({"TERM": term, "PATH": ""}), refuse_to_write)
    assert report.outcome is Outcome.FAILED
    assert report.said.startswith(f"This terminal can't take a copy (TERM={term}).")
