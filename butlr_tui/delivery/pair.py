"""Reads a pair back from the shapes in which it leaves: `.env`, JSON, the secret alone. See formats.py."""

import re
import shlex
from typing import Final

from pydantic import SecretStr, TypeAdapter, ValidationError

from butlr_tui.models import Credentials
from butlr_tui.text import safe, truncate

_ID: Final = "BUTLR_CLIENT_ID"
_SECRET: Final = "BUTLR_CLIENT_SECRET"  # noqa: S105
_LINE: Final = re.compile(rf"^[ \t]*(?:export[ \t]+)?({_ID}|{_SECRET})=(.*)$", re.MULTILINE)
_JSON: Final = TypeAdapter(Credentials)
_SHOWN: Final = 60


class NotAPair(Exception):
    """No pair can be read. The text says why, as a sentence for the user, and holds nothing of what was read."""


def read_pair(text: SecretStr, client_id: str | None = None) -> Credentials:
    """The pair in `text`. With `client_id` it may be the secret alone, and has to be of that client else.

    Raises NotAPair.
    """
    plain = text.get_secret_value()
    if plain.lstrip().startswith("{"):
        pair = _of_json(plain)
    elif _LINE.search(plain):
        pair = _of_lines(plain)
    elif client_id is None:
        raise NotAPair(
            f"It holds neither .env lines with {_ID} and {_SECRET}, nor JSON with client_id and client_secret. "
            "If it is the secret alone, say with --client-id whose."
        )
    else:
        pair = _alone(plain, client_id)
    if client_id not in (None, pair.client_id):
        whose, other = (truncate(safe(one), _SHOWN) for one in (pair.client_id, client_id or ""))
        raise NotAPair(f"It holds the pair of {whose}, and not that of {other}.")
    return pair


def _of_json(plain: str) -> Credentials:
    try:
        pair = _JSON.validate_json(plain)
    except ValidationError:
        pair = None
    if pair is None or not pair.client_secret.get_secret_value():
        raise NotAPair("It is no JSON with a client_id and a client_secret, both text.")
    return pair


def _of_lines(plain: str) -> Credentials:
    values: dict[str, str] = {}
    for name, written in _LINE.findall(plain):
        values[name] = _unquoted(name, written)
    for name in (_ID, _SECRET):
        if not values.get(name):
            raise NotAPair(f"It holds no {name}.")
    return Credentials(values[_ID], SecretStr(values[_SECRET]))


def _unquoted(name: str, written: str) -> str:
    """A value as a shell reads it; "" where there is none."""
    words: list[str] | None
    try:
        words = shlex.split(written, comments=True)
    except ValueError:
        words = None
    if words is None or len(words) > 1:
        raise NotAPair(f"The value of {name} is not as a shell reads one.")
    return words[0] if words else ""


def _alone(plain: str, client_id: str) -> Credentials:
    secret = plain.rstrip("\r\n")
    if not secret or not secret.isprintable() or not client_id:
        raise NotAPair("It is no pair, and no secret in a single line either.")
    return Credentials(client_id, SecretStr(secret))
