"""Every screen and dialog of the app shows the same as with Textual's own driver (figure 32)."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.figures import figure
from tests.support.observed import Observed

SIZES = [(60, 16), (80, 24), (120, 36), (200, 50)]
ESCAPE, PAGE_DOWN = "\x1b", "\x1b[6~"
VISIT = (
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
    ("l", "Sign in to demo"),
    (ESCAPE, ""),
    ("d", "be undone"),
    (ESCAPE, ""),
    ("n", "New client on demo"),
    ("日本e\u0301", "日本"),
    (ESCAPE, "Leave the form?"),
    (ESCAPE, "New client on demo"),
    ("\r\r", "store its secret now"),
    ("v", ""),
    ("f", "Save to a file"),
    (ESCAPE, ""),
    (ESCAPE, "Is it stored?"),
    ("\t\r", "stored by your word"),
)
"""Keys, and what shows that what they open is there."""


@pytest.fixture
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Observed]:
    with Observed(tmp_path, size=request.param) as terminal:
        terminal.shows("1 of 41")
        yield terminal


def _shape(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.mark.parametrize("app", SIZES, ids=_shape, indirect=True)
def test_every_screen_looks_as_textual_means_it(app: Observed) -> None:
    seen = differences = 0
    for keys, text in (("", ""), *VISIT):
        app.types(keys)
        if text:
            app.shows(text)
        seen += 1
        differences += not app.is_the_same()
    figure(32, screens=seen, differences=differences)
    assert differences == 0


DIALOGS = {
    "the list": ("j", ""),
    "the filter": ("/k", "keep"),
    "the form": ("n", "New client on demo"),
    "the secret": ("nkiosk\r\r", "store its secret now"),
    "the deletion": ("d", "be undone"),
    "the sign-in": ("l", "Sign in to demo"),
    "the profiles": ("p", "Go to another service"),
    "the commands": ("\x10", "Search for commands"),
    "the help": ("?", "Keys"),
}
"""Keys to each, and what shows that they came there."""


@pytest.mark.parametrize("app", [(120, 36)], ids=_shape, indirect=True)
@pytest.mark.parametrize("screen", DIALOGS)
def test_another_size_in_the_middle_of_it(app: Observed, screen: str) -> None:
    keys, text = DIALOGS[screen]
    app.types(keys)
    app.shows(text)
    for size in [*SIZES, (120, 37), (119, 37), (40, 10), (120, 36)]:
        app.resizes(size)
        app.agrees()


@pytest.mark.parametrize("app", [(80, 24)], ids=_shape, indirect=True)
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


@pytest.mark.parametrize("app", [(120, 36)], ids=_shape, indirect=True)
@pytest.mark.parametrize("which", [signal.SIGSTOP], ids=lambda one: one.name)
@pytest.mark.parametrize("screen", ["the list", "the form", "the help"])
def test_what_others_wrote_during_a_stop_is_drawn_over(
    app: Observed, which: signal.Signals, screen: str
) -> None:
    keys, text = DIALOGS[screen]
    app.types(keys)
    app.shows(text)
    app.stops(which)
    if which is signal.SIGTSTP:
        assert app.is_restored()
        assert app.output.endswith(b"\x1b[?1049l\x1b[?25h\x1b[?1004l")
    app.scribbles("\x1b[H\x1b[2J\x1b[41m$ make\nmany lines\n" * 9)
    app.process.send_signal(signal.SIGCONT)
    app.agrees()
    app.types("\x1b")
    app.agrees()
    app.types("q")
    assert app.ends() == 0
    assert app.is_restored()
