"""Every screen and dialog of the app shows the same as with Textual's own driver (figure 32)."""

import signal
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final

import pytest

from tests.support.figures import figure, times
from tests.support.job import AS_A_JOB
from tests.support.observed import Observed

pytestmark = pytest.mark.slow

SIZES: Final = [(60, 16), (120, 36), (80, 24), (200, 50)]
ESCAPE = "\x1b[27u"
"""As a terminal sends it that was asked to tell it from the beginning of another key: nobody waits for more."""
PAGE_DOWN, CTRL_L, CTRL_Z = "\x1b[6~", "\x0c", "\x1a"
Visit = Iterable[tuple[str, str]]
"""Keys, and what shows that what they open is there."""
VISIT: Final = (
    ("j", ""),
    ("\r", ""),
    (PAGE_DOWN, ""),
    ("s", ""),
    ("G", ""),
    ("g", ""),
    ("/k", "keep"),
    (ESCAPE, ""),
    ("?", "Keys"),
    (ESCAPE, ""),
    ("\x10", "Search for commands"),
    (ESCAPE, ""),
    ("p", "Go to another service"),
    (ESCAPE, ""),
    ("F", "Ready filters"),
    (ESCAPE, ""),
    ("/colour:red \t", "same-name:"),
    (ESCAPE, ""),
    ("l", "Sign in to demo"),
    (ESCAPE, ""),
    ("d", "be undone"),
    (ESCAPE, ""),
    ("*", "marked"),
    ("d", "Type how many"),
    (PAGE_DOWN, ""),
    (ESCAPE, ""),
    ("u", ""),
    ("n", "New client on demo"),
    ("日本e\u0301", "日本"),
    (ESCAPE, "Leave the form?"),
    (ESCAPE, "New client on demo"),
    ("\r\r", "store its secret now"),
    ("v", ""),
    ("f", "Save to a file"),
    (ESCAPE, ""),
)
BY_WORD: Final = ((ESCAPE, "Is it stored?"), ("\t\r", "stored by your word"), ("J", "newest first"))


def _looks_alike(app: Observed, visit: Visit) -> None:
    seen = differences = 0
    for keys, text in visit:
        app.types(keys)
        if text:
            app.shows(text)
        seen += 1
        differences += not app.is_the_same()
    figure(32, screens=seen, differences=differences)
    assert differences == 0


def _shape(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


at_each_size = pytest.mark.parametrize("size", SIZES[: times(1, 4)], ids=_shape)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Observed]:
    with Observed(tmp_path, size=(80, 24)) as terminal:
        terminal.shows("1 of 41")
        yield terminal


@pytest.mark.parametrize("size", SIZES[: times(2, 4)], ids=_shape)
def test_every_screen_looks_as_textual_means_it(size: tuple[int, int], tmp_path: Path) -> None:
    with Observed(tmp_path, size=size) as app:
        _looks_alike(app, (("", "1 of 41"), *VISIT, *BY_WORD))


@at_each_size
def test_a_first_run_and_an_unfinished_create_look_so_too(size: tuple[int, int], tmp_path: Path) -> None:
    with Observed(tmp_path, [], size=size) as app:
        _looks_alike(app, [("", "Which one is it to be?"), ("j", ""), ("j", "")])
    with Observed(tmp_path, ["demo"], size=size) as app:
        app.shows("1 of 41")
        app.types("nkiosk\r\r")
        app.shows("store its secret now")
    with Observed(tmp_path, ["demo"], size=size) as app:
        _looks_alike(app, [("", "An earlier create is unfinished"), ("\x1b[C", ""), (ESCAPE, "1 of 42")])


class _Page(BaseHTTPRequestHandler):
    """What a proxy says that wants somebody to sign in."""

    def do_GET(self) -> None:
        self.send_response(403)
        self.end_headers()
        self.wfile.write("<h1>Request blocked by policy — 请登录</h1>".encode())

    def log_message(self, *_: object) -> None:
        """Not on stderr."""


@pytest.fixture
def proxy() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@at_each_size
def test_what_nobody_expected_looks_so_too(size: tuple[int, int], proxy: str, tmp_path: Path) -> None:
    named = {"BUTLR_BASE_URL": proxy, "BUTLR_TOKEN": "t" * 24}
    with Observed(tmp_path, [], size=size, named=named) as app:
        app.shows("✗")
        _looks_alike(app, [("", ""), ("\r", "blocked by policy"), (ESCAPE, "")])


DIALOGS: Final = {
    "the list": ("j", ""),
    "the filter": ("/k", "keep"),
    "the form": ("n", "New client on demo"),
    "the deletion": ("d", "be undone"),
    "the sign-in": ("l", "Sign in to demo"),
    "the profiles": ("p", "Go to another service"),
    "the commands": ("\x10", "Search for commands"),
    "the help": ("?", "Keys"),
    "the journal": ("J", "newest first"),
    "the secret": ("nkiosk\r\r", "store its secret now"),
}
"""Keys to each, and what shows that they came there."""


def test_other_sizes_and_a_stop_in_the_middle_of_each(tmp_path: Path) -> None:
    with Observed(tmp_path, size=(80, 24), under=AS_A_JOB) as app:
        app.shows("1 of 41")
        for number, (keys, text) in enumerate(DIALOGS.values(), 1):
            app.types(keys)
            app.shows(text)
            for size in [*SIZES, (121, 37), (119, 36), (40, 10)][: times(1, 7)]:
                app.resizes(size)
                app.agrees()
            app.resizes((80, 24))
            app.agrees()
            app.types(CTRL_Z)
            app.shows(f"stopped {number}, terminal restored")
            app.comes_to_the_foreground()
            app.agrees()
            app.shows(text)
            app.types(ESCAPE)


def test_what_others_wrote_is_drawn_over(app: Observed) -> None:
    app.types("n")
    app.shows("New client on demo")
    app.stops(signal.SIGSTOP)
    app.scribbles("\x1b[H\x1b[2J\x1b[41m$ make\nmany lines\n" * 9)
    app.process.send_signal(signal.SIGCONT)
    app.agrees()
    app.scribbles("\x1b[Hkernel: out of paper\n")
    app.types(CTRL_L)
    app.agrees()
    app.types(ESCAPE)
    app.agrees()
    app.types("q")
    assert app.ends() == 0
    assert app.is_restored()


def test_a_shape_of_the_pointer_is_asked_for_only_where_it_is_another(app: Observed) -> None:
    app.types("nx")
    app.shows("New client on demo")
    app.types(ESCAPE)
    app.shows("Leave the form?")
    assert b"\x1b]22;" not in app.output
    lines = app.screen.splitlines()
    row = next(number for number, line in enumerate(lines) if "Stay" in line)
    column = lines[row].index("Stay")
    app.types(f"\x1b[<35;{column + 1};{row + 1}M")
    app.receives(b"\x1b]22;pointer\x07")
    app.types("\x1b[<35;1;1M")
    app.receives(b"\x1b]22;default\x07")
