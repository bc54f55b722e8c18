"""Where a secret is to go, as an operator names it.

That is `clipboard`, `file:PATH`, `ssh:HOST:PATH`, `command:NAME` of the profile, or `seal:NAME` of the recipients
in the settings. Where a path is asked for, `ssh:HOST:PATH` may be typed too.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from itertools import count
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from butlr_tui.delivery.formats import Format
from butlr_tui.delivery.placeholders import NAME, slug
from butlr_tui.operations.destinations import (
    SEALED_FILE,
    ToCommand,
    ToFile,
    ToMachine,
    destination,
    file_format,
    to_machine,
)
from butlr_tui.operations.place import CLIPBOARD, COMMAND, FILE, SEAL, SSH
from butlr_tui.operations.remembered import remember, remembered
from butlr_tui.operations.sealed import ToSeal

if TYPE_CHECKING:
    from butlr_tui.config.profiles import Profile
    from butlr_tui.flows.context import FlowContext
    from butlr_tui.operations.place import Destination

_LAST_USED: Final = "destination"
ANY_FILE: Final = "~/{name}.env"
"""Where no file was ever chosen."""


def named_destination(named: str, context: FlowContext) -> Destination:
    """The destination that was named.

    Raises BadDestination for a command that would leave the secret out, and a host that can't be one.
    """
    if named == CLIPBOARD:
        return context.to_clipboard(Format.SECRET)
    if named.startswith(FILE):
        return file_destination(named.removeprefix(FILE))
    return destination(
        named, None, context.profile.commands, context.clipboard.write, recipients=context.recipients
    )


def sealed(recipient: str, context: FlowContext) -> ToSeal:
    """A file that only this recipient can read. Raises BadDestination."""
    to = named_destination(f"{SEAL}{recipient}", context)
    assert isinstance(to, ToSeal)
    return to


def sealed_file(named: str, name: str) -> str:
    """Where `seal:NAME[=PATH]` saves what is sealed of the client called `name`, whose id comes to it later."""
    return (named.partition("=")[2] or SEALED_FILE).replace(NAME, slug(name))


def sealed_copy(recipient: str, context: FlowContext) -> ToSeal:
    """A copy of what only this recipient can read. Raises BadDestination."""
    return replace(sealed(recipient, context), to=context.to_clipboard(Format.SECRET))


def file_destination(path: str) -> ToFile | ToMachine:
    """The file that was typed, here or on another machine: JSON where its name ends so, else .env lines.

    Raises BadDestination for a host that can't be one.
    """
    path = path.strip()
    return to_machine(path.removeprefix(SSH)) if path.startswith(SSH) else ToFile(path, file_format(path))


def named_file(path: str) -> str:
    """How a path that was typed is named as a destination."""
    return path if path.startswith(SSH) else FILE + path


def is_file(named: str) -> bool:
    """Whether a destination is a file, here or on another machine."""
    return named.startswith((FILE, SSH))


async def first_destination(profile: Profile) -> str:
    """Where the secret of the next client is to go unless the operator says otherwise.

    What the settings name; else what stored the last one; else the clipboard, which is never remembered: it
    stores nothing, so it does not take the place of what did.
    """
    if profile.default_destination:
        return profile.default_destination
    last = (await asyncio.to_thread(remembered, profile.name)).get(_LAST_USED, "")
    offered = [COMMAND + command.name for command in profile.commands]
    return last if is_file(last) or last in offered else CLIPBOARD


async def remember_destination(profile: Profile, to: Destination) -> None:
    """Begin with this one next time, since it has stored a secret."""
    match to:
        case ToFile(path=path):
            chosen = FILE + _for_the_next(_whole(path))
        case ToMachine(file=there):
            chosen = f"{SSH}{there.host}:{_for_the_next(there.path)}"
        case ToCommand(command=command):
            chosen = COMMAND + command.name
        case _:
            return
    await asyncio.to_thread(remember, profile.name, _LAST_USED, chosen)


async def suggested_path(first: str, name: str) -> str:
    """A file that is not there yet for the secret of a client with this name; "" while it has none.

    Where `first` is a file, it is made from that one. On another machine nobody looks for it yet.
    """
    if not name.strip():
        return ""
    if first.startswith(SSH):
        return first.replace(NAME, slug(name))
    template = first.removeprefix(FILE) if first.startswith(FILE) else ANY_FILE
    return await asyncio.to_thread(free_path, template.replace(NAME, slug(name)))


def _whole(path: str) -> str:
    """A path that means the same wherever the app is started next."""
    return path if path.startswith("~") else os.path.abspath(path)  # noqa: PTH100 (Path's own raises)


def _for_the_next(path: str) -> str:
    """A path for any name, in the same folder and for the same format."""
    if NAME in path:
        return path
    file = PurePath(path)
    return str(file.with_name(NAME + (file.suffix or ".env")))


def free_path(path: str) -> str:
    """The path, or the first of `kiosk-2.env`, `kiosk-3.env` … that nothing has."""
    stem, suffix = os.path.splitext(path)  # noqa: PTH122 (as it was written, `~` and all)
    candidates = (f"{stem}-{number}{suffix}" for number in count(2))
    while os.path.lexists(os.path.expanduser(path)):  # noqa: PTH111 (Path's own raises)
        path = next(candidates)
    return path
