"""Prints the checks, and says in an exit code how they went."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import httpx

from butlr_tui.doctor.check import Check, Status
from butlr_tui.doctor.examine import examine
from butlr_tui.operations.destinations import to_terminal
from butlr_tui.system.streams import put
from butlr_tui.system.terminal import columns
from butlr_tui.text import width, wrap

_SIGNS = {Status.OK: "✓ ok  ", Status.WARN: "! warn", Status.FAIL: "✗ fail"}
_LEAST: Final = 20
"""Cells in which words are still set: a terminal that has fewer breaks them itself."""


async def run(
    name: str | None = None,
    *,
    as_json: bool = False,
    token_file: str | Path | None = None,
    try_copy: bool = False,
    environment: Mapping[str, str] = os.environ,
    out: Callable[[str], object] | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> int:
    """`butlr-tui doctor`: a line per check, or one JSON document. 1 where any failed, else 0.

    On a terminal a line that is too long goes on below its words. `try_copy` puts a harmless word into the
    clipboard.
    """
    write = out or put
    cells = None if out else columns()

    def heard(check: Check) -> None:
        write(line(check, cells) + "\n")

    checks = await examine(
        name,
        token_file=token_file,
        environment=environment,
        write=to_terminal if try_copy else None,
        heard=None if as_json else heard,
        transport=transport,
    )
    if as_json:
        write(document(checks) + "\n")
    return code_for(checks)


def code_for(checks: Sequence[Check]) -> int:
    """The exit code of these checks: 1 where any failed, else 0."""
    return int(any(check.status is Status.FAIL for check in checks))


def line(check: Check, cells: int | None = None) -> str:
    """How it went, what was tried, what was found, how long it took and what to do: one line.

    With `cells` it is broken between words, and goes on below them.
    """
    took = f" ({check.seconds * 1000:.0f} ms)" if check.seconds is not None else ""
    todo = f" → {check.todo}" if check.todo else ""
    begin, says = f"{_SIGNS[check.status]}  {check.name:<15}  ", f"{check.found}{took}{todo}"
    if cells is None:
        return begin + says
    indent = width(begin)
    return begin + f"\n{' ' * indent}".join(wrap(says, max(_LEAST, cells - indent)))


def document(checks: Sequence[Check]) -> str:
    """One JSON object; what is not ASCII is escaped, so that nothing in it acts on a terminal."""
    return json.dumps({"ok": code_for(checks) == 0, "checks": [asdict(check) for check in checks]})
