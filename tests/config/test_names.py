"""What the settings know by name is what the rest of the app knows, and reading them stays light."""

import json
import os
import subprocess
import sys
from pathlib import Path

from butlr_tui.config.model import AUTOMATIC, CLIPBOARDS, COLOURS, FORMATS
from butlr_tui.delivery.clipboard.routes import Route
from butlr_tui.delivery.formats import Format

HEAVY = ("httpx", "pydantic", "pydantic_core", "textual", "pyperclip", "starlette", "ssl", "asyncio")


def test_the_clipboards_are_the_routes() -> None:
    assert (AUTOMATIC, *Route) == CLIPBOARDS


def test_the_formats_are_deliverys() -> None:
    assert tuple(Format) == FORMATS


def test_there_are_sixteen_colours() -> None:
    assert len(set(COLOURS)) == 16


def test_reading_them_imports_nothing_heavy(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('mouze = 1\n[profiles.prod]\nbase_url = "https://x"\ncredential_file = "y"\n')
    script = (
        "import json, sys\n"
        "from butlr_tui.config.profiles import choose\n"
        "from butlr_tui.config.load import load\n"
        "assert choose(None, settings=load()).name == 'prod'\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    environment = {**os.environ, "BUTLR_TUI_CONFIG": str(file)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, check=True, text=True
    )
    loaded = set(json.loads(done.stdout))
    assert "tomllib" in loaded
    assert loaded.isdisjoint(HEAVY)
