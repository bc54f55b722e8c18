"""Reads whom a pair can be sealed for. What can't be meant is told with its line, and leaves its name out.

Nothing is ever sealed for fewer, or for others, than were meant.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from butlr_tui.config import keys
from butlr_tui.config.nearest import nearest
from butlr_tui.config.places import expanded
from butlr_tui.config.reader import Reader
from butlr_tui.text import safe, truncate

_PRIVATE: Final = ("-----BEGIN", "AGE-SECRET-KEY-")
_KEY: Final = re.compile(r"(?:ssh|ecdsa|sk)-\S+ .+|age1\S{50,}")
"""As it begins, at least: whether age takes it is found out when something is to be sealed."""


class _Wrong(Exception):
    """Why a recipient can't be used, as a sentence."""


def read_recipients(reader: Reader, table: object) -> dict[str, tuple[str, ...]]:
    """By name the keys, and the whole paths of files, that it stands for: names of others are resolved."""
    if not isinstance(table, dict):
        reader.problem(("recipients",), "recipients must be a table, begun with the line [recipients].")
        return {}
    written: dict[str, list[str]] = {}
    for name, value in table.items():
        if not keys.PROFILE_NAME.fullmatch(name):
            shown = truncate(safe(name), 60)
            told = f"“{shown}” can't be a recipient's name: letters, digits, “.”, “_” and “-” can."
            reader.problem(("recipients", name), told)
        elif fault := keys.RECIPIENT.check(value):
            reader.problem(("recipients", name), f"{name} {fault}.")
        else:
            written[name] = [word.strip() for word in (value if isinstance(value, list) else [value])]
    found: dict[str, tuple[str, ...]] = {}
    for name in written:
        try:
            found[name] = tuple(dict.fromkeys(_resolved(reader, name, written, ())))
        except _Wrong as wrong:
            reader.problem(("recipients", name), str(wrong))
        else:
            reader.note(("recipients", name))
    return found


def _resolved(
    reader: Reader, name: str, written: Mapping[str, list[str]], within: tuple[str, ...]
) -> Iterator[str]:
    """The keys and paths of a recipient that is named within others. Raises _Wrong."""
    for word in written[name]:
        if word.startswith(_PRIVATE):
            raise _Wrong(
                f"{name}: a private key does not belong in here, only the public one that goes with it."
            )
        if _KEY.fullmatch(word):
            yield word
        elif "/" in word or word.startswith("~") or word.endswith(".pub"):
            yield str(expanded(word, reader.path.parent))
        elif word not in written:
            shown = truncate(safe(word), 60)
            raise _Wrong(
                f"{name}: “{shown}” is no key, no path and no other recipient.{nearest(word, written)}"
            )
        elif word in (*within, name):
            raise _Wrong(f"{word}: it is a part of itself, by way of {name}.")
        else:
            yield from _resolved(reader, word, written, (*within, name))
