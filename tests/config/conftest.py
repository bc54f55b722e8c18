"""Settings from a text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from butlr_tui.config.load import load
from butlr_tui.config.model import Settings

Read = Callable[[str | bytes], Settings]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where BUTLR_TUI_CONFIG points to."""
    return tmp_path / "config.toml"


@pytest.fixture
def read(file: Path) -> Read:
    """Reads a text as settings."""

    def settings(text: str | bytes) -> Settings:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load({"BUTLR_TUI_CONFIG": str(file)})

    return settings
