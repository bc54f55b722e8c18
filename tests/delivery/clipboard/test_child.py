"""The child that touches the clipboard, with a clipboard that is none: what its exit code tells, and when."""

import io
import runpy
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pyperclip
import pytest

from butlr_tui.delivery.clipboard import child
from butlr_tui.delivery.clipboard.copy import ClipboardDigest, Outcome, clear_if_ours, copy
from butlr_tui.delivery.clipboard.detect import detect
from tests.support.delivery import SECRET, refuse_to_write
from tests.support.programs import PATH, false_xclip, script


class Clipboard:
    """Gives what is in it; `late` looks see what was in it before."""

    def __init__(self, text: str = "", late: int = 0) -> None:
        self.text = text
        self.late = late
        self.looks = 0

    def copy(self, text: str) -> None:
        self.text = text

    def paste(self) -> str:
        self.looks += 1
        if self.text == "broken":
            raise pyperclip.PyperclipException
        return "before" if self.looks <= self.late else self.text


def ran(
    job: str, given: bytes, clipboard: Clipboard, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, list[float]]:
    """Its exit code, and the seconds before each look."""
    waits: list[float] = []
    monkeypatch.setitem(child._TOOLS, "xsel", lambda: (clipboard.copy, clipboard.paste))
    monkeypatch.delitem(child._READERS, "xsel", raising=False)  # it can be reached
    monkeypatch.setattr(time, "sleep", waits.append)
    return child.main(job, "xsel", given), waits


def digest(text: str) -> bytes:
    """As the parent tells of a text without telling it."""
    held = ClipboardDigest.of(text)
    return held.key + held.digest


def test_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    clipboard = Clipboard()
    assert ran("copy", "é\n\ud800".encode("utf-8", "surrogatepass"), clipboard, monkeypatch)[0] == child.YES
    assert clipboard.text == "é\n\ud800"


@pytest.mark.parametrize(("late", "looks"), [(0, 1), (1, 2), (3, 4)])
def test_it_looks_again_while_the_copy_is_not_there_yet(
    late: int, looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, waits = ran("holds", digest("s\ud800"), Clipboard("s\ud800", late), monkeypatch)
    assert (code, waits) == (child.YES, [0.0, 0.02, 0.1, 0.2][:looks])


def test_another_text_or_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for other in ("Secret", ""):
        code, waits = ran("holds", digest("secret"), Clipboard(other), monkeypatch)
        assert (code, len(waits)) == (child.NO, 4)
    with pytest.raises(pyperclip.PyperclipException):
        ran("holds", digest("secret"), Clipboard("broken"), monkeypatch)


@pytest.mark.parametrize(
    ("text", "late", "code", "looks"),
    [("", 0, child.YES, 1), ("broken", 0, child.YES, 1), ("before", 0, child.NO, 4), ("", 2, child.YES, 3)],
)
def test_a_clearing_is_looked_at_too(
    text: str, late: int, code: int, looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, waits = ran("lost", digest("before"), Clipboard(text, late), monkeypatch)
    assert (told, len(waits)) == (code, looks)


@pytest.mark.parametrize(
    ("tool", "says", "code"),
    [
        ("xclip", "Error: target STRING not available", child.NO),
        ("xclip", "Error: Can't open display: localhost:10.0", child.UNREACHABLE),
        ("xsel", "xsel: Can't open display: (null)\n: Connection refused", child.UNREACHABLE),
        ("wl-clipboard", "Nothing is copied", child.NO),
        ("wl-clipboard", "Failed to connect to a Wayland server: Connection refused", child.UNREACHABLE),
    ],
)
@pytest.mark.parametrize("job", ["holds", "lost"])
def test_a_clipboard_that_is_not_reached_is_not_taken_for_an_empty_one(
    job: str, tool: str, says: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either ends with 1, and gives nothing."""
    program = script(
        tmp_path / "bin", {"wl-clipboard": "wl-paste"}.get(tool, tool), f'echo "{says}" >&2; exit 1'
    )
    monkeypatch.setenv("PATH", f"{program.parent}:{PATH}")
    told = child.main(job, tool, digest("secret"))
    assert told == (child.YES if (job, code) == ("lost", child.NO) else code)


def test_as_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its arguments and its stdin are the job; its exit code is all that it tells."""
    clipboard = Clipboard("other")
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(pyperclip, "init_xsel_clipboard", lambda: (clipboard.copy, clipboard.paste))
    for job, given, code in (("copy", b"secret", child.YES), ("holds", digest("other"), child.NO)):
        monkeypatch.setattr(sys, "argv", ["child.py", job, "xsel", "/nowhere"])
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(given)))
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(child.__file__, run_name="__main__")
        assert ended.value.code == code
    assert clipboard.text == "secret"


async def test_its_python_need_not_find_our_packages_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a program that is a single file, which is run by a Python that has nothing installed."""
    monkeypatch.setattr(sys, "executable", str(Path(sys.executable).resolve()))
    terminal = await detect(false_xclip(tmp_path))
    report = await copy(SECRET, terminal, refuse_to_write)
    assert report.outcome is Outcome.VERIFIED
    assert (tmp_path / "held").read_text() == SECRET
    assert report.digest is not None
    assert await clear_if_ours(report.digest, terminal) is True
    assert (tmp_path / "held").read_text() == ""
