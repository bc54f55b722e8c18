"""Where a pair, or what is sealed, lies that is to be tried or opened: a file, or stdin."""

import asyncio
from pathlib import Path
from typing import Final

from pydantic import SecretBytes, SecretStr

from butlr_tui.delivery.age_file import looks_sealed
from butlr_tui.delivery.pair import NotAPair, read_pair
from butlr_tui.models import Credentials
from butlr_tui.system import streams
from butlr_tui.text import describe_path, os_error_reason

STDIN: Final = "-"
_CAP: Final = 1 << 20
"""Bytes: far more than a pair takes, sealed for however many."""


class CannotRead(Exception):
    """Nothing could be read there. The text says why, as a sentence for the user."""


def described(place: str) -> str:
    """A place as it stands in a sentence."""
    return "stdin" if place == STDIN else describe_path(place)


async def content_of(place: str) -> SecretBytes:
    """What lies at `place`: `-` is stdin, anything else a file's path. Raises CannotRead."""
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


def _of_file(path: Path) -> bytes:
    with path.expanduser().open("rb") as file:
        return file.read(_CAP + 1)
