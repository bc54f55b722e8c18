"""The service goes by the clocks that it is given: a real one is only ever a default."""

import ast
from pathlib import Path

import butlr_tui.service

REAL = {
    "time.time", "time.monotonic", "time.sleep", "asyncio.sleep",
    "datetime.now", "datetime.today", "datetime.utcnow", "date.today",
}  # fmt: skip
A_TURN = "asyncio.sleep(0)"
"""Lets others have their turn, by no clock."""


def test_no_real_clock_is_read_in_the_service() -> None:
    files = list(Path(butlr_tui.service.__path__[0]).rglob("*.py"))
    assert len(files) > 20
    read = {
        f"{file.name}:{node.lineno} {ast.unparse(node.func)}"
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in REAL and ast.unparse(node) != A_TURN
    }
    assert read == set()
