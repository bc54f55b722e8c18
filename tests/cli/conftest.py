"""A service on a port, and the commands run as a person at a shell runs them."""

import fcntl
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """The profile `local` names one port of this machine: these tests take turns, whoever runs them."""
    with (Path(tempfile.gettempdir()) / "butlr-tui-port-4010.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder that every command here finds."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "butlr-tui"


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
def serving(data: Path) -> Iterator[str]:
    """`butlr-tui serve` on the port that the built-in profile names, until the test is done."""
    process = subprocess.Popen(
        [sys.executable, "-m", "butlr_tui", "serve"], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        said = process.stderr.readline()
        assert said.startswith("Listening on http://127.0.0.1:4010"), said
        yield "http://127.0.0.1:4010"
    finally:
        process.terminate()
        assert process.wait(30) == 0
        process.stderr.close()
