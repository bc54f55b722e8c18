"""Reads the table [keys]: which commands have other keys than those that are shipped.

What would not act, or would take another command's key, is told and left out: then the shipped key stays.
"""

from collections.abc import Mapping
from typing import Final

from butlr_tui.commands import BY_ID, COMMANDS, MOVES, Command, Place
from butlr_tui.config.nearest import nearest
from butlr_tui.config.reader import Reader
from butlr_tui.key_names import is_typed, named, names, spoken
from butlr_tui.text import safe, truncate

_TAKEN: Final = {
    "ctrl+a": "is the prefix of screen",
    "ctrl+b": "is the prefix of tmux",
    "ctrl+s": "stops the output of a terminal",
    "ctrl+q": "starts the output of a terminal again",
}
"""What never reaches an app, or not everywhere."""

_FIELDS: Final = {
    Place.FILTER,
    Place.CREATE,
    Place.DELETE,
    Place.SEVERAL,
    Place.SIGN_IN,
    Place.QUESTION,
    Place.HELP,
    Place.FORM,
    Place.ANYWHERE,
}
"""Where text is typed."""
EDITING: Final = frozenset(
    {
        *("left", "right", "home", "end", "backspace", "delete", "tab", "shift+tab"),
        *("shift+left", "shift+right", "shift+home", "shift+end", "ctrl+left", "ctrl+right"),
        *(f"ctrl+{letter}" for letter in "acdekuvwx"),
    }
)
"""What a field takes itself, or leads from one to the next."""

_WAYS_OUT: Final = (
    *(
        "quit",
        "clear_filter",
        "cancel_create",
        "close_secret",
        "cancel_delete",
        "stop_several",
        "cancel_sign_in",
    ),
    *("decide_later", "close_journal", "leave", "clear_help", "quit_first_run"),
)
"""Without them some place could not be left, or not with what is typed there."""

_DIALOGS: Final = set(Place) - {Place.MAIN, Place.FILTER, Place.JOURNAL, Place.FIRST_RUN, Place.FORM}


def read_keys(reader: Reader, table: object) -> dict[str, tuple[str, ...]]:
    """The keys of the file by the ids of their commands, as Textual names them; none where one is unbound."""
    found: dict[str, tuple[str, ...]] = {}
    if not isinstance(table, dict):
        reader.problem(("keys",), "keys must be a table, begun with the line [keys].")
        return found
    for name, value in table.items():
        where = ("keys", name)
        if name not in BY_ID:
            shown = truncate(safe(name), 60)
            reader.problem(where, f"There is no command “{shown}”.{nearest(name, list(BY_ID))}")
        elif isinstance(keys := _read(BY_ID[name], value), str):
            reader.problem(where, f"{name}: {keys} {_stays(name)}")
        else:
            found[name] = keys
    _drop_conflicts(reader, found)
    for name in found:
        reader.note(("keys", name))
    return found


def _stays(name: str) -> str:
    return f"Its key stays {BY_ID[name].keys}."


def _read(command: Command, value: object) -> tuple[str, ...] | str:
    """The keys, or the sentence that says what is wrong with them."""
    given = value if isinstance(value, list) else [value] if value != "" else []
    words = [word for word in given if isinstance(word, str)]
    if words != given:
        return 'it must be a key in quotes, a list of keys, or "" for none.'
    if not words:
        return "it leads out there, so it needs one." if command.id in _WAYS_OUT else ()
    keys: list[str] = []
    for word in words:
        key = named(word)
        if key is None:
            return f"no terminal sends “{truncate(safe(word), 30)}”.{nearest(word, names())}"
        if fault := _hindrance(command, key):
            return f"{spoken(key)} {fault}."
        keys.append(key)
    return tuple(dict.fromkeys(keys))


def _hindrance(command: Command, key: str) -> str:
    """Why a key would not act there; "" where it would."""
    shipped = command.key.split(",")
    if key in shipped:
        return ""
    if key in _TAKEN:
        return _TAKEN[key]
    if command.place in _FIELDS and is_typed(key) and not any(map(is_typed, shipped)):
        return "is typed there"
    if command.place in _FIELDS and key in EDITING:
        return "moves and edits in a field"
    return ""


def _drop_conflicts(reader: Reader, found: dict[str, tuple[str, ...]]) -> None:
    """Leave out, from the last, what has the key of another command that acts in the same place."""
    while conflict := _conflict(found):
        name, other, key = conflict
        del found[name]
        place = BY_ID[other].place
        reader.problem(
            ("keys", name), f"{name}: {spoken(key)} is the key of {other} ({place}). {_stays(name)}"
        )


def _conflict(found: Mapping[str, tuple[str, ...]]) -> tuple[str, str, str] | None:
    """What has to give way, the command that has its key, and that key."""
    order = list(found)
    for name in reversed(order):
        for other in BY_ID.values():
            if other.id == name or not _act_together(BY_ID[name], other):
                continue
            shared = set(found[name]) & set(found.get(other.id, other.key.split(",")))
            if shared:
                return name, other.id, min(shared)
    return None


def _act_together(one: Command, other: Command) -> bool:
    """Whether both may be meant by a key, and not one instead of the other, as shipped."""
    if set(one.key.split(",")) & set(other.key.split(",")):
        return False
    return any(one in acting and other in acting for acting in _ACTING)


def _acting(place: Place) -> set[Command]:
    """All commands that act while those of `place` do."""
    along = {place, Place.ANYWHERE} | ({Place.FORM} if place in _DIALOGS else set())
    moves = set(MOVES) if place is Place.HELP else set()
    return {command for command in COMMANDS if command.place in along or command.id in moves}


_ACTING: Final = [_acting(place) for place in Place]
