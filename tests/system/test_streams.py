"""Our own streams may be closed, full or dead; what is lost by that is told where it can be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from butlr_tui.system.streams import Unprinted, flush, give_up, is_terminal, occupy_closed_ones, put, tell


def full() -> object:
    """A stream on a full disk."""
    return Path("/dev/full").open("w")


def dead() -> object:
    """A stream to a pipe that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    return os.fdopen(writing, "w")


@pytest.mark.parametrize("data", ["x", "x" * 100_000, b"x" * 100_000])
@pytest.mark.parametrize(
    ("stream", "said"), [(full, "stdout did not take all of it (no space left on device)."), (dead, "")]
)
def test_data_that_stdout_does_not_take(
    monkeypatch: pytest.MonkeyPatch, data: str | bytes, stream: type, said: str
) -> None:
    monkeypatch.setattr(sys, "stdout", stream())
    with pytest.raises(Unprinted) as told:
        put(data)
        flush()
    assert str(told.value) == said
    give_up()
    sys.stdout.close()  # nothing is left in it that would be tried again


def test_what_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    with pytest.raises(Unprinted, match=r"stdout is closed\."):
        put("x")
    tell("x")
    flush()
    give_up()
    assert not is_terminal()


@pytest.mark.parametrize("stream", [full, dead])
def test_words_that_stderr_does_not_take_change_nothing(
    monkeypatch: pytest.MonkeyPatch, stream: type
) -> None:
    monkeypatch.setattr(sys, "stderr", stream())
    tell("x" * 100_000)
    give_up()
    sys.stderr.close()
    tell("it is closed by now")


def test_no_file_gets_the_number_of_a_stream_that_was_closed() -> None:
    """Else what is written to stderr would be written to a secret's file."""
    script = (
        "import os, sys\n"
        "from butlr_tui.system.streams import occupy_closed_ones\n"
        "occupy_closed_ones()\n"
        "os._exit(os.open('/dev/zero', os.O_RDONLY) > 2)\n"
    )
    words = [sys.executable, "-c", script]
    ended = subprocess.run(["sh", "-c", '"$@" <&- >&- 2>&-', "sh", *words], check=False)
    assert ended.returncode == 1
    occupy_closed_ones()  # there is nothing to do where all are open
