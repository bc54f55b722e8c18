"""A secret to take somewhere, and stand-ins for the terminal that it goes through."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr

from butlr_tui.models import Credentials

SECRET = "s3cr3t-Zq8_tYw0-pVn4kXhB7mRj2LcD9fGa5uEo1iTs6QyWx"
CREDENTIALS = Credentials("client_32hZs4xGQv9eKpJtN6fLrcWbU1D", SecretStr(SECRET))


def base64(text: str) -> bytes:
    """As an escape sequence carries it."""
    return b64encode(text.encode())


def write_to(device: str) -> Callable[[str], None]:
    """A `write` as a program in the terminal `device` has it."""

    def write(text: str) -> None:
        with Path(device).open("wb", buffering=0) as opened:
            opened.write(text.encode())

    return write


def refuse_to_write(_: str) -> None:
    """A `write` for where nothing may be written."""
    raise AssertionError("something was written to the terminal")
