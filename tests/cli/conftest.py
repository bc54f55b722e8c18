"""A service on a port of its own, and the commands run as a person at a shell runs them.

The profile `local` of these tests is in their settings and names that port: what is built in would name one that
anybody on this machine may have taken.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Configure = Callable[..., None]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder that every command here finds."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "butlr-tui"


@pytest.fixture
def configure(data: Path) -> Configure:
    """Write the settings: the profile `local` at an address, and what else they should say."""

    def write(url: str, *more: str) -> None:
        folder = Path(os.environ["XDG_CONFIG_HOME"]) / "butlr-tui"
        folder.mkdir(parents=True, exist_ok=True)
        local = (
            "[profiles.local]",
            f'base_url = "{url}"',
            f'credential_file = "{data}/root-credential.json"',
        )
        (folder / "config.toml").write_text("\n".join((*local, *more, "")))

    return write


@pytest.fixture
def butlr_tui(data: Path) -> Run:
    """Run `butlr-tui …` to its end."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "butlr_tui", *arguments],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )

    return run


@pytest.fixture
def listening(data: Path) -> Iterator[str]:
    """`butlr-tui serve`, until the test is done, and no settings that name it. Its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "butlr_tui", "serve", "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        said = process.stderr.readline()
        assert said.startswith("Listening on http://127.0.0.1:"), said
        yield said.split()[2].rstrip(".")
    finally:
        process.terminate()
        assert process.wait(30) == 0
        process.stderr.close()


@pytest.fixture
def serving(listening: str, configure: Configure) -> str:
    """The address of a service that is the profile `local`."""
    configure(listening)
    return listening


@pytest.fixture
def nobody(configure: Configure) -> Iterator[str]:
    """An address at which nobody listens, and nobody else can: that of the profile `local`."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        configure(url)
        yield url
