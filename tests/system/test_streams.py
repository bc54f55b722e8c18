"""Our own streams may be closed, full or dead; what is lost by that is told where it can be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from butlr_tui.system.streams import (
    Unprinted,
    flush,
    give_up,
    is_terminal,
    occupy_closed_ones,
    put,
    show_progress,
    take,
    tell,
)
from tests.support.pty import Pty

_SHOWS_PROGRESS = """
from butlr_tui.system.streams import flush, put, show_progress, tell, tells_a_person
print("to a person" if tells_a_person() else "to nobody", flush=True)
show_progress("3 of 10 clients")
show_progress("")
show_progress("4 of 10")
tell("one is deleted.")
show_progress("5 of 10")
put("data\\n")
flush()
show_progress("6 of 10 clients, and a text that is longer than a line")
input()
"""


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
        "sys.exit(os.open('/dev/zero', os.O_RDONLY) > 2)\n"
    )
    words = [sys.executable, "-c", script]
    ended = subprocess.run(["sh", "-c", '"$@" <&- >&- 2>&-', "sh", *words], check=False)
    assert ended.returncode == 1
    occupy_closed_ones()  # there is nothing to do where all are open


def test_how_far_it_is_stands_on_the_last_line_alone_and_gives_way_to_what_is_told() -> None:
    with Pty([sys.executable, "-c", _SHOWS_PROGRESS], size=(30, 8)) as terminal:
        terminal.shows("and a text …")
        shown = [line.rstrip() for line in terminal.screen.splitlines()]
        for part in (b"3 of 10 clients", b"4 of 10", b"5 of 10"):
            assert part in terminal.output
        assert shown[:5] == ["to a person", "one is deleted.", "data", "6 of 10 clients, and a text …", ""]
        terminal.types("\n")
        assert terminal.ends() == 0


def test_a_stderr_that_is_no_terminal_gets_no_progress(capfd: pytest.CaptureFixture[str]) -> None:
    show_progress("3 of 10 clients")
    tell("one is deleted.")
    assert capfd.readouterr().err == "one is deleted.\n"


async def test_stdin_is_taken_up_to_a_limit_and_to_its_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as pipe, os.fdopen(writing, "wb") as fills:
        monkeypatch.setattr(sys, "stdin", pipe)
        fills.write(b"first, second")
        fills.flush()
        assert await take(7) == b"first, "
        fills.close()
        assert await take(100) == b"second"
    (tmp_path / "file").write_bytes(b"a file")
    with (tmp_path / "file").open() as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert await take(100) == b"a file"
    monkeypatch.setattr(sys, "stdin", None)
    assert await take(100) == b""
