"""The lines of a file that clients are to be created from: CSV with names of columns, or JSON objects."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final

from butlr_tui.config.nearest import nearest
from butlr_tui.contract import fault_in_description, fault_in_name
from butlr_tui.text import counted, os_error_reason, safe, truncate

COLUMNS: Final = ("name", "description")
_LIMIT: Final = 16 << 20
"""Bytes of a file. Of the longest lines, 25,000 have room in it."""
_TOLD: Final = 10
"""Faults that are told."""
_SHOWN: Final = 40


class UnreadableLines(Exception):
    """The file can't be read. The text is for the user."""


class BadLines(Exception):
    """Clients can't be created from these lines. The text is for the user: what is wrong with which."""


@dataclass(frozen=True, slots=True)
class FileLine:
    """A client that is to be created."""

    number: int
    """Of the line in the file that it begins on, from 1."""
    name: str
    description: str


def read_lines(path: str) -> bytes:
    """What is in the file at `path`, or on stdin where that is `-`. Raises UnreadableLines."""
    try:
        if path != "-":
            with Path(path).expanduser().open("rb") as file:
                content = file.read(_LIMIT + 1)
        elif sys.stdin is None:
            raise UnreadableLines("stdin is closed.")
        else:
            content = sys.stdin.buffer.read(_LIMIT + 1)
    except (OSError, RuntimeError, ValueError) as error:
        raise UnreadableLines(
            f"{safe(path)} can't be read: {os_error_reason(error, 'no such path')}."
        ) from None
    if len(content) > _LIMIT:
        raise UnreadableLines(f"{safe(path)} is longer than {_LIMIT >> 20} MiB.")
    return content


def parse_lines(content: bytes) -> list[FileLine]:
    """The clients that the lines tell of, in their order; JSON where the first character is a `{`.

    Raises BadLines where any can't be created, or is the same as another.
    """
    try:
        text = content.decode("utf-8-sig")  # spreadsheets put a mark in front
    except UnicodeDecodeError:
        raise BadLines("It is not in UTF-8.") from None
    if text.lstrip().startswith("["):
        raise BadLines("It is one JSON array: an object a line is wanted, as `list --jsonl` prints them.")
    faults: list[str] = []
    read = _of_json if text.lstrip().startswith("{") else _of_csv
    lines = [line for line in read(text, faults) if not _note(faults, line.number, _fault_in(line))]
    first: dict[tuple[str, str], int] = {}
    for line in lines:
        number = first.setdefault((line.name, line.description), line.number)
        if number != line.number:
            _note(faults, line.number, f"it is the same as line {number}, and a line makes one client")
    if faults:
        more = len(faults) - _TOLD
        raise BadLines("\n".join(faults[:_TOLD]) + (f"\n… and {counted(more, 'fault')} more." * (more > 0)))
    if not lines:
        raise BadLines("There is no client in it.")
    return lines


def _note(faults: list[str], number: int, fault: str | None) -> bool:
    """Note what is wrong with a line, if anything is. Whether it is."""
    if fault is not None:
        faults.append(f"Line {number}: {fault}.")
    return fault is not None


def _fault_in(line: FileLine) -> str | None:
    try:
        (line.name + line.description).encode()
    except UnicodeEncodeError:
        return "it holds half a character, which can't be sent"
    return fault_in_name(line.name) or fault_in_description(line.description)


def _of_csv(text: str, faults: list[str]) -> Iterator[FileLine]:
    rows = csv.reader(StringIO(text, newline=""), strict=True)
    columns: Sequence[str] = ()
    number = 1
    try:
        for row in rows:
            if not row:
                pass
            elif not columns:
                columns = [column.strip() for column in row]
                if _note(faults, number, _fault_in_columns(columns)):
                    return
            elif len(row) != len(columns):
                _note(
                    faults,
                    number,
                    f"it has {counted(len(row), 'cell')} and not {len(columns)}, as the first line",
                )
            else:
                cells = dict(zip(columns, row, strict=True))
                yield FileLine(number, cells["name"], cells.get("description", ""))
            number = rows.line_num + 1
    except csv.Error:
        _note(faults, number, "its quotes can't be meant so")


def _of_json(text: str, faults: list[str]) -> Iterator[FileLine]:
    for number, written in enumerate(text.split("\n"), 1):
        if not written.strip():
            continue
        try:
            pairs = json.loads(written, object_pairs_hook=list)
        except (ValueError, RecursionError):
            pairs = None
        if not _are_pairs(pairs):
            _note(faults, number, "it is no JSON object")
        elif not _note(faults, number, _fault_in_columns([key for key, _ in pairs])):
            values = dict(pairs)
            name, description = values["name"], values.get("description")
            if isinstance(name, str) and isinstance(description, str | None):
                yield FileLine(number, name, description or "")
            else:
                _note(faults, number, "name and description have to be text")


def _are_pairs(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(one, tuple) for one in found)


def _fault_in_columns(columns: Iterable[str]) -> str | None:
    """What is wrong with the names of the columns, or of a JSON object's members."""
    seen: set[str] = set()
    for column in columns:
        shown = truncate(safe(column), _SHOWN)
        if column not in COLUMNS:
            meant = nearest(column, COLUMNS)
            return (
                f"a new client has no “{shown}”.{meant} There are name and description, with a comma between"
            )
        if column in seen:
            return f"{shown} stands there twice"
        seen.add(column)
    return None if "name" in seen else "it has no name"
