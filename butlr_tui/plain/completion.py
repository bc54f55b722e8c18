"""Prints what makes a shell complete the words of this program, made beforehand from its own parser."""

from pathlib import Path
from typing import Final

from butlr_tui.plain.exits import Exit
from butlr_tui.system.streams import put

SHELLS: Final = ("bash", "zsh", "fish")
SCRIPTS: Final = Path(__file__).parent / "shells"


def print_completion(shell: str) -> Exit:
    """Print the script for one of SHELLS."""
    put((SCRIPTS / f"butlr-tui.{shell}").read_bytes())
    return Exit.DONE
