"""Takes the secrets of several clients to one destination: each needs a place of its own there."""

from collections.abc import Sequence
from typing import NamedTuple

from butlr_tui.delivery.file import absolute
from butlr_tui.delivery.placeholders import CLIENT_ID, NAME, slug
from butlr_tui.delivery.room import fault_in_room
from butlr_tui.operations.destinations import BadDestination, ToCommand, ToFile
from butlr_tui.operations.place import Destination
from butlr_tui.operations.sealed import ToSeal
from butlr_tui.text import quoted, safe


class _Template(NamedTuple):
    """What tells the places of a destination apart."""

    where: str
    """What {name} and {client_id} may stand in, inside a sentence."""
    words: Sequence[str]
    """That, as it was given."""
    known_as: str
    """What it is called wherever the program is started; with {name} where that tells places apart."""


def _template(to: Destination) -> _Template:
    """Raises BadDestination where there is one place for all."""
    match to:
        case ToFile(path=path):
            return _Template("the path", [path], f"file:{absolute(path)}")
        case ToCommand(command=command):
            where = f"the words of the command {safe(command.name)}"
            return _Template(where, command.argv[1:], f"command:{command.name}")
        case ToSeal(name=recipient, to=ToFile(path=path)):
            return _Template("the path", [path], f"seal:{recipient}={absolute(path)}")
    raise BadDestination(
        "Several secrets need a place each: file:PATH, seal:NAME=PATH, or command:NAME of the profile, with "
        "{name} or {client_id} in it."
    )


def check_own_places(to: Destination, names: Sequence[str]) -> None:
    """Raises BadDestination where two secrets of clients with these names would go to one place."""
    where, words, _ = _template(to)
    if any(CLIENT_ID in word for word in words):
        return
    if not any(NAME in word for word in words):
        raise BadDestination(
            f"{{name}} or {{client_id}} has to stand in {where}: else each secret would take the place of the one "
            "before it."
        )
    taken: dict[str, str] = {}
    for name in names:
        if slug(name) in taken:
            raise BadDestination(
                f"The secrets of {quoted(taken[slug(name)])} and {quoted(name)} would go to one place: with "
                f"{{client_id}} in {where} each has its own."
            )
        taken[slug(name)] = name


def known_as(to: Destination, name: str) -> str:
    """What the place for the secret of a client called `name` is known as, wherever the program is started."""
    return _template(to).known_as.replace(NAME, slug(name))


async def faults_in(to: Destination, names: Sequence[str]) -> list[str]:
    """Why the secrets of clients with these names could not go there, as sentences. Changes nothing there."""
    faults = [fault for name in names if (fault := await to.check(name)) is not None]
    file = to.to if isinstance(to, ToSeal) else to
    if not faults and isinstance(file, ToFile):
        fault = await fault_in_room(absolute(file.filled(name)) for name in names)
        faults = [fault] if fault is not None else []
    return list(dict.fromkeys(faults))
