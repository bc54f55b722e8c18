"""The shapes in which a pair of credentials leaves: the secret, the id, `.env`, JSON.

What is copied, saved or piped are the original characters; nothing is made "safe to show" here.
"""

import json
import shlex
from enum import StrEnum

from pydantic import SecretStr

from butlr_tui.models import Credentials


class Format(StrEnum):
    """What of a pair of credentials a destination gets, and in which shape."""

    SECRET = "secret"  # noqa: S105
    ID = "id"
    ENV = "env"
    JSON = "json"


class CannotRender(Exception):
    """These credentials do not fit that format. The text is for the user and holds none of them."""


def render(credentials: Credentials, format: Format) -> SecretStr:
    """`credentials` in `format`; the secret and the id alone have no line break after them.

    `.env` is written as a shell reads it, and Butlr's own tool too (CONTRACT.md, "Signing in"): a value with
    anything but plain characters is quoted. One that holds a line break or another control character is
    refused rather than quoted, since line-based readers would take its second line for a variable.

    Raises CannotRender.
    """
    secret = credentials.client_secret.get_secret_value()
    match format:
        case Format.SECRET:
            return credentials.client_secret
        case Format.ID:
            return SecretStr(credentials.client_id)
        case Format.ENV:
            return SecretStr(
                _line("BUTLR_CLIENT_ID", credentials.client_id) + _line("BUTLR_CLIENT_SECRET", secret)
            )
    return SecretStr(json.dumps({"client_id": credentials.client_id, "client_secret": secret}))


def _line(name: str, value: str) -> str:
    if not value.isprintable():
        raise CannotRender(f"{name} would hold a control character, which a .env file can't carry; JSON can.")
    return f"{name}={shlex.quote(value)}\n"


def to_bytes(value: SecretStr | str) -> bytes:
    """`value` as the bytes that leave. Never raises: an encoding error would carry the plaintext."""
    text = value if isinstance(value, str) else value.get_secret_value()
    return text.encode("utf-8", "surrogatepass")
