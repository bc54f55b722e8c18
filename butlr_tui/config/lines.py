"""Finds the line of each key in a TOML text: tomllib tells none."""

import re
from collections.abc import Iterator
from typing import Final

_PIECE: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|\n"
    r"|[\[\]{}=.,]"
    r"|[^\s\[\]{}=.,\"'#]+",
    re.DOTALL,
)

Name = tuple[str, ...]


def lines_of(text: str) -> dict[Name, int]:
    """The line, from 1, on which each key and each table begins. `text` is known to be TOML.

    What is within a value (an inline table, an array) has none of its own: look for the key that holds it.
    """
    found: dict[Name, int] = {}
    table: Name = ()
    for line, pieces in _statements(text):
        is_table = pieces[0] == "["
        name = _name(pieces)
        table = name if is_table else table
        whole = name if is_table else table + name
        for length in range(1, len(whole) + 1):
            found.setdefault(whole[:length], line)
    return found


def line_of(name: Name, lines: dict[Name, int]) -> int | None:
    """The line of `name`, else that of the nearest table around it."""
    while name:
        if name in lines:
            return lines[name]
        name = name[:-1]
    return None


def _statements(text: str) -> Iterator[tuple[int, list[str]]]:
    """The pieces of each statement, which ends with its line unless a bracket is open."""
    line, began, depth = 1, 1, 0
    pieces: list[str] = []
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece == "\n" and depth == 0:
            if pieces:
                yield began, pieces
            pieces = []
        elif piece != "\n" and not piece.startswith("#"):
            began = began if pieces else line
            pieces.append(piece)
            depth += (piece in "[{") - (piece in "]}")
        line += piece.count("\n")
    if pieces:
        yield began, pieces


def _name(pieces: list[str]) -> Name:
    """The dotted key with which a statement begins."""
    parts: list[str] = []
    for piece in pieces:
        if piece == "=" or (piece == "]" and parts):
            break
        if piece not in "[.":
            parts.append(_plain(piece))
    return tuple(parts)


def _plain(part: str) -> str:
    if part[0] not in "\"'":
        return part
    import tomllib

    return str(tomllib.loads(f"x = {part}")["x"])
