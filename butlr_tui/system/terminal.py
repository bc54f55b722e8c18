"""How wide the terminal is, where there is one."""

import shutil
import sys


def columns() -> int | None:
    """The cells of a line on stdout, or None where it is no terminal: there nothing is cut or wrapped."""
    return shutil.get_terminal_size().columns if sys.stdout and sys.stdout.isatty() else None
