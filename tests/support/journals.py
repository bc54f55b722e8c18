"""Journals as earlier runs left them, with times that a test chooses."""

import json
from collections.abc import Iterable
from pathlib import Path

Line = tuple[str, str, dict[str, object]]
"""When, which event, and what more its line says."""


def write_entries(journal: Path, entries: Iterable[Iterable[Line]]) -> list[str]:
    """Add entries, each by its lines, to the journal at this path. Returns their attempts."""
    journal.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    attempts = []
    with journal.open("ab") as file:
        for number, lines in enumerate(entries):
            attempts.append(f"{number:032x}")
            for at, event, said in lines:
                line = {"at": f"{at}+00:00", "attempt": attempts[-1], "event": event, **said}
                file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
    journal.chmod(0o600)
    return attempts
