"""What is typed in the prompts: commands by their names in the one table, and things by their numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from butlr_tui.commands import BY_ID
from butlr_tui.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from butlr_tui.commands import Command

_RANGE: Final = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


class NotMeant(Exception):
    """What was typed can't be meant so. The text is for the user."""


def command(command_id: str) -> Command:
    """The command with this id."""
    return BY_ID[command_id]


def label(command_id: str) -> str:
    """What is typed for a command."""
    return BY_ID[command_id].label


def key(command_id: str) -> str:
    """The same as it stands in a sentence."""
    return f"“{label(command_id)}”"


def told(facts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What is known, a line each, with what it is called in front where it is called anything."""
    return (f"{name}: {fact}" if name else fact for name, fact in facts)


def numbers(words: str, last: int) -> list[int]:
    """The numbers from 1 to `last` that are named, as in `3 5-7`, each once. Raises NotMeant."""
    found: dict[int, None] = {}
    for word in words.replace(",", " ").split():
        match = _RANGE.fullmatch(word)
        if match is None:
            raise NotMeant(f"{quoted(word)} is no number. Numbers are typed as in 3 5-7.")
        first = int(match[1])
        end = int(match[2] or first)
        if not 1 <= first <= end <= last:
            raise NotMeant(
                f"{quoted(word)} is not among 1 to {last:,}." if last else "There is nothing to number."
            )
        found.update(dict.fromkeys(range(first, end + 1)))
    return list(found)
