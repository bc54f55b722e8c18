"""Rules of the house that no linter knows."""

import re
import subprocess
import sys
from pathlib import Path

from textual.binding import Binding

from butlr_tui.commands import COMMANDS, Place
from butlr_tui.tui.bindings import bindings
from tests.support.programs import needs

ROOT = Path(__file__).parents[2]
AGREED = {"pyproject.toml", "README.md", "butlr_tui", "tests", "screenshots"}

_TOO_HEAVY_FOR_THE_FIRST_PAINT = (
    "httpx",
    "pydantic",
    "pyperclip",
    "pyrage",
    "starlette",
    "uvicorn",
    "joserfc",
)

_AT_FIRST_PAINT = f"""
import sys
from pathlib import Path
from butlr_tui.config.profiles import ProfileError, Settings, local
from butlr_tui.tui.app import ButlrApp

def connect(profile):  # called after the first paint
    loaded = [module for module in {_TOO_HEAVY_FOR_THE_FIRST_PAINT!r} if module in sys.modules]
    app.call_from_thread(app.exit, loaded)
    raise ProfileError("that is all")

app = ButlrApp(local(), connect, settings=Settings(Path("config.toml")))
print(app.run(headless=True))
"""


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _AT_FIRST_PAINT], check=True, capture_output=True, text=True, cwd=ROOT
    )
    assert ended.stdout.strip().splitlines()[-1] == "[]"


def test_each_key_means_one_thing_in_its_place() -> None:
    for place in Place:
        keys = [key for binding in Binding.make_bindings(bindings(place)) for key in [binding.key]]
        assert len(keys) == len(set(keys)), place


def test_no_key_belongs_to_tmux_screen_or_flow_control() -> None:
    taken = {"ctrl+a", "ctrl+b", "ctrl+s", "ctrl+q"}
    assert not {key for command in COMMANDS for key in command.key.split(",")} & taken


def test_the_top_level_holds_only_what_was_agreed() -> None:
    needs("git")
    tracked = subprocess.run(
        ["git", "ls-files"], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout.split()
    top = {file.split("/")[0] for file in tracked}
    assert {name for name in top if not name.startswith(".")} <= AGREED


def test_styles_live_in_tcss_files_only() -> None:
    for file in (ROOT / "butlr_tui").rglob("*.py"):
        assert not re.search(r"^\s*(DEFAULT_)?CSS\s*[:=]", file.read_text(), re.MULTILINE), file
