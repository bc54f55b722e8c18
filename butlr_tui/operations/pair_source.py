"""Where a pair, or what is sealed, lies that is to be tried or opened: a file, here or elsewhere, or stdin."""

import asyncio
from pathlib import Path
from typing import Final

from pydantic import SecretBytes, SecretStr

from butlr_tui.delivery import ssh
from butlr_tui.delivery.age_file import looks_sealed
from butlr_tui.delivery.far_file import BadFarFile, FarFile, far_file
from butlr_tui.delivery.pair import NotAPair, read_pair
from butlr_tui.models import Credentials
from butlr_tui.operations.place import SSH
from butlr_tui.system import streams
from butlr_tui.text import describe_path, os_error_reason, safe, truncate_middle

STDIN: Final = "-"
_CAP: Final = 1 << 20
"""Bytes: far more than a pair takes, sealed for however many."""
_SHOWN: Final = 200
"""Cells of a place on another machine that are shown."""


class CannotRead(Exception):
    """Nothing could be read there. The text says why, as a sentence for the user."""


def described(place: str) -> str:
    """A place as it stands in a sentence."""
    if place.startswith(SSH):
        return truncate_middle(safe(place), _SHOWN)
    return "stdin" if place == STDIN else describe_path(place)


def machine_of(place: str) -> str:
    """The other machine that it lies on, as it stands in a sentence; "" for this one."""
    return safe(_far_file(place).host) if place.startswith(SSH) else ""


def name_at(place: str) -> str:
    """What a client is called of which there is only what lies at `place`."""
    path = place.rpartition(":")[2] if place.startswith(SSH) else place
    return "client" if place == STDIN else Path(path).name.partition(".")[0]


async def content_of(place: str) -> SecretBytes:
    """What lies at `place`: `-` is stdin, `ssh:HOST:PATH` a file on another machine, anything else a file's path.

    Raises CannotRead.
    """
    if place.startswith(SSH):
        return await _on_another_machine(place)
    try:
        content = await (
            streams.take(_CAP + 1) if place == STDIN else asyncio.to_thread(_of_file, Path(place))
        )
    except (OSError, RuntimeError, ValueError) as error:
        reason = os_error_reason(error, "no such name")
        raise CannotRead(f"{described(place)} can't be read ({reason}).") from None
    if len(content) > _CAP:
        raise CannotRead(f"{described(place)} is too long to hold a pair.")
    return SecretBytes(content)


async def pair_at(place: str, client_id: str | None = None) -> Credentials:
    """The pair that lies at `place`; with `client_id` it may be the secret alone. Raises CannotRead, NotAPair."""
    content = (await content_of(place)).get_secret_value()
    if looks_sealed(content):
        raise NotAPair(f"It is sealed: `butlr-tui open {described(place)} --to WHERE` opens it.")
    try:
        text = SecretStr(content.decode())
    except UnicodeDecodeError:
        text = None
    if text is None:
        raise NotAPair("It is no text.")
    return read_pair(text, client_id)


async def _on_another_machine(place: str) -> SecretBytes:
    try:
        content = await ssh.read(_far_file(place))
    except ssh.UnreadableFarFile as fault:
        raise CannotRead(str(fault)) from None
    return SecretBytes(content.get_secret_value().encode())


def _far_file(place: str) -> FarFile:
    try:
        return far_file(place.removeprefix(SSH))
    except BadFarFile as fault:
        raise CannotRead(str(fault)) from None


def _of_file(path: Path) -> bytes:
    with path.expanduser().open("rb") as file:
        return file.read(_CAP + 1)
