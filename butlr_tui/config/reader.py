"""Reads one table of the settings against the keys that it may have, and notes what is wrong."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from butlr_tui.config import keys
from butlr_tui.config.keys import Key
from butlr_tui.config.lines import Name, line_of
from butlr_tui.config.model import Problem
from butlr_tui.config.nearest import guess, nearest
from butlr_tui.text import safe, truncate

_SECRET: Final = re.compile(r"(client_?)?secret|(access_?)?token|password|passwd", re.IGNORECASE)


class Reader:
    """One file of settings while it is read."""

    def __init__(self, path: Path, lines: dict[Name, int]) -> None:
        self.path = path
        self._lines = lines
        self.problems: list[Problem] = []
        self.origins: dict[Name, int] = {}

    def problem(self, where: Name, sentence: str) -> str:
        """Notes what is wrong at `where`; gives the sentence back."""
        self.problems.append(Problem(self.path, line_of(where, self._lines), sentence))
        return sentence

    def note(self, where: Name) -> None:
        """Notes that what stands at `where` is in use."""
        self.origins[where] = line_of(where, self._lines) or 1

    def table(self, where: Name, values: dict[str, Any], known: Sequence[Key]) -> dict[str, Any]:
        """The values that are as they have to be. The others are told, and left out."""
        taken: dict[str, Any] = {}
        checks = {key.name: key.check for key in known}
        for name, value in values.items():
            if name not in checks:
                self.problem((*where, name), self._unknown(name, where, list(checks)))
            elif fault := checks[name](value):
                self.problem((*where, name), f"{name} {fault.rstrip('.')}.")
            else:
                taken[name] = value
                self.note((*where, name))
        return taken

    def _unknown(self, name: str, where: Name, known: list[str]) -> str:
        shown = truncate(safe(name), 60)
        if _SECRET.fullmatch(name):
            return (
                f"{shown}: a secret does not belong in here. Put it in a file of its own (credential_file)."
            )
        if where and name in {key.name for key in keys.TOP}:
            return f"{name} belongs at the top of the file, before the first line in [brackets]."
        if not where and name in {key.name for key in keys.PROFILE}:
            return f"{name} belongs in a profile, below a line such as [profiles.prod]."
        meant = nearest(name, known)
        if where and not meant and (top := guess(name, [key.name for key in keys.TOP])):
            meant = f" Did you mean “{top}”, at the top of the file?"
        return f"There is no setting “{shown}” here.{meant}"
