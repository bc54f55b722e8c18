"""Which command of the list was typed, and what stands behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from butlr_tui.key_names import is_typed, spoken
from butlr_tui.plain.prompts.words import NotMeant, command
from butlr_tui.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from butlr_tui.commands import Command

_OFFERED: Final = (
    *("new", "delete", "replace", "copy_id", "open", "mark", "mark_all", "unmark"),
    *("filter", "ready_filters", "clear_filter", "sort", "reverse", "export", "refresh"),
    *("page_down", "page_up", "first", "last", "journal", "profiles", "sign_in", "tour", "help", "quit"),
)
"""The commands of the app's list that the prompts have, in the order in which the help tells them."""
TAKE_NUMBERS: Final = frozenset({"delete", "replace", "copy_id", "open", "mark", "export"})
"""Those that the numbers of clients may follow."""


def offered() -> list[Command]:
    """All that can be typed at the list."""
    return [command(command_id) for command_id in _OFFERED]


def help_on(commands: Iterable[Command]) -> list[str]:
    """A line for each of these: what is typed, and what it does."""
    said = ["Type the number of a client to see it, or a command by its name or its beginning:"]
    for cmd in commands:
        takes = " with numbers, as in 3 5-7" if cmd.id in TAKE_NUMBERS else ""
        takes = " with what to look for" if cmd.id == "filter" else takes
        said.append(f"{cmd.label}{takes}: {cmd.help}")
    said.append(
        "Enter alone shows the next page. In every question 0 or “go back” goes back, and so does Ctrl+C."
    )
    return said


def typed_command(line: str, keys: Mapping[str, tuple[str, ...]]) -> tuple[Command, str]:
    """The command by its name, the beginning of that or its key, and the rest of the line. Raises NotMeant.

    `keys` are those of the settings, by the ids of their commands.
    """
    line = line.strip()
    folded = line.casefold()
    named = [(name, cmd) for cmd in offered() for name in {cmd.label, cmd.id.replace("_", " ")}]
    whole = [(name, cmd) for name, cmd in named if folded == name or folded.startswith(f"{name} ")]
    if whole:
        name, cmd = max(whole, key=lambda found: len(found[0]))
        return cmd, line[len(name) :].strip()
    word, _, rest = line.partition(" ")
    for cmd in offered():
        for key in keys.get(cmd.id, tuple(cmd.key.split(","))):
            sign = spoken(key) if is_typed(key) else ""
            if sign and (word == sign or (not sign.isalnum() and word.startswith(sign))):
                return cmd, line[len(sign) :].strip()
    begin = {cmd.id: cmd for name, cmd in named if word and name.startswith(word.casefold())}
    if len(begin) == 1:
        return next(iter(begin.values())), rest.strip()
    if begin:
        raise NotMeant(f"{quoted(word)} may be {' or '.join(cmd.label for cmd in begin.values())}.")
    raise NotMeant(f"There is no command {quoted(word)}.")
