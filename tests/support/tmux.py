"""A tmux of our own, with outer terminals attached that show what really arrives."""

import os
import subprocess
from pathlib import Path

from butlr_tui.delivery.clipboard.detect import Terminal, detect
from tests.support.delivery import write_to
from tests.support.pty import Pty
from tests.support.waiting import until


class TmuxServer:
    """A tmux of our own, with terminals attached to it."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self.outers: list[Pty] = []
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(socket.parent), "LC_ALL": "C.UTF-8"}

    def __call__(self, *words: str) -> str:
        argv = ["tmux", "-S", str(self.socket), "-f", "/dev/null", *words]
        return subprocess.check_output(argv, env=self.environment, text=True, timeout=10).strip()

    def place_of(self, pane: str) -> tuple[str, str]:
        """TMUX and TMUX_PANE as a program that starts there gets them."""
        told = self("display-message", "-p", "-t", pane, "#{socket_path},#{pid},#{session_id} #{pane_id}")
        tmux, _, pane_id = told.rpartition(" ")
        return tmux.replace(",$", ","), pane_id

    def start(self, session: str, command: str = "exec sleep 600", size: tuple[int, int] = (80, 24)) -> None:
        """A session that nobody is attached to."""
        width, height = size
        self("new-session", "-d", "-s", session, "-x", str(width), "-y", str(height), command)

    def presses(self, session: str, *keys: str) -> None:
        """Press keys in a session, by tmux's names; other words are typed as they are."""
        self("send-keys", "-t", session, *keys)

    def screen(self, session: str) -> str:
        """What a session shows."""
        return self("capture-pane", "-p", "-t", session)

    async def shows(self, session: str, text: str, seconds: float = 20) -> None:
        """Wait until a session shows a text."""
        try:
            await until(lambda: text in self.screen(session), seconds)
        except AssertionError:
            raise AssertionError(f"{text!r} did not come. There is:\n{self.screen(session)}") from None

    async def attach(self, session: str, term: str = "xterm-256color") -> Pty:
        argv = ["tmux", "-S", str(self.socket), "attach", "-t", session]
        outer = Pty(argv, {**self.environment, "TERM": term}, size=(80, 24))
        self.outers.append(outer)
        count = len(self.outers)
        await until(lambda: len(self("list-clients").splitlines()) == count and outer.output)
        return outer

    def pane(self, session: str) -> str:
        return self("display-message", "-p", "-t", session, "#{pane_tty}")

    async def terminal(self, session: str, **more: str) -> Terminal:
        """What a program in the pane of `session` detects."""
        tmux, pane = self.place_of(session)
        environment = {"TMUX": tmux, "TMUX_PANE": pane, "TERM": "tmux-256color", "PATH": os.environ["PATH"]}
        return await detect({**environment, **more})

    async def settled(self) -> None:
        """All that was on the way to the outer terminals has arrived: a mark that was sent after it has."""
        for session in self("list-sessions", "-F", "#{session_name}").splitlines():
            write_to(self.pane(session))("\r\nMARK\r\n")
        for outer in self.outers:
            await until(lambda outer=outer: b"MARK" in outer.output)  # type: ignore[misc]

    def close(self) -> None:
        subprocess.run(["tmux", "-S", str(self.socket), "kill-server"], capture_output=True, check=False)
        for outer in self.outers:
            outer.close()
