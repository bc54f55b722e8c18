"""The manual's pages, as `man` shows them."""

import subprocess
from pathlib import Path

import pytest

from tests.support.programs import needs
from tests.tools.manual import pages

PAGES = list(pages())


@pytest.mark.parametrize(("path", "text"), PAGES, ids=lambda value: getattr(value, "name", ""))
def test_the_pages_are_those_of_the_parser_and_the_settings(path: Path, text: str) -> None:
    """After a change of either: `python -m tests.tools.manual`."""
    assert path.read_text() == text


@pytest.mark.parametrize("path", [path for path, _ in PAGES], ids=lambda path: path.name)
def test_man_shows_them_without_a_warning(path: Path) -> None:
    needs("man")
    shown = subprocess.run(
        ["man", "--warnings", "-l", path],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "MANWIDTH": "100", "LC_ALL": "C.UTF-8"},
    )
    assert shown.stderr == ""
    assert "NAME\n" in shown.stdout
    assert "\\-" not in shown.stdout
