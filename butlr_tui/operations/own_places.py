"""Takes the secrets of several clients to the same destinations: each needs a place of its own at each."""

from collections.abc import Sequence
from typing import NamedTuple

from butlr_tui.delivery.file import absolute
from butlr_tui.delivery.placeholders import CLIENT_ID, NAME, slug
from butlr_tui.delivery.room import fault_in_room
from butlr_tui.operations.destinations import BadDestination, ToCommand, ToFile, ToMachine
from butlr_tui.operations.place import COMMAND, FILE, SEAL, SSH, Destination
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
            return _Template("the path", [path], f"{FILE}{absolute(path)}")
        case ToMachine(file=there):
            return _Template("the path", [there.path], f"{SSH}{there.host}:{there.path}")
        case ToCommand(command=command):
            where = f"the words of the command {safe(command.name)}"
            return _Template(where, command.argv[1:], f"{COMMAND}{command.name}")
        case ToSeal(name=recipient, to=ToFile(path=path)):
            return _Template("the path", [path], f"{SEAL}{recipient}={absolute(path)}")
    raise BadDestination(
        "Several secrets need a place each: file:PATH, ssh:HOST:PATH, seal:NAME=PATH, or command:NAME of the "
        "profile, with {name} or {client_id} in it."
    )


def check_own_places(to: Sequence[Destination], names: Sequence[str]) -> None:
    """Raises BadDestination where two secrets of clients with these names would go to one place."""
    for one in to:
        _check_own_places(one, names)


def _check_own_places(to: Destination, names: Sequence[str]) -> None:
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


def known_as(to: Sequence[Destination], name: str) -> str:
    """What the places for the secret of a client called `name` are known as, wherever the program is started.

    In whichever order they were named.
    """
    return " + ".join(sorted(_template(one).known_as.replace(NAME, slug(name)) for one in to))


async def faults_in(to: Sequence[Destination], names: Sequence[str]) -> list[str]:
    """Why the secrets of clients with these names could not go there, as sentences. Changes nothing there."""
    faults = [fault for one in to for fault in await _faults_in(one, names)]
    files = [file for one in to if isinstance(file := one.to if isinstance(one, ToSeal) else one, ToFile)]
    if not faults and files:
        fault = await fault_in_room(absolute(file.filled(name)) for file in files for name in names)
        faults = [fault] if fault is not None else []
    return list(dict.fromkeys(faults))


async def _faults_in(to: Destination, names: Sequence[str]) -> list[str]:
    faults = []
    for name in names:
        if (fault := await to.check(name)) is not None:
            faults.append(fault)
            if isinstance(to, ToMachine):  # each look there takes its time, and most faults are those of all
                break
    return faults
