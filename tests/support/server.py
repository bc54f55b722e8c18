"""`serve` as a process."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOM = Path(__file__).parents[2]
PROGRAM = r"""
import os, sys, warnings
warnings.filterwarnings("error", module=r"butlr_tui\.")
warnings.filterwarnings("error", category=ResourceWarning)
warnings.filterwarnings("error", category=RuntimeWarning)
from pathlib import Path
from butlr_tui.service.run import opener, serve
from butlr_tui.service.request_log import LogForm
from ipaddress import ip_network
data, host, port, engine, log, proxies = sys.argv[1:]
say = lambda line: print(line, flush=True)
sys.exit(serve(Path(data), host, int(port), say, opener(engine, os.environ), log_form=LogForm(log),
               proxies=[ip_network(proxy) for proxy in proxies.split()]))
"""


class Server:
    """A running `serve`; `said` is what it says at its start."""

    def __init__(
        self,
        data: Path,
        host: str = "127.0.0.1",
        port: int = 0,
        engine: str = "sqlite",
        environment: Mapping[str, str] | None = None,
        log: str = "none",
        proxies: str = "",
    ) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(data), host, str(port), engine, log, proxies],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOM,
            env={**os.environ, **(environment or {})},
        )
        self.said: list[str] = []
        self.url = ""

    def listening(self) -> "Server":
        assert self.process.stdout
        while len(self.said) < 2:  # where it listens, what its engine has to say
            line = self.process.stdout.readline()
            assert line, self.ended()
            self.said.append(line.strip())
        self.url = self.said[0].split()[2].rstrip(".")
        return self

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """The exit code, and what was said until then on stdout and stderr."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> tuple[int, str, str]:
        assert self.process.stdout
        assert self.process.stderr
        code = self.process.wait(20)
        return code, self.process.stdout.read(), self.process.stderr.read()
