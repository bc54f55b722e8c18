"""What is measured on: generated clients, the same at every run, and services that have them."""

import json
import os
import random
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

from butlr_tui.contract import CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.ids import ksuid
from butlr_tui.service.local import ROOT_CREDENTIAL, open_service
from butlr_tui.service.minting import digest
from butlr_tui.service.store import StoredClient
from tests.bench.timed import COMMAND, ROOT

_SEED: Final = 20260101
_NEWEST: Final = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS: Final = [
    "hvac",
    "badge",
    "lobby",
    "desk",
    "zone",
    "sensor",
    "hive",
    "floor",
    "energy",
    "parking",
    "visitor",
    "air",
    "lift",
    "meeting",
    "cleaning",
    "audit",
    "signage",
    "console",
    "planner",
    "relay",
]
_PHRASES: Final = (
    "Pushes occupancy to the controllers of building {}",
    "Live headcounts on the screens of floor {}",
    "Nightly export number {} for the security team",
    "Temporary, until retrofit {} is done",
    "",
)


@dataclass(frozen=True)
class Running:
    """A service with so many clients, its root client among them."""

    size: int
    url: str
    client_id: str
    secret: str
    data: Path

    @cached_property
    def token(self) -> str:
        """For requests that are not the app's."""
        body = json.dumps({"client_id": self.client_id, "client_secret": self.secret})
        body = body[:-1] + ', "audience": "https://butlrauth/", "grant_type": "client_credentials"}'
        request = urllib.request.Request(
            self.url + CLIENT_LOGIN_PATH, body.encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as reply:
            return str(json.load(reply)["access_token"])

    @cached_property
    def body(self) -> bytes:
        """Its list, as it sends it."""
        request = urllib.request.Request(
            self.url + CLIENTS_PATH, headers={"Authorization": f"Bearer {self.token}"}
        )
        with urllib.request.urlopen(request) as reply:
            return bytes(reply.read())

    @cached_property
    def texts(self) -> list[str]:
        """What the filter looks through."""
        return [
            "\n".join((item["name"], item["description"], item["id"])).casefold()
            for item in json.loads(self.body)
        ]


class Fixtures:
    """Makes folders and starts services as they are asked for; `close` ends them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        """For what else is to be measured on."""
        self._services: dict[int, Running] = {}
        self._processes: list[subprocess.Popen[bytes]] = []

    def home(self, size: int) -> Path:
        """A folder for XDG_DATA_HOME in which the demo has so many clients."""
        home = self.folder / f"home-{size}"
        data = home / "butlr-tui" / "demo"
        if not data.exists():
            service = open_service(data)
            owner = service.root.client_id
            service.store.add([client(number, owner) for number in range(size - 1)])
            service.close()
        return home

    def service(self, size: int) -> Running:
        """A service on a port of its own with so many clients."""
        if size not in self._services:
            data = self.home(size) / "butlr-tui" / "demo"
            pair = json.loads((data / ROOT_CREDENTIAL).read_text())
            url = self.start([*COMMAND, "serve", "--data", data, "--port"])
            self._services[size] = Running(size, url, pair["client_id"], pair["client_secret"], data)
        return self._services[size]

    def start(self, argv: Sequence[str | Path]) -> str:
        """Start a service that takes its port as its last argument; where it is, once it answers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [*argv, str(port)],
            env=self.environment(),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._processes.append(process)
        url = f"http://127.0.0.1:{port}"
        _wait_for(url)
        return url

    def environment(self, service: Running | None = None, demo: int | None = None) -> Mapping[str, str]:
        """An environment without this user's settings, in which the app talks to `service`."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("BUTLR_", "TMUX", "SSH_", "XDG_", "PYTHON", "TEXTUAL", "NO_COLOR"))
        }
        kept |= {"TERM": "xterm-256color", "HOME": str(self.folder), "COLUMNS": "120", "LINES": "40"}
        if demo is not None:
            kept["XDG_DATA_HOME"] = str(self.home(demo))
        if service is not None:
            kept["BUTLR_BASE_URL"] = service.url
            kept["BUTLR_CLIENT_ID"], kept["BUTLR_CLIENT_SECRET"] = service.client_id, service.secret
        return kept

    def close(self) -> None:
        """End all services."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait()


def client(number: int, owner: str) -> StoredClient:
    """A client that is the same at every run. Its secret is `nobody's`."""
    rng = random.Random(_SEED + number)
    made = _NEWEST - timedelta(seconds=rng.randrange(3 * 365 * 86_400))
    return StoredClient(
        f"client_{ksuid(made, rng.randbytes(16))}",
        owner,
        f"{rng.choice(_WORDS)}-{rng.choice(_WORDS)}-{rng.randrange(10_000):04}",
        rng.choice(_PHRASES).format(rng.randrange(100)),
        digest("nobody's"),
    )


def _wait_for(url: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{url}/healthz"):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the service at {url} did not start")
